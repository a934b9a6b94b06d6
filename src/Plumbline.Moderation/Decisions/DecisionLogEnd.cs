using System.Text;
using Plumbline.Lineage;

namespace Plumbline.Moderation.Decisions;

/// <summary>Where a log goes on: what opening it found at the end of its last segment.</summary>
/// <param name="Segment">The number of the last segment; 0 where there is none yet.</param>
/// <param name="Sequence">The number of the last record.</param>
/// <param name="Hash">Its hash.</param>
/// <param name="Recorded">When it was written.</param>
/// <param name="End">Where in the last segment its whole lines end.</param>
/// <param name="Settled">Where in the last segment the record ends that the head names: nobody was told of what stands after it.</param>
/// <param name="Torn">What stands behind the whole lines.</param>
internal sealed record DecisionLogEnd(
    int Segment,
    long Sequence,
    string Hash,
    DateTimeOffset Recorded,
    long End,
    long Settled,
    TornLine Torn
)
{
    /// <summary>Finds it, reading no more than the head and the segments from the one on that it names: mostly the last.</summary>
    /// <exception cref="InvalidInputException">A line does not fit, or lines are gone from the end.</exception>
    internal static DecisionLogEnd Read(string folder)
    {
        var segments = DecisionFiles.Segments(folder);
        var head = DecisionFiles.ReadHead(folder);
        var (from, first) = Begin(folder, segments, head);
        var chain = new HashChain<DecisionRecord>(DecisionFiles.Segment(folder, Math.Max(1, from)), DecisionLine.Format);
        if (from != 1 && first is not null)
        {
            chain.StartAfter(first.Sequence - 1, first.Previous);
        }
        else if (first is null && segments is [> 1, ..] && head is { Sequence: > 0 })
        {
            // Everything before an empty segment was archived: the head, which was forced to disk before the segment was made, says what stood there.
            chain.StartAfter(head.Sequence, head.Hash);
        }

        var hashes = new Dictionary<long, string> { [chain.Sequence] = chain.Hash };
        var start = chain.Sequence;
        var (recorded, settled) = (DateTimeOffset.MinValue, 0L);
        foreach (var segment in segments.Where(number => number >= from))
        {
            var path = DecisionFiles.Segment(folder, segment);
            chain.MoveTo(path);
            settled = 0;
            using var stream = DecisionFiles.OpenRead(path);
            foreach (var record in chain.Records(stream))
            {
                recorded = record.Recorded;
                if (record.Sequence == head?.Sequence)
                {
                    (hashes[record.Sequence], settled) = (record.Hash, chain.End);
                }
            }

            DecisionFiles.ThrowIfBroken(path, chain, isLast: segment == segments[^1]);
        }

        if (HeadFault(head, chain, start, hashes) is { } fault)
        {
            throw DecisionFiles.Broken(
                segments.Count == 0 ? DecisionFiles.Head(folder) : DecisionFiles.Segment(folder, segments[^1]),
                chain.Line,
                fault.Problem
            );
        }

        return new DecisionLogEnd(
            segments.Count == 0 ? 0 : segments[^1],
            chain.Sequence,
            chain.Hash,
            recorded,
            chain.End,
            settled,
            chain.Torn
        );
    }

    /// <summary>Finishes what a kill left where only the line feed is missing, and takes it away otherwise: nobody was told that it was written.</summary>
    /// <param name="stream">The last segment.</param>
    /// <param name="disk">Writes.</param>
    /// <returns>Where the log goes on now.</returns>
    internal DecisionLogEnd Mend(FileStream stream, DecisionDisk disk)
    {
        var end = this;
        if (Torn == TornLine.Part)
        {
            stream.SetLength(End);
        }
        else if (Torn == TornLine.Whole)
        {
            stream.Position = End;
            var line = new byte[stream.Length - End];
            stream.ReadExactly(line);
            var record = DecisionLineParser.Parse(line)!;
            disk.Write(stream, "\n"u8);
            end = this with { Sequence = record.Sequence, Hash = record.Hash, Recorded = record.Recorded, End = stream.Length };
        }

        // What nobody was told of may not have reached the disk, whatever the page cache says: after an fsync that failed, its pages pass for clean. Written again, it
        // stands below what is written next.
        Rewrite(stream, disk, end.End);
        disk.Flush(stream);
        return end with { Settled = end.End, Torn = TornLine.None };
    }

    /// <summary>The hash as text in bytes.</summary>
    internal byte[] HashBytes() => Encoding.ASCII.GetBytes(Hash);

    // The last segment that holds a whole line; or an earlier one where the head, behind by a loss of power, names a record of it.
    private static (int Segment, DecisionRecord? First) Begin(string folder, IReadOnlyList<int> segments, ChainHead? head)
    {
        (int Segment, DecisionRecord? First) begin = (segments.Count == 0 ? 0 : segments[0], null);
        for (var i = segments.Count - 1; i >= 0; i--)
        {
            if (DecisionFiles.First(DecisionFiles.Segment(folder, segments[i])) is { } first)
            {
                begin = (segments[i], first);
                if (head is null or { Sequence: < 0 } || head.Sequence >= first.Sequence - 1)
                {
                    break;
                }
            }
        }

        return begin;
    }

    // A head from before all that is here says nothing of it.
    private static LedgerFault? HeadFault(ChainHead? head, HashChain<DecisionRecord> chain, long start, Dictionary<long, string> hashes) =>
        head is { Sequence: >= 0 } && head.Sequence < start
            ? null
            : ChainHead.Fault(head, DecisionLine.Format.Names, chain.Sequence, sequence => hashes[sequence]);

    private void Rewrite(FileStream stream, DecisionDisk disk, long end)
    {
        var buffer = new byte[1 << 16];
        for (var at = Settled; at < end; )
        {
            stream.Position = at;
            var read = stream.ReadAtLeast(buffer.AsSpan(0, (int)Math.Min(buffer.Length, end - at)), 1);
            stream.Position = at;
            disk.Write(stream, buffer.AsSpan(0, read));
            at += read;
        }

        stream.Position = end;
    }
}
