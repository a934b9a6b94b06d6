using System.Buffers;

namespace Plumbline.Data.Rows;

/// <summary>
/// JSON documents that hold rows across lines: one array of objects, or objects one after the other (often a single one). Elements are cut out by
/// counting brackets outside strings, so a damaged element is one bad row and the next one is read.
/// </summary>
internal sealed class JsonDocumentSource(string file, StreamWindow window, int maxRowBytes) : RowSource(file, window, maxRowBytes)
{
    private static readonly SearchValues<byte> StringEnds = SearchValues.Create("\"\\"u8);
    private static readonly SearchValues<byte> Structure = SearchValues.Create("\"{}[],\n"u8);

    private bool started;
    private bool inArray;
    private bool ended;
    private int consumeFirst;
    private int scanned;
    private int depth;
    private bool inString;
    private bool tooLarge;

    /// <inheritdoc/>
    public override bool Next(Row row, out RowFault? fault)
    {
        fault = null;
        Advance(consumeFirst);
        consumeFirst = 0;
        if (!started)
        {
            started = true;
            inArray = Peek() == '[';
            Advance(inArray ? 1 : 0);
        }
        else if (inArray && !ended && Peek() == ',')
        {
            Advance(1);
        }

        if (ended || Peek() is not { } first || (inArray && first == ']'))
        {
            Finish();
            return false;
        }

        var line = Line;
        ScanElement();
        row.Reset(Window.Memory[..scanned], line);
        fault = tooLarge ? TooLarge() : JsonRowIndex.Fill(row);
        consumeFirst = scanned;
        return true;
    }

    /// <summary>The next byte that is no white space; null at the end of the file.</summary>
    private byte? Peek()
    {
        while (true)
        {
            var blank = Window.Span.IndexOfAnyExcept(" \t\r\n"u8);
            Advance(blank < 0 ? Window.Length : blank);
            if (blank >= 0)
            {
                return Window.Span[0];
            }

            if (!Fill())
            {
                return null;
            }
        }
    }

    private void Finish()
    {
        if (inArray && !ended)
        {
            if (Peek() is null)
            {
                throw Broken("the file ends inside its JSON array.", "Fetch or write the file again: it was cut short.");
            }

            Advance(1);
            ended = true;
            if (Peek() is not null)
            {
                throw Broken(
                    "text follows the end of the JSON array.",
                    "Keep one array in the file, or write one row a line into a .jsonl file."
                );
            }
        }
    }

    /// <summary>Sets <see cref="scanned"/> to the length of the element at the window's start.</summary>
    private void ScanElement()
    {
        (scanned, depth, inString, tooLarge) = (0, 0, false, false);
        while (!ScanWindow())
        {
            if (scanned > MaxRowBytes)
            {
                tooLarge = true;
                Advance(scanned);
                scanned = 0;
            }

            if (!Fill())
            {
                scanned = Window.Length;
                break;
            }
        }

        tooLarge |= scanned > MaxRowBytes;
    }

    /// <summary>Scans on to the element's end; false where the window ends first.</summary>
    private bool ScanWindow()
    {
        ReadOnlySpan<byte> data = Window.Span;
        while (scanned < data.Length)
        {
            var found = data[scanned..].IndexOfAny(inString ? StringEnds : Structure);
            if (found < 0)
            {
                scanned = data.Length;
                return false;
            }

            scanned += found;
            if (inString)
            {
                if (data[scanned] == '\\' && scanned + 1 == data.Length)
                {
                    return false;
                }

                inString = data[scanned] == '\\';
                scanned += inString ? 2 : 1;
            }
            else if (Structural(data[scanned]))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes in one structural byte outside strings; true where the element ends at <see cref="scanned"/>.</summary>
    private bool Structural(byte value)
    {
        switch (value)
        {
            case (byte)'"':
                inString = true;
                break;
            case (byte)'{' or (byte)'[':
                depth++;
                break;
            case (byte)'}' or (byte)']' when depth > 0:
                depth--;
                if (depth == 0 && !inArray)
                {
                    scanned++;
                    return true;
                }

                break;
            case (byte)',' or (byte)']' when inArray && depth == 0:
            case (byte)'\n' when !inArray && depth == 0 && scanned > 0:
                return true;
        }

        scanned++;
        return false;
    }

    private void Advance(int count)
    {
        Line += Window.Span[..count].Count((byte)'\n');
        Window.Consume(count);
    }
}
