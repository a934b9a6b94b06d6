namespace Plumbline.Evaluation.Statistics;

/// <summary>How far raters agree beyond what chance would give.</summary>
public static class KrippendorffAlpha
{
    /// <summary>
    /// α = 1 − D_o/D_e with squared differences (interval data): 1 for full agreement, 0 for what values dealt out at random would give, below 0 for less.
    /// </summary>
    /// <param name="units">For each thing that was rated the values it was given; those with one or none say nothing about agreement.</param>
    /// <returns>α; null where no unit has two values, or all values are the same.</returns>
    /// <remarks>
    /// D_o = (1/n) Σ_u Σ_{i≠j} (x_i − x_j)² / (m_u − 1) within units of m_u values, D_e = Σ_{i≠j} (x_i − x_j)² / (n(n − 1)) over all n pairable values. Krippendorff, Computing
    /// Krippendorff's Alpha-Reliability, 2011.
    /// </remarks>
    /// <exception cref="ArgumentException">A value is no finite number.</exception>
    public static double? OfIntervals(IEnumerable<IReadOnlyList<double>> units)
    {
        var pairable = units.Where(unit => unit.Count > 1).ToList();
        double[] all = [.. pairable.SelectMany(unit => unit)];
        if (!Array.TrueForAll(all, double.IsFinite))
        {
            throw new ArgumentException("A value is a finite number.", nameof(units));
        }

        if (all.Length == 0)
        {
            return null;
        }

        var observed = pairable.Sum(unit => Differences(unit) / (unit.Count - 1)) / all.Length;
        var expected = Differences(all) / ((double)all.Length * (all.Length - 1));
        return expected > 0 ? 1 - (observed / expected) : null;
    }

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

    // Σ over ordered pairs of (x_i − x_j)² = 2·m·Σ (x − mean)².
    private static double Differences(IReadOnlyList<double> values)
    {
        var mean = values.Average();
        return 2 * values.Count * values.Sum(value => (value - mean) * (value - mean));
    }
}
