namespace Plumbline.Evaluation.Statistics;

/// <summary>How much a disagreement of two raters weighs.</summary>
public enum KappaWeights
{
    /// <summary>Every disagreement weighs the same (Cohen 1960).</summary>
    None,

    /// <summary>|x − y|.</summary>
    Linear,

    /// <summary>(x − y)² (Cohen 1968): with it κ is close to an intraclass correlation (Fleiss and Cohen 1973).</summary>
    Quadratic,
}

/// <summary>Agreement of two raters beyond what their own habits would give by chance.</summary>
/// <remarks>
/// κ = 1 − Σ w·o / Σ w·e with the weights w of disagreements, the observed shares o of pairs of values and those expected where both keep their habits and know nothing of each other, e = p·q.
/// Weights are of values, not of places among those that happen to occur, so an unused category between two changes nothing. Cohen, A Coefficient of Agreement for Nominal Scales, Educational
/// and Psychological Measurement 20 (1960) 37-46; Cohen, Weighted Kappa, Psychological Bulletin 70 (1968) 213-220.
/// </remarks>
public static class CohenKappa
{
    /// <summary>κ of two raters.</summary>
    /// <param name="first">One rater's values.</param>
    /// <param name="second">The other's, of the same units.</param>
    /// <param name="weights">How much disagreements weigh.</param>
    /// <returns>κ without an interval; not defined for no values, or where both give one and the same value always.</returns>
    /// <exception cref="ArgumentException">The two differ in length, or a value is no finite number.</exception>
    public static Figure Of(ReadOnlySpan<double> first, ReadOnlySpan<double> second, KappaWeights weights = KappaWeights.None)
    {
        if (first.Length != second.Length)
        {
            throw new ArgumentException($"{first.Length} and {second.Length} values do not belong together.", nameof(second));
        }

        var ratings = new List<Rating>();
        for (var unit = 0; unit < first.Length; unit++)
        {
            ratings.Add(new Rating(unit, 0, first[unit]));
            ratings.Add(new Rating(unit, 1, second[unit]));
        }

        return RaterPairs.Of(ratings) is not { } pairs ? Figure.Without(UndefinedReason.TooManyPairs)
            : pairs.Count == 0 ? Figure.Without(UndefinedReason.NothingShared)
            : pairs.Kappa(0, weights);
    }

    /// <summary>κ of a table of counts.</summary>
    /// <param name="counts">[categories, categories]: how often the first rater gave the row's category and the second the column's; categories are the values 0, 1, and so on.</param>
    /// <param name="weights">How much disagreements weigh.</param>
    /// <exception cref="ArgumentException">The table is not square, or a count is below 0.</exception>
    public static Figure OfTable(int[,] counts, KappaWeights weights = KappaWeights.None)
    {
        var categories = counts.GetLength(0);
        if (counts.GetLength(1) != categories)
        {
            throw new ArgumentException("The table is not square.", nameof(counts));
        }

        var sums = new KappaSums([.. Enumerable.Range(0, categories).Select(category => (double)category)], weights);
        for (var row = 0; row < categories; row++)
        {
            for (var column = 0; column < categories; column++)
            {
                ArgumentOutOfRangeException.ThrowIfNegative(counts[row, column], nameof(counts));
                sums.Add(row, column, counts[row, column]);
            }
        }

        return sums.Kappa();
    }
}
