namespace Plumbline.Lineage;

/// <summary>The lines of a file, one at a time, none longer than a bound: a file of any size is read in constant memory.</summary>
/// <param name="stream">Read from where it stands.</param>
/// <param name="path">Its name, for messages.</param>
/// <param name="longest">Bytes of the longest line, without its end.</param>
/// <param name="linesBefore">Lines that stand before.</param>
internal sealed class BoundedLines(Stream stream, string path, int longest, long linesBefore = 0)
{
    private byte[] bytes = new byte[1 << 16];
    private int start;
    private int next;
    private int held;
    private long consumed = stream.Position;

    /// <summary>The line, without its line feed; valid until the next one is read.</summary>
    internal ReadOnlySpan<byte> Line => bytes.AsSpan(start, (IsWhole ? next - 1 : next) - start);

    /// <summary>Whether it ends with a line feed; only the last one may not.</summary>
    internal bool IsWhole { get; private set; }

    /// <summary>Its number, from 1.</summary>
    internal long Number { get; private set; } = linesBefore;

    /// <summary>Where in the file it begins.</summary>
    internal long Offset => consumed + start;

    /// <summary>Where in the file the next one begins.</summary>
    internal long End => consumed + next;

    /// <summary>Goes to the next line.</summary>
    /// <exception cref="InvalidInputException">It is longer than the bound.</exception>
    internal bool Read()
    {
        start = next;
        var searched = 0;
        while (true)
        {
            var found = bytes.AsSpan(start + searched, held - start - searched).IndexOf((byte)'\n');
            var length = found >= 0 ? searched + found : held - start;
            ThrowIfTooLong(length);
            if (found >= 0)
            {
                (next, IsWhole) = (start + length + 1, true);
                Number++;
                return true;
            }

            searched = length;
            if (!Fill())
            {
                (next, IsWhole) = (held, false);
                Number += length > 0 ? 1 : 0;
                return length > 0;
            }
        }
    }

    private bool Fill()
    {
        bytes.AsSpan(start, held - start).CopyTo(bytes);
        consumed += start;
        held -= start;
        start = 0;
        if (held == bytes.Length)
        {
            Array.Resize(ref bytes, held * 2);
        }

        var read = stream.Read(bytes, held, bytes.Length - held);
        held += read;
        return read > 0;
    }

    private void ThrowIfTooLong(int length)
    {
        if (length > longest)
        {
            throw new InvalidInputException(
                $"This line is longer than {longest >> 10} KiB.",
                "Check that this is the file you mean.",
                new InputPosition(path, Number + 1)
            );
        }
    }
}
