namespace Plumbline.Evaluation.Statistics;

/// <summary>How far values differ at a level of measurement, summed over ordered pairs (<see cref="KrippendorffAlpha"/>).</summary>
internal abstract class ValueDisagreement
{
    /// <summary>Σ δ² over ordered pairs of all values.</summary>
    public abstract double Expected { get; }

    /// <summary>Σ δ² over ordered pairs of a unit's values, given by their places, rising.</summary>
    public abstract double Within(ReadOnlySpan<int> codes);

    /// <param name="level">What the values mean.</param>
    /// <param name="values">The different values, rising.</param>
    /// <param name="counts">How often each was given.</param>
    public static ValueDisagreement Of(MeasurementLevel level, ReadOnlySpan<double> values, int[] counts) =>
        level switch
        {
            MeasurementLevel.Nominal => new Names(counts),
            MeasurementLevel.Ordinal => new Squares(MeanRanks(counts), counts),
            MeasurementLevel.Interval => new Squares(values.ToArray(), counts),
            MeasurementLevel.Ratio => new Ratios(values.ToArray(), counts),
            _ => throw new ArgumentOutOfRangeException(nameof(level), level, "There is no such level."),
        };

    // Σ_{g=c..k} n_g − (n_c + n_k)/2 is the difference of the places at the middle of each value's run.
    private static double[] MeanRanks(int[] counts)
    {
        var ranks = new double[counts.Length];
        var below = 0.0;
        for (var code = 0; code < ranks.Length; code++)
        {
            ranks[code] = below + (counts[code] / 2.0);
            below += counts[code];
        }

        return ranks;
    }

    private sealed class Names(int[] counts) : ValueDisagreement
    {
        public override double Expected { get; } = Different(counts);

        public override double Within(ReadOnlySpan<int> codes)
        {
            var different = (double)codes.Length * codes.Length;
            for (var first = 0; first < codes.Length; first = UnitRatings.EndOfRun(codes, first))
            {
                var times = (double)UnitRatings.EndOfRun(codes, first) - first;
                different -= times * times;
            }

            return different;
        }

        private static double Different(int[] counts)
        {
            var all = counts.Sum(count => (double)count);
            return (all * all) - counts.Sum(count => (double)count * count);
        }
    }

    // Σ over ordered pairs of (x_i − x_j)² = 2·m·Σ (x − mean)².
    private sealed class Squares(double[] scores, int[] counts) : ValueDisagreement
    {
        public override double Expected { get; } = Spread(scores, counts);

        public override double Within(ReadOnlySpan<int> codes)
        {
            // Also so that full agreement is exactly 0.
            if (codes[0] == codes[^1])
            {
                return 0;
            }

            var mean = 0.0;
            foreach (var code in codes)
            {
                mean += scores[code] / codes.Length;
            }

            var squares = 0.0;
            foreach (var code in codes)
            {
                squares += (scores[code] - mean) * (scores[code] - mean);
            }

            return 2 * codes.Length * squares;
        }

        private static double Spread(double[] scores, int[] counts)
        {
            var all = counts.Sum(count => (double)count);
            var mean = 0.0;
            for (var code = 0; code < scores.Length; code++)
            {
                mean += counts[code] / all * scores[code];
            }

            var squares = 0.0;
            for (var code = 0; code < scores.Length; code++)
            {
                squares += counts[code] * (scores[code] - mean) * (scores[code] - mean);
            }

            return 2 * all * squares;
        }
    }

    private sealed class Ratios(double[] values, int[] counts) : ValueDisagreement
    {
        public override double Expected { get; } = Apart(values, counts);

        public override double Within(ReadOnlySpan<int> codes)
        {
            var sum = 0.0;
            for (var i = 0; i < codes.Length; i = UnitRatings.EndOfRun(codes, i))
            {
                var times = UnitRatings.EndOfRun(codes, i) - i;
                for (var j = i + times; j < codes.Length; j = UnitRatings.EndOfRun(codes, j))
                {
                    sum += 2.0 * times * (UnitRatings.EndOfRun(codes, j) - j) * Difference(values[codes[i]], values[codes[j]]);
                }
            }

            return sum;
        }

        private static double Apart(double[] values, int[] counts)
        {
            var sum = 0.0;
            for (var i = 0; i < values.Length; i++)
            {
                for (var j = i + 1; counts[i] > 0 && j < values.Length; j++)
                {
                    sum += counts[j] == 0 ? 0 : 2.0 * counts[i] * counts[j] * Difference(values[i], values[j]);
                }
            }

            return sum;
        }

        private static double Difference(double lower, double higher)
        {
            var ratio = (higher - lower) / (higher + lower);
            return ratio * ratio;
        }
    }
}
