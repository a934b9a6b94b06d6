namespace Plumbline.Data.Rows;

/// <summary>JSON Lines: one object a line; blank lines are passed over.</summary>
internal sealed class JsonLinesSource(string file, StreamWindow window, int maxRowBytes) : RowSource(file, window, maxRowBytes)
{
    private int consumeFirst;

    /// <inheritdoc/>
    public override bool Next(Row row, out RowFault? fault)
    {
        while (NextLine(out var line, out var number, out var tooLarge))
        {
            if (tooLarge)
            {
                row.Reset(default, number);
                fault = TooLarge();
                return true;
            }

            if (line.Span.Trim(" \t\r"u8).Length > 0)
            {
                row.Reset(line, number);
                fault = JsonRowIndex.Fill(row);
                return true;
            }
        }

        fault = null;
        return false;
    }

    private bool NextLine(out ReadOnlyMemory<byte> line, out long number, out bool tooLarge)
    {
        Window.Consume(consumeFirst);
        consumeFirst = 0;
        number = Line;
        tooLarge = false;
        var searched = 0;
        while (true)
        {
            var found = Window.Span[searched..].IndexOf((byte)'\n');
            searched = found < 0 ? Window.Length : searched + found;
            // The line is let go as it grows past the bound, so that one endless line costs no memory.
            if (searched > MaxRowBytes)
            {
                tooLarge = true;
                Window.Consume(searched);
                searched = 0;
            }

            if (found >= 0 || !Fill())
            {
                line = Window.Memory[..searched];
                consumeFirst = searched + (found >= 0 ? 1 : 0);
                Line += found >= 0 ? 1 : 0;
                return found >= 0 || searched > 0 || tooLarge;
            }
        }
    }
}
