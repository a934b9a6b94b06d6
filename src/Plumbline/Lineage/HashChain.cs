namespace Plumbline.Lineage;

/// <summary>
/// Reads the lines of a hash chain from where it stopped, and says which is the first that does not follow the one before. A chain may go on from file to file
/// (<see cref="MoveTo"/>).
/// </summary>
/// <param name="path">The file.</param>
/// <param name="format">How its lines are read.</param>
internal class HashChain<TRecord>(string path, ChainFormat<TRecord> format)
    where TRecord : class, IChained
{
    private string file = path;

    /// <summary>The number of the last record that fits; 0 for none.</summary>
    internal long Sequence { get; private set; }

    /// <summary>Its hash; zeros where there is none.</summary>
    internal string Hash { get; private set; } = ChainLine.NoHash;

    /// <summary>Where in the file it ends.</summary>
    internal long End { get; private set; }

    /// <summary>Its line in the file; 0 where none of the file's lines was read yet.</summary>
    internal long Line { get; private set; }

    /// <summary>What stands after it without a line feed, where that is what a kill leaves of a record.</summary>
    internal TornLine Torn { get; private set; }

    /// <summary>What does not fit; null where everything does.</summary>
    internal LedgerFault? Fault { get; private set; }

    /// <summary>Whether a number stands in a file after this one: asked only where the chain is broken already. Null where there is but one file.</summary>
    internal Func<long, bool>? StandsInLaterFile { get; init; }

    /// <summary>Says what stands before the first line where the chain does not begin there.</summary>
    internal void StartAfter(long sequence, string hash) => (Sequence, Hash) = (sequence, hash);

    /// <summary>Goes on at the beginning of another file.</summary>
    internal void MoveTo(string next) => (file, End, Line) = (next, 0, 0);

    /// <summary>Takes over a record that was just written.</summary>
    internal void Accept(TRecord record, long end) => (Sequence, Hash, End, Line) = (record.Sequence, record.Hash, end, Line + 1);

    /// <summary>Reads on.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="accept">Gets each record that fits.</param>
    /// <returns>What does not fit; null where everything does. A torn last line fits: see <see cref="Torn"/>.</returns>
    internal LedgerFault? Read(Stream stream, Action<TRecord> accept)
    {
        foreach (var record in Records(stream))
        {
            accept(record);
        }

        return Fault;
    }

    /// <summary>The records from here on, up to the first that does not fit (<see cref="Fault"/>).</summary>
    /// <param name="stream">The file.</param>
    internal IEnumerable<TRecord> Records(Stream stream)
    {
        (Torn, Fault) = (TornLine.None, null);
        if (stream.Length < End)
        {
            Fault = new LedgerFault(Line, LedgerFaultKind.Cut, $"The file ends before {format.Names.One} {Sequence}, which stood in it.");
            yield break;
        }

        stream.Position = End;
        var lines = new BoundedLines(stream, file, format.Longest, Line);
        while (Next(lines) is { } record)
        {
            yield return record;
        }
    }

    private TRecord? Next(BoundedLines lines)
    {
        try
        {
            if (!lines.Read())
            {
                return null;
            }

            var record = format.Parse(lines.Line);
            if (!lines.IsWhole)
            {
                Fault = ReadTail(lines, record);
                return null;
            }

            Fault = record is null ? Changed(lines.Number) : FaultOf(record, lines);
            if (record is null || Fault is not null)
            {
                return null;
            }

            Accept(record, lines.End);
            return record;
        }
        catch (InvalidInputException tooLong)
        {
            Fault = new LedgerFault(Line + 1, LedgerFaultKind.Changed, tooLong.Problem);
            return null;
        }
    }

    private LedgerFault? FaultOf(TRecord record, BoundedLines lines)
    {
        var (line, expected, names) = (lines.Number, Sequence + 1, format.Names);
        if (record.Sequence != expected)
        {
            return record.Sequence < expected || IsLater(expected, lines)
                ? new LedgerFault(
                    line,
                    LedgerFaultKind.Reordered,
                    $"{names.OneAtStart} {record.Sequence} stands here, where {names.One} {expected} belongs: lines were moved or repeated."
                )
                : new LedgerFault(
                    line,
                    LedgerFaultKind.Missing,
                    record.Sequence == expected + 1
                        ? $"{names.OneAtStart} {expected} is missing before this line."
                        : $"{names.ManyAtStart} {expected} to {record.Sequence - 1} are missing before this line."
                );
        }

        return record.Previous == Hash
            ? null
            : new LedgerFault(
                line,
                LedgerFaultKind.Changed,
                line > 1 ? $"It does not follow line {line - 1}: one of the two was replaced by another {names.One}."
                    : Sequence == 0 ? $"The first {names.One} says that another stands before it."
                    : $"It does not follow the last line of the file before: one of the two was replaced by another {names.One}."
            );
    }

    // Only asked where the chain is broken already: the rest is read up.
    private bool IsLater(long sequence, BoundedLines lines)
    {
        while (lines.Read())
        {
            if (format.Parse(lines.Line)?.Sequence == sequence)
            {
                return true;
            }
        }

        return StandsInLaterFile?.Invoke(sequence) ?? false;
    }

    private LedgerFault? ReadTail(BoundedLines lines, TRecord? record)
    {
        if (record is not null && record.Previous == Hash && record.Sequence == Sequence + 1)
        {
            Torn = TornLine.Whole;
            return null;
        }

        if (record is not null || !ChainLine.IsBeginning(lines.Line, Hash))
        {
            return Changed(lines.Number);
        }

        Torn = TornLine.Part;
        return null;
    }

    private static LedgerFault Changed(long line) =>
        new(line, LedgerFaultKind.Changed, "This line is not as it was written: its hash does not fit.");
}

/// <summary>What a kill left behind the last line feed.</summary>
internal enum TornLine
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Part of a record.</summary>
    Part,

    /// <summary>A record without its line feed.</summary>
    Whole,
}
