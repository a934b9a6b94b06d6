using Plumbline.Evaluation.Statistics;
using Plumbline.Randomness;

namespace Plumbline.Feedback.RankModels.Fitting;

/// <summary>Fits strengths to data, and to data drawn from them with replacement.</summary>
internal static class StrengthResampling
{
    private const int LeastResamples = 100;

    public static StrengthFit Fit(IStrengthData data, StrengthOptions options) => new(Estimate(data, options), options);

    public static ResampledStrengths Resample(
        IStrengthData data,
        StrengthOptions options,
        Seed seed,
        int resamples,
        IReadOnlyList<int>? units
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, LeastResamples);
        var estimated = Estimate(data, options);
        var fit = new StrengthFit(estimated, options);
        var (draws, random) = (new UnitDraws(data.Counts, units), seed.Derive("strength resamples").Source());
        var drawn = Enumerable.Range(0, data.Items).Select(_ => new List<double>()).ToArray();
        var weights = new double[data.Counts.Count];
        for (var i = 0; i < resamples; i++)
        {
            draws.Draw(random, weights);
            var sample = StrengthEstimation.Estimate(data, weights, options, estimated.Maximum.At.AsSpan(0, data.Items));
            for (var item = 0; item < data.Items; item++)
            {
                if (
                    sample.Maximum.IsFound
                    && (options.PriorDeviation is not null || IsWhole(fit.Groups[fit.GroupOf(item)], sample.Grouping))
                )
                {
                    drawn[item].Add(sample.Maximum.At[item] - Mean(fit.Groups[fit.GroupOf(item)], sample.Maximum.At));
                }
            }
        }

        return new ResampledStrengths(
            fit,
            [
                .. fit.LogStrengths.Select(
                    (value, item) => value is { } known ? Interval(known.Value, drawn[item], resamples, options) : null
                ),
            ],
            [.. drawn.Select(values => 1 - ((double)values.Count / resamples))]
        );
    }

    /// <summary>The estimate from all observations.</summary>
    internal static EstimatedStrengths Estimate(IStrengthData data, StrengthOptions options) =>
        StrengthEstimation.Estimate(data, (double[])[.. data.Counts], options, []);

    private static Estimate? Interval(double value, List<double> drawn, int resamples, StrengthOptions options)
    {
        var (tail, failed) = ((1 - options.Confidence) / 2, resamples - drawn.Count);
        if (failed > tail * resamples)
        {
            return new Estimate(value, new Interval(double.NegativeInfinity, double.PositiveInfinity, options.Confidence));
        }

        double[] sorted = [.. drawn.Order()];
        var (low, high) = (Bootstrap.Percentile(sorted, tail), Bootstrap.Percentile(sorted, 1 - tail));
        return new Estimate(value, new Interval(low, high, options.Confidence));
    }

    // With a prior a sample may come apart into groups that are still finite; without one that is a failure.
    private static bool IsWhole(ItemGroup group, Grouping sample) =>
        group.Items.All(item => sample.GroupOf[item] == sample.GroupOf[group.Items[0]]);

    private static double Mean(ItemGroup group, double[] at) => group.Items.Average(item => at[item]);
}
