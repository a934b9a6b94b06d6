using Plumbline.Lineage;

namespace Plumbline.Moderation.Decisions;

/// <summary>Reads a whole log and says what is the first thing that does not fit.</summary>
/// <param name="folder">The folder.</param>
/// <param name="after">What stands before the first segment; null for nothing.</param>
/// <param name="through">A record that the log has to go through; null for none.</param>
internal sealed class DecisionLogVerifier(string folder, DecisionHead? after, DecisionHead? through)
{
    private readonly Dictionary<long, (string Path, long Line, string Hash)> watched = [];
    private IReadOnlyList<int> segments = [];
    private string file = string.Empty;
    private long records;

    /// <summary>Reads it.</summary>
    internal DecisionVerification Run()
    {
        // The head first: it may fall behind while the log is read, and must not seem to run ahead.
        var head = DecisionFiles.ReadHead(folder);
        segments = DecisionFiles.Segments(folder);
        if (segments.Count == 0 && head is { Sequence: < 0 })
        {
            throw DecisionLogReader.NoLog(folder);
        }

        file = segments.Count == 0 ? DecisionFiles.Head(folder) : DecisionFiles.Segment(folder, segments[0]);
        var index = 0;
        var chain = new HashChain<DecisionRecord>(file, DecisionLine.Format)
        {
            StandsInLaterFile = sequence => StandsAfter(index, sequence),
        };
        if (after is { } start)
        {
            chain.StartAfter(start.Sequence, start.Hash);
        }

        Watch(chain);
        DecisionFault? fault = null;
        for (; index < segments.Count && fault is null; index++)
        {
            file = DecisionFiles.Segment(folder, segments[index]);
            fault = ReadSegment(chain, head, isLast: index == segments.Count - 1);
        }

        return new DecisionVerification(
            records,
            new DecisionHead(chain.Sequence, chain.Hash),
            fault ?? HeadFault(chain, head) ?? ThroughFault(chain),
            fault is null && chain.Torn != TornLine.None
        );
    }

    private DecisionFault? ReadSegment(HashChain<DecisionRecord> chain, ChainHead? head, bool isLast)
    {
        chain.MoveTo(file);
        using var stream = DecisionFiles.OpenRead(file);
        foreach (var record in chain.Records(stream))
        {
            records++;
            if (record.Sequence == head?.Sequence || record.Sequence == through?.Sequence)
            {
                Watch(chain);
            }
        }

        return DecisionFiles.FaultOf(chain, isLast) is { } fault ? new DecisionFault(file, fault.Line, fault.Kind, fault.Problem) : null;
    }

    private void Watch(HashChain<DecisionRecord> chain) => watched[chain.Sequence] = (file, chain.Line, chain.Hash);

    private DecisionFault? HeadFault(HashChain<DecisionRecord> chain, ChainHead? head)
    {
        if (head is { Sequence: >= 0 } && head.Sequence < (after?.Sequence ?? 0))
        {
            // From before what is here: it says nothing of it.
            return null;
        }

        var fault = ChainHead.Fault(head, DecisionLine.Format.Names, chain.Sequence, sequence => watched[sequence].Hash);
        if (fault is null)
        {
            return null;
        }

        // A head that is damaged, missing or ahead is told of where the log ends.
        var (path, line) =
            head is not null && watched.TryGetValue(head.Sequence, out var place) ? (place.Path, place.Line)
            : chain.Torn == TornLine.None ? (file, chain.Line)
            : (file, chain.Line + 1);
        return new DecisionFault(path, line, fault.Kind, fault.Problem);
    }

    private DecisionFault? ThroughFault(HashChain<DecisionRecord> chain)
    {
        if (through is not { Sequence: > 0 } kept)
        {
            return null;
        }

        if (!watched.TryGetValue(kept.Sequence, out var place))
        {
            return kept.Sequence > chain.Sequence
                ? new DecisionFault(
                    file,
                    chain.Line,
                    LedgerFaultKind.Cut,
                    $"Record {kept.Sequence} was kept as a head, and the log ends after {chain.Sequence}."
                )
                : new DecisionFault(
                    file,
                    chain.Line,
                    LedgerFaultKind.Missing,
                    $"Record {kept.Sequence} was kept as a head, and is not in the segments that are here."
                );
        }

        return place.Hash == kept.Hash
            ? null
            : new DecisionFault(
                place.Path,
                place.Line,
                LedgerFaultKind.Changed,
                "Its hash is not the one that was kept as a head: the log was written anew."
            );
    }

    private bool StandsAfter(int index, long sequence)
    {
        foreach (var later in segments.Skip(index + 1))
        {
            var path = DecisionFiles.Segment(folder, later);
            using var stream = DecisionFiles.OpenRead(path);
            var lines = new BoundedLines(stream, path, DecisionLine.Longest);
            while (lines.Read())
            {
                if (DecisionLineParser.Parse(lines.Line)?.Sequence == sequence)
                {
                    return true;
                }
            }
        }

        return false;
    }
}
