using Plumbline.Evaluation.Statistics;
using Plumbline.Randomness;

namespace Plumbline.Evaluation.Principles.Fitting;

/// <summary>How far coefficients move when prompts are drawn anew: percentile intervals (Efron 1979), all pairs of a prompt drawn together.</summary>
internal static class CoefficientBootstrap
{
    /// <summary>The coefficients with their intervals.</summary>
    /// <param name="pairs">The differences.</param>
    /// <param name="penalty">λ, the same in every sample.</param>
    /// <param name="resamples">How many samples are drawn.</param>
    /// <param name="confidence">In (0, 1).</param>
    /// <param name="seed">The draws' seed.</param>
    /// <param name="step">Called after each sample.</param>
    /// <param name="cancellation">Ends it.</param>
    public static Estimate[] Of(
        PairDifferences pairs,
        double penalty,
        int resamples,
        double confidence,
        Seed seed,
        Action<int> step,
        CancellationToken cancellation
    )
    {
        var coefficients = PairLogistic.Fit(pairs, penalty);
        var random = seed.Derive("coefficients").Source();
        var drawn = coefficients.Select(_ => new double[resamples]).ToArray();
        var counts = new double[pairs.GroupCount];
        for (var i = 0; i < resamples; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            Array.Clear(counts);
            for (var j = 0; j < counts.Length; j++)
            {
                counts[random.NextInt(counts.Length)]++;
            }

            var sample = PairLogistic.Fit(pairs, penalty, [.. pairs.Groups.Select(group => counts[group])], coefficients);
            for (var column = 0; column < sample.Length; column++)
            {
                drawn[column][i] = sample[column];
            }

            step(i + 1);
        }

        var tail = (1 - confidence) / 2;
        return
        [
            .. coefficients.Zip(
                drawn,
                (value, samples) =>
                {
                    Array.Sort(samples);
                    return new Estimate(
                        value,
                        new Interval(Bootstrap.Percentile(samples, tail), Bootstrap.Percentile(samples, 1 - tail), confidence)
                    );
                }
            ),
        ];
    }
}
