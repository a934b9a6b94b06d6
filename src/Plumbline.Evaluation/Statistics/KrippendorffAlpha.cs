namespace Plumbline.Evaluation.Statistics;

/// <summary>How far raters agree beyond what chance would give.</summary>
public static class KrippendorffAlpha
{
    /// <summary>The most different values of which α of ratios is computed: each is compared with each.</summary>
    public const int MostRatioValues = 4096;

    /// <summary>α = 1 − D_o/D_e: 1 for full agreement, 0 for what values dealt out at random would give, below 0 for less.</summary>
    /// <param name="ratings">The values; units with one or none say nothing about agreement.</param>
    /// <param name="level">What the values mean: how far two of them differ.</param>
    /// <param name="multiplicities">How often each unit counts, for a bootstrap; empty for once each.</param>
    /// <returns>α without an interval, or why it is not defined.</returns>
    /// <remarks>
    /// <para>
    /// D_o = (1/n) Σ_u Σ_{i≠j} δ²(x_i, x_j) / (m_u − 1) within units of m_u values, D_e = Σ_{i≠j} δ²(x_i, x_j) / (n(n − 1)) over all n pairable values. δ² is 1 for different names;
    /// (Σ_{g=c..k} n_g − (n_c + n_k)/2)² for places in an order, with n_g how often g was given; (c − k)² for intervals; ((c − k)/(c + k))² for ratios. Krippendorff, Computing Krippendorff's
    /// Alpha-Reliability, 2011.
    /// </para>
    /// <para>
    /// The difference of two places in an order is that of their mean ranks, so that both ordinal and interval sums need no pairs: O(n) for n values. Ratios are compared pair by pair:
    /// O(v² + Σ v_u²) for v different values, of which v_u are within a unit.
    /// </para>
    /// </remarks>
    /// <exception cref="ArgumentException">There are not as many multiplicities as units.</exception>
    public static Figure Of(UnitRatings ratings, MeasurementLevel level, ReadOnlySpan<int> multiplicities = default)
    {
        if (level == MeasurementLevel.Ratio && ratings.Values.Length > MostRatioValues)
        {
            return Figure.Without(UndefinedReason.TooManyValues);
        }

        if (level == MeasurementLevel.Ratio && ratings.Values is [< 0, ..])
        {
            return Figure.Without(UndefinedReason.NegativeValues);
        }

        var counts = ratings.PairableCounts(multiplicities);
        var all = counts.Sum(count => (double)count);
        if (all == 0)
        {
            return Figure.Without(UndefinedReason.NothingShared);
        }

        var disagreement = ValueDisagreement.Of(level, ratings.Values, counts);
        var expected = disagreement.Expected / (all * (all - 1));
        if (counts.Count(count => count > 0) == 1 || expected == 0)
        {
            return Figure.Without(UndefinedReason.Unanimous);
        }

        var observed = 0.0;
        for (var unit = 0; unit < ratings.Units; unit++)
        {
            var codes = ratings.CodesOf(unit);
            var times = multiplicities.IsEmpty ? 1 : multiplicities[unit];
            if (codes.Length > 1 && times > 0)
            {
                observed += times * disagreement.Within(codes) / (codes.Length - 1);
            }
        }

        return Figure.Of(1 - (observed / all / expected));
    }

    /// <summary>α of interval data.</summary>
    /// <param name="units">For each thing that was rated the values it was given; those with one or none say nothing about agreement.</param>
    /// <returns>α; null where no unit has two values, or all values are the same.</returns>
    /// <exception cref="ArgumentException">A value is no finite number.</exception>
    public static double? OfIntervals(IEnumerable<IReadOnlyList<double>> units) =>
        Of(UnitRatings.Of(units), MeasurementLevel.Interval).Value;

    /// <summary>
    /// α of opinions about which of two answers is better, from 0 (the second) to 1 (the first), 0.5 for neither. Every opinion counts beside its mirror image 1 − x, so that α
    /// does not depend on which answer is named first: chance is a coin, and full agreement is 1 even where all always prefer the answer that happens to stand first.
    /// </summary>
    /// <param name="units">For each pair of answers the opinions about it; those with one or none say nothing about agreement.</param>
    /// <returns>α; null where no unit has two opinions, or nobody ever prefers an answer.</returns>
    /// <exception cref="ArgumentException">An opinion lies outside [0, 1].</exception>
    public static double? OfPairOpinions(IEnumerable<IReadOnlyList<double>> units)
    {
        var known = units.ToList();
        return known.Exists(unit => unit.Any(opinion => opinion is not (>= 0 and <= 1)))
            ? throw new ArgumentException("An opinion lies between 0 and 1.", nameof(units))
            : OfIntervals(known.Concat(known.Select(unit => (IReadOnlyList<double>)[.. unit.Select(opinion => 1 - opinion)])));
    }
}
