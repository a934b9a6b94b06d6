using System.Text.Json;

namespace Plumbline.Lineage;

/// <summary>Reads the lines of a ledger from where it stopped, and says which is the first that does not follow the one before.</summary>
/// <param name="path">The ledger's file.</param>
internal sealed class LedgerChain(string path)
{
    /// <summary>The number of the last entry that fits; 0 for none.</summary>
    internal long Sequence { get; private set; }

    /// <summary>Its hash; zeros where there is none.</summary>
    internal string Hash { get; private set; } = EntryLine.NoHash;

    /// <summary>Where in the file it ends.</summary>
    internal long End { get; private set; }

    /// <summary>What stands after it without a line feed, where that is what a kill leaves of an entry.</summary>
    internal TornLine Torn { get; private set; }

    /// <summary>Reads on.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="accept">Gets each entry that fits.</param>
    /// <returns>What does not fit; null where everything does. A torn last line fits: see <see cref="Torn"/>.</returns>
    internal LedgerFault? Read(Stream stream, Action<LedgerEntry> accept)
    {
        Torn = TornLine.None;
        if (stream.Length < End)
        {
            return new LedgerFault(Sequence, LedgerFaultKind.Cut, $"The file ends before entry {Sequence}, which stood in it.");
        }

        stream.Position = End;
        var lines = new BoundedLines(stream, path, EntryLine.Longest, Sequence);
        try
        {
            while (lines.Read())
            {
                var entry = EntryLine.Parse(lines.Line);
                if (!lines.IsWhole)
                {
                    return ReadTail(lines, entry);
                }

                if (entry is null)
                {
                    return Changed(lines.Number);
                }

                if (Fault(entry, lines) is { } fault)
                {
                    return fault;
                }

                Accept(entry, lines.End);
                accept(entry);
            }
        }
        catch (InvalidInputException tooLong)
        {
            return new LedgerFault(Sequence + 1, LedgerFaultKind.Changed, tooLong.Problem);
        }

        return null;
    }

    /// <summary>Takes over an entry that was just written.</summary>
    internal void Accept(LedgerEntry entry, long end) => (Sequence, Hash, End) = (entry.Sequence, entry.Hash, end);

    private LedgerFault? Fault(LedgerEntry entry, BoundedLines lines)
    {
        var (line, expected) = (lines.Number, Sequence + 1);
        if (entry.Sequence != expected)
        {
            return IsLater(expected, lines) || entry.Sequence < expected
                ? new LedgerFault(
                    line,
                    LedgerFaultKind.Reordered,
                    $"Entry {entry.Sequence} stands here, where entry {expected} belongs: lines were moved or repeated."
                )
                : new LedgerFault(
                    line,
                    LedgerFaultKind.Missing,
                    entry.Sequence == expected + 1
                        ? $"Entry {expected} is missing before this line."
                        : $"Entries {expected} to {entry.Sequence - 1} are missing before this line."
                );
        }

        return entry.Previous == Hash
            ? null
            : new LedgerFault(
                line,
                LedgerFaultKind.Changed,
                line == 1
                    ? "The first entry says that another stands before it."
                    : $"It does not follow line {line - 1}: one of the two was replaced by another entry."
            );
    }

    // Only asked where the chain is broken already: the rest of the file is read up.
    private static bool IsLater(long sequence, BoundedLines lines)
    {
        while (lines.Read())
        {
            if (EntryLine.Parse(lines.Line)?.Sequence == sequence)
            {
                return true;
            }
        }

        return false;
    }

    private LedgerFault? ReadTail(BoundedLines lines, LedgerEntry? entry)
    {
        if (entry is not null && entry.Previous == Hash && entry.Sequence == Sequence + 1)
        {
            Torn = TornLine.WholeEntry;
            return null;
        }

        if (entry is not null || !IsBeginning(lines.Line, Hash))
        {
            return Changed(lines.Number);
        }

        Torn = TornLine.Part;
        return null;
    }

    // A kill leaves the beginning of an object, and nothing that could not stand there.
    private static bool IsBeginning(ReadOnlySpan<byte> line, string previous)
    {
        var opening = System.Text.Encoding.ASCII.GetBytes($"{{\"previous\":\"{previous}\",");
        var compared = Math.Min(line.Length, opening.Length);
        if (!line[..compared].SequenceEqual(opening.AsSpan(0, compared)))
        {
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(line, isFinalBlock: false, default);
            while (reader.Read())
            {
                if (reader.CurrentDepth == 0 && reader.TokenType == JsonTokenType.EndObject)
                {
                    return false;
                }
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static LedgerFault Changed(long line) =>
        new(line, LedgerFaultKind.Changed, "This line is not as it was written: its hash does not fit.");
}

/// <summary>What a kill left behind the last line feed.</summary>
internal enum TornLine
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Part of an entry.</summary>
    Part,

    /// <summary>An entry without its line feed.</summary>
    WholeEntry,
}
