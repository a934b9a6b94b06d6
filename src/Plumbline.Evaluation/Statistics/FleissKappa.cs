namespace Plumbline.Evaluation.Statistics;

/// <summary>Agreement of many raters on names, where every unit has the same number of them, not necessarily the same ones (Fleiss 1971).</summary>
public static class FleissKappa
{
    /// <summary>κ = (P̄ − P̄_e) / (1 − P̄_e): 1 for full agreement, 0 for what chance would give, below 0 for less.</summary>
    /// <param name="ratings">The values; units without any are passed over.</param>
    /// <param name="multiplicities">How often each unit counts, for a bootstrap; empty for once each.</param>
    /// <returns>κ without an interval, or why it is not defined.</returns>
    /// <remarks>
    /// P̄ is the mean over units of the share of pairs of their values that are the same, P̄_e = Σ_j p_j² with p_j the share of category j among all values. Fleiss, Measuring Nominal Scale
    /// Agreement Among Many Raters, Psychological Bulletin 76 (1971) 378-382. O(n) for n values.
    /// </remarks>
    public static Figure Of(UnitRatings ratings, ReadOnlySpan<int> multiplicities = default)
    {
        var size = 0;
        for (var unit = 0; unit < ratings.Units; unit++)
        {
            var here = ratings.CodesOf(unit).Length;
            if (here > 0 && size > 0 && here != size)
            {
                return Figure.Without(UndefinedReason.UnequalCounts);
            }

            size = Math.Max(size, here);
        }

        if (PercentAgreement.Of(ratings, multiplicities).Value is not { } observed)
        {
            return Figure.Without(UndefinedReason.NothingShared);
        }

        var counts = ratings.PairableCounts(multiplicities);
        var all = counts.Sum(count => (double)count);
        var expected = counts.Sum(count => count / all * (count / all));
        return counts.Count(count => count > 0) == 1
            ? Figure.Without(UndefinedReason.Unanimous)
            : Figure.Of((observed - expected) / (1 - expected));
    }
}
