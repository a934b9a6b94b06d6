namespace Plumbline.Evaluation.Statistics;

/// <summary>The mean of values that come in groups, such as the pairs of one prompt, and are independent only between groups.</summary>
public static class ClusteredMean
{
    /// <summary>The mean over all values with a normal interval.</summary>
    /// <param name="values">Finite values.</param>
    /// <param name="groups">The group of each value, from 0.</param>
    /// <param name="confidence">In (0, 1).</param>
    /// <returns>NaN without values; an interval without bounds for fewer than two groups.</returns>
    /// <remarks>
    /// m = Σ d/N with the variance G/(G−1) · Σ_g (Σ_{i∈g} (d_i − m))² / N²: the linearised variance of a ratio (Liang and Zeger 1986). With groups of one it is the usual standard error.
    /// </remarks>
    /// <exception cref="ArgumentException">The two differ in length.</exception>
    public static Estimate Of(ReadOnlySpan<double> values, ReadOnlySpan<int> groups, double confidence = 0.95)
    {
        if (values.Length != groups.Length)
        {
            throw new ArgumentException($"{values.Length} values and {groups.Length} groups do not belong together.", nameof(groups));
        }

        var z = NormalDistribution.TwoSidedQuantile(confidence);
        var mean = 0.0;
        foreach (var value in values)
        {
            mean += value / values.Length;
        }

        var sums = new Dictionary<int, double>();
        for (var i = 0; i < values.Length; i++)
        {
            sums[groups[i]] = sums.GetValueOrDefault(groups[i]) + values[i] - mean;
        }

        if (sums.Count < 2)
        {
            var value = values.Length == 0 ? double.NaN : mean;
            return new Estimate(value, new Interval(double.NegativeInfinity, double.PositiveInfinity, confidence));
        }

        var variance = sums.Values.Sum(sum => sum * sum) * sums.Count / (sums.Count - 1.0) / ((double)values.Length * values.Length);
        var reach = z * Math.Sqrt(variance);
        return new Estimate(mean, new Interval(mean - reach, mean + reach, confidence));
    }
}
