namespace Plumbline.Moderation.TermLists;

/// <summary>Where some phrases stand in a text, so that the nearest to a place is found without looking at all.</summary>
internal sealed class HitPlaces
{
    private readonly PhraseHit[] byEnd;
    private readonly PhraseHit[] byStart;
    private readonly int[] farthestEnd;

    /// <summary>Keeps hits.</summary>
    /// <param name="hits">In the order of their ends, as scans give them.</param>
    public HitPlaces(IEnumerable<PhraseHit> hits)
    {
        byEnd = [.. hits];
        // Numbers are sorted much faster than structures by a rule.
        var starts = new long[byEnd.Length];
        for (var i = 0; i < starts.Length; i++)
        {
            starts[i] = ((long)byEnd[i].Start << 32) | (uint)i;
        }

        Array.Sort(starts);
        byStart = new PhraseHit[starts.Length];
        farthestEnd = new int[starts.Length];
        var farthest = 0;
        for (var i = 0; i < starts.Length; i++)
        {
            byStart[i] = byEnd[(int)starts[i]];
            farthest = Math.Max(farthest, byStart[i].End);
            farthestEnd[i] = farthest;
        }
    }

    /// <summary>The nearest hit that does not overlap another, and how far away it stands in quarters of a word; null for none.</summary>
    public (PhraseHit Hit, int Distance)? Nearest(PhraseHit from)
    {
        // Distances grow with places, so the last that ends before and the first that begins behind are the nearest.
        var before = Count(byEnd, hit => hit.End <= from.Start) - 1;
        var after = Count(byStart, hit => hit.Start < from.End);
        (PhraseHit, int)? nearest = before < 0 ? null : (byEnd[before], from.From - byEnd[before].To);
        if (after < byStart.Length && byStart[after].From - from.To is var distance && (nearest is not { } found || distance < found.Item2))
        {
            nearest = (byStart[after], distance);
        }

        return nearest;
    }

    /// <summary>Whether one of the hits holds the whole of another.</summary>
    public bool Hold(PhraseHit other)
    {
        var begun = Count(byStart, hit => hit.Start <= other.Start);
        return begun > 0 && farthestEnd[begun - 1] >= other.End;
    }

    // How many of the first hits fulfil a condition that the others do not.
    private static int Count(PhraseHit[] hits, Func<PhraseHit, bool> holds)
    {
        var (low, high) = (0, hits.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = holds(hits[middle]) ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
