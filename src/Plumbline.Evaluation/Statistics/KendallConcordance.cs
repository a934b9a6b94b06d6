namespace Plumbline.Evaluation.Statistics;

/// <summary>Kendall's W: how far several raters rank the same things alike.</summary>
public static class KendallConcordance
{
    /// <summary>
    /// W = (12 Σ R_i² − 3 m² n (n + 1)²) / (m² n (n² − 1) − m Σ_j T_j): 1 where all m rankings of the n things are the same, 0 where all things have the same sum of ranks.
    /// </summary>
    /// <param name="rankings">At least one ranking: the rank of each thing, in the order of the things. Only the order counts, equal ranks are ties and stand at their middle.</param>
    /// <returns>In [0, 1]; null for fewer than two rankings, or where all of them tie all things.</returns>
    /// <remarks>
    /// R_i is the sum of the ranks of thing i, T_j = Σ (t³ − t) over the groups of t ties of ranking j. Rankings dealt out at random give 1/m on average, so W of few raters is
    /// high by chance: compare it among questions with as many raters. Kendall and Babington Smith, Annals of Mathematical Statistics 10 (1939) 275-287; ties: Kendall, Rank Correlation Methods,
    /// chapter 6. O(m n log n).
    /// </remarks>
    /// <exception cref="ArgumentException">Two rankings are of different length.</exception>
    public static double? Of(IReadOnlyList<IReadOnlyList<int>> rankings)
    {
        if (rankings.Count < 2)
        {
            return null;
        }

        // Whole numbers: twice the middle ranks, so that full agreement is exactly 1.
        var doubled = new long[rankings[0].Count];
        var ties = 0.0;
        foreach (var ranking in rankings)
        {
            if (ranking.Count != doubled.Length)
            {
                throw new ArgumentException("Two rankings rank different numbers of things.", nameof(rankings));
            }

            ties += AddRanks(ranking, doubled);
        }

        double raters = rankings.Count,
            things = doubled.Length;
        var squares = 3 * doubled.Sum(sum => (double)sum * sum);
        var most = (raters * raters * things * ((things * things) - 1)) - (raters * ties);
        return most > 0 ? (squares - (3 * raters * raters * things * (things + 1) * (things + 1))) / most : null;
    }

    private static double AddRanks(IReadOnlyList<int> ranking, long[] doubled)
    {
        int[] order = [.. Enumerable.Range(0, ranking.Count).OrderBy(thing => ranking[thing])];
        var ties = 0.0;
        for (var first = 0; first < order.Length; )
        {
            var end = first + 1;
            while (end < order.Length && ranking[order[end]] == ranking[order[first]])
            {
                end++;
            }

            for (var i = first; i < end; i++)
            {
                doubled[order[i]] += first + end + 1;
            }

            double tied = end - first;
            ties += (tied * tied * tied) - tied;
            first = end;
        }

        return ties;
    }
}
