namespace Plumbline.Data;

/// <summary>
/// Makes one ranking of several by the mean of each answer's ranks (Borda's count). Ties stand at their middle, so it does not matter whether
/// a rater numbered 1, 1, 2 or 1, 1, 3. Neither the order of the raters nor that of the answers changes what an answer gets.
/// </summary>
public static class MeanRank
{
    /// <summary>The place of each answer after all rankings, from 1 without holes; equal means are ties.</summary>
    /// <param name="rankings">
    /// At least one ranking: the rank of every answer, in the order of the answers. Lower is better, equal numbers are ties, only their order counts.
    /// </param>
    /// <exception cref="ArgumentException">There is no ranking, or two are of different length.</exception>
    public static IReadOnlyList<int> Places(IReadOnlyList<IReadOnlyList<int>> rankings)
    {
        if (rankings.Count == 0 || rankings.Any(ranking => ranking.Count != rankings[0].Count))
        {
            throw new ArgumentException("There is no ranking, or two rank different numbers of answers.", nameof(rankings));
        }

        // Twice the sum of the ranks, with ties at their middle, is a whole number: means compare exactly.
        var sums = new long[rankings[0].Count];
        foreach (var ranking in rankings)
        {
            for (var i = 0; i < sums.Length; i++)
            {
                sums[i] += ranking.Sum(other =>
                    other < ranking[i] ? 2
                    : other == ranking[i] ? 1
                    : 0
                );
            }
        }

        return [.. sums.Select(sum => 1 + sums.Where(other => other < sum).Distinct().Count())];
    }

    /// <summary>The answers in order of their places, best first; tied ones stay in the order given.</summary>
    /// <param name="prompt">What was asked.</param>
    /// <param name="answers">The answers, in the order in which <paramref name="places"/> has them.</param>
    /// <param name="places">The place of each answer (<see cref="Places"/>).</param>
    public static RankedExample Example(Content prompt, IReadOnlyList<Content> answers, IReadOnlyList<int> places)
    {
        var order = Order(places);
        Content[] sorted = [.. order.Select(i => answers[i])];
        int[] ranks = [.. order.Select(i => places[i])];
        return new RankedExample(ExampleId.Ranked(prompt, sorted, ranks), prompt, sorted, ranks);
    }

    /// <summary>The indices of the answers in order of their places, best first; tied ones by index.</summary>
    /// <param name="places">The place of each answer.</param>
    public static IReadOnlyList<int> Order(IReadOnlyList<int> places) => [.. Enumerable.Range(0, places.Count).OrderBy(i => places[i])];
}
