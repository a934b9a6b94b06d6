using MathNet.Numerics.Distributions;

namespace Plumbline.Evaluation.Statistics;

/// <summary>What repetitions of an experiment, each with a seed of its own, say of its mean.</summary>
public static class Repetitions
{
    /// <summary>The mean with Student's interval, which is honest for few repetitions: mean ± t(n - 1) · s / √n.</summary>
    /// <param name="values">One finite value of each repetition. None gives NaN; fewer than two give an interval without bounds.</param>
    /// <param name="confidence">In (0, 1).</param>
    /// <remarks>
    /// Student 1908. The values are taken to be normal; means over many prompts nearly are. Where all values are the same the interval is that value alone, which says
    /// that the repetitions agreed and not that the next one must.
    /// </remarks>
    /// <exception cref="ArgumentException">A value is not finite.</exception>
    public static Estimate Mean(IReadOnlyList<double> values, double confidence = 0.95)
    {
        Interval.CheckConfidence(confidence);
        if (values.FirstOrDefault(value => !double.IsFinite(value), 0) is var odd && !double.IsFinite(odd))
        {
            throw new ArgumentException($"The value {odd} is not finite.", nameof(values));
        }

        if (values.Count < 2)
        {
            return new Estimate(
                values.Count == 0 ? double.NaN : values[0],
                new Interval(double.NegativeInfinity, double.PositiveInfinity, confidence)
            );
        }

        var mean = values.Average();
        var deviation = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1));
        var reach = StudentT.InvCDF(0, 1, values.Count - 1, 0.5 + confidence / 2) * deviation / Math.Sqrt(values.Count);
        return new Estimate(mean, new Interval(mean - reach, mean + reach, confidence));
    }
}
