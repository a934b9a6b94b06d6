using System.Text.Json;
using Plumbline.Lineage;

namespace Plumbline.Moderation.Decisions;

/// <summary>Reads the records of a log, beginning where they are wanted.</summary>
internal static class DecisionLogReader
{
    /// <summary>The records from the first that is wanted on.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="isBefore">Whether a record comes before those that are wanted: true for some of the first ones and no more after that.</param>
    /// <param name="canBegin">Whether a segment that begins with a record can hold the first that is wanted: true for some of the first ones too.</param>
    internal static IEnumerable<DecisionRecord> Read(
        string folder,
        Func<DecisionRecord, bool> isBefore,
        Func<DecisionRecord, bool> canBegin
    )
    {
        var segments = DecisionFiles.Guarded(folder, () => Existing(folder));
        if (segments.Count == 0)
        {
            yield break;
        }

        var begin = DecisionFiles.Guarded(folder, () => LastThat(folder, segments, canBegin));
        var chain = new HashChain<DecisionRecord>(folder, DecisionLine.Format);
        for (var i = begin; i < segments.Count; i++)
        {
            var path = DecisionFiles.Segment(folder, segments[i]);
            if (i == begin && segments[i] > 1)
            {
                var first = DecisionFiles.Guarded(path, () => DecisionFiles.First(path));
                if (first is null && i == segments.Count - 1)
                {
                    yield break;
                }

                // What stands before is not read, so the first line is believed.
                chain.StartAfter((first?.Sequence ?? 1) - 1, first?.Previous ?? ChainLine.NoHash);
            }

            chain.MoveTo(path);
            using var stream = DecisionFiles.Guarded(path, () => DecisionFiles.OpenRead(path));
            using var records = chain.Records(stream).GetEnumerator();
            Func<bool> next = records.MoveNext;
            while (DecisionFiles.Guarded(path, next))
            {
                if (!isBefore(records.Current))
                {
                    yield return records.Current;
                }
            }

            DecisionFiles.ThrowIfBroken(path, chain, isLast: i == segments.Count - 1);
        }
    }

    /// <summary>The latest record of a decision's id; null where there is none.</summary>
    internal static DecisionRecord? Find(string folder, string id)
    {
        // Fields have one order and texts hold no bare quotes, so a line without these bytes is not the one.
        byte[] wanted = [.. ",\"id\":\""u8, .. JsonEncodedText.Encode(id, DecisionLine.Encoder).EncodedUtf8Bytes, .. "\","u8];
        foreach (var segment in Existing(folder).Reverse())
        {
            DecisionRecord? found = null;
            var path = DecisionFiles.Segment(folder, segment);
            using var stream = DecisionFiles.OpenRead(path);
            var lines = new BoundedLines(stream, path, DecisionLine.Longest);
            while (lines.Read())
            {
                if (lines.IsWhole && lines.Line.IndexOf(wanted) >= 0)
                {
                    var record =
                        DecisionLineParser.Parse(lines.Line)
                        ?? throw DecisionFiles.Broken(path, lines.Number, "This line is not as it was written: its hash does not fit.");
                    found = record.Decision.Id == id ? record : found;
                }
            }

            if (found is not null)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>Says that a folder holds no log.</summary>
    internal static InvalidInputException NoLog(string folder) =>
        new("There is no decision log here.", "Name the folder that a guard writes its decisions into.", new InputPosition(folder));

    private static IReadOnlyList<int> Existing(string folder)
    {
        var segments = DecisionFiles.Segments(folder);
        return segments.Count > 0 || File.Exists(DecisionFiles.Head(folder)) ? segments : throw NoLog(folder);
    }

    private static int LastThat(string folder, IReadOnlyList<int> segments, Func<DecisionRecord, bool> canBegin)
    {
        var (low, high) = (0, segments.Count - 1);
        while (low < high)
        {
            // A segment without a whole line is the last one, and holds nothing.
            var middle = (low + high + 1) / 2;
            var begins = DecisionFiles.First(DecisionFiles.Segment(folder, segments[middle])) is { } first && canBegin(first);
            (low, high) = begins ? (middle, high) : (low, middle - 1);
        }

        return low;
    }
}
