namespace Plumbline.Data.Rows;

/// <summary>Finds where a csv record ends; resumable, so that no byte is looked at twice as the window grows.</summary>
internal struct CsvScan(byte delimiter)
{
    private State state = State.FieldStart;

    private enum State : byte
    {
        FieldStart,
        Unquoted,
        Quoted,
        QuoteInQuoted,
    }

    /// <summary>How many bytes of the window belong to the record so far.</summary>
    public int Scanned { get; private set; }

    /// <summary>Line breaks seen, the one that ends the record included.</summary>
    public long LineBreaks { get; private set; }

    /// <summary>True where the record ended at a line break, false where the file ended.</summary>
    public bool AtLineBreak { get; private set; }

    /// <summary>True where a quoted field is open.</summary>
    public readonly bool InQuotes => state == State.Quoted;

    /// <summary>Scans on through <paramref name="window"/>; false where it ends before the record does.</summary>
    public bool Advance(ReadOnlySpan<byte> window)
    {
        while (Scanned < window.Length)
        {
            var rest = window[Scanned..];
            var step = state switch
            {
                State.Quoted => Quoted(rest),
                State.Unquoted => Unquoted(rest),
                State.FieldStart => FieldStart(rest[0]),
                _ => QuoteInQuoted(rest[0]),
            };
            Scanned += step;
            if (AtLineBreak)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Forgets the bytes scanned so far, of a record that is too long to keep.</summary>
    /// <returns>How many bytes to consume.</returns>
    public int LetGo()
    {
        var count = Scanned;
        Scanned = 0;
        return count;
    }

    private int FieldStart(byte value)
    {
        state = value == '"' ? State.Quoted : State.Unquoted;
        return value == '"' ? 1 : 0;
    }

    private int Unquoted(ReadOnlySpan<byte> rest)
    {
        var found = rest.IndexOfAny(delimiter, (byte)'\n');
        if (found < 0)
        {
            return rest.Length;
        }

        if (rest[found] == '\n')
        {
            LineBreaks++;
            AtLineBreak = true;
            return found;
        }

        state = State.FieldStart;
        return found + 1;
    }

    private int Quoted(ReadOnlySpan<byte> rest)
    {
        var found = rest.IndexOf((byte)'"');
        var seen = found < 0 ? rest : rest[..found];
        LineBreaks += seen.Count((byte)'\n');
        if (found < 0)
        {
            return rest.Length;
        }

        state = State.QuoteInQuoted;
        return found + 1;
    }

    private int QuoteInQuoted(byte value)
    {
        state = value == '"' ? State.Quoted : State.Unquoted;
        return value == '"' ? 1 : 0;
    }
}
