namespace Plumbline.Evaluation.Statistics;

/// <summary>Raw agreement: how often two raters of a unit give the same value. It says nothing of chance, which agrees often where one value is common.</summary>
public static class PercentAgreement
{
    /// <summary>The mean, over units with two values and more, of the share of pairs of their values that are the same; each unit counts the same.</summary>
    /// <param name="ratings">The values.</param>
    /// <param name="multiplicities">How often each unit counts, for a bootstrap; empty for once each.</param>
    /// <returns>In [0, 1] without an interval; not defined where no unit has two values.</returns>
    /// <remarks>P̄ of Fleiss (<see cref="FleissKappa"/>), for any numbers of raters. O(n) for n values.</remarks>
    public static Figure Of(UnitRatings ratings, ReadOnlySpan<int> multiplicities = default)
    {
        var (sum, units) = (0.0, 0L);
        for (var unit = 0; unit < ratings.Units; unit++)
        {
            var codes = ratings.CodesOf(unit);
            var times = multiplicities.IsEmpty ? 1 : multiplicities[unit];
            if (codes.Length > 1 && times > 0)
            {
                sum += times * SameShare(codes);
                units += times;
            }
        }

        return units == 0 ? Figure.Without(UndefinedReason.NothingShared) : Figure.Of(sum / units);
    }

    private static double SameShare(ReadOnlySpan<int> codes)
    {
        var same = 0L;
        for (var first = 0; first < codes.Length; first = UnitRatings.EndOfRun(codes, first))
        {
            long times = UnitRatings.EndOfRun(codes, first) - first;
            same += times * (times - 1);
        }

        return same / ((double)codes.Length * (codes.Length - 1));
    }
}
