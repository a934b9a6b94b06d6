namespace Plumbline.Training.Rewards;

/// <summary>The comparisons that ranks imply.</summary>
public static class RankedPairs
{
    /// <summary>All pairs of answers of which one is ranked above the other, by index; ties make none.</summary>
    /// <param name="ranks">The rank of each answer, 1 is best.</param>
    public static IEnumerable<(int Better, int Worse)> Of(IReadOnlyList<int> ranks) =>
        from better in Enumerable.Range(0, ranks.Count)
        from worse in Enumerable.Range(0, ranks.Count)
        where ranks[better] < ranks[worse]
        select (better, worse);
}
