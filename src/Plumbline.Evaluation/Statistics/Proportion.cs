namespace Plumbline.Evaluation.Statistics;

/// <summary>How often something happened in independent trials.</summary>
/// <param name="Successes">How often it happened.</param>
/// <param name="Trials">How often it could have happened, at least <paramref name="Successes"/>.</param>
public readonly record struct Proportion(long Successes, long Trials)
{
    /// <summary>The share in [0, 1]; NaN where there were no trials.</summary>
    public double Value => Trials == 0 ? double.NaN : (double)Successes / Trials;

    /// <summary>Counts the trues.</summary>
    public static Proportion Of(IEnumerable<bool> outcomes)
    {
        long successes = 0,
            trials = 0;
        foreach (var outcome in outcomes)
        {
            successes += outcome ? 1 : 0;
            trials++;
        }

        return new Proportion(successes, trials);
    }

    /// <summary>The Wilson score interval of the true share, which is sound for few trials and for shares near 0 and 1.</summary>
    /// <param name="confidence">In (0, 1).</param>
    /// <returns>Within [0, 1]; the whole of it where there were no trials.</returns>
    /// <remarks>
    /// (p + z^2/2n +- z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n): Wilson 1927; recommended by Brown, Cai and DasGupta 2001.
    /// </remarks>
    /// <exception cref="InvalidOperationException">The counts are negative or the successes outnumber the trials.</exception>
    public Interval WilsonInterval(double confidence = 0.95)
    {
        if (Successes < 0 || Successes > Trials)
        {
            throw new InvalidOperationException($"{Successes} successes in {Trials} trials cannot be.");
        }

        return Wilson(Successes, Trials, confidence);
    }

    /// <summary>The same for counts that need not be whole, such as ties at half.</summary>
    /// <param name="successes">At least 0, at most <paramref name="trials"/>.</param>
    /// <param name="trials">At least 0.</param>
    /// <param name="confidence">In (0, 1).</param>
    public static Interval Wilson(double successes, double trials, double confidence)
    {
        var z = NormalDistribution.TwoSidedQuantile(confidence);
        if (trials == 0)
        {
            return new Interval(0, 1, confidence);
        }

        double p = successes / trials,
            zz = z * z;
        var center = p + zz / (2 * trials);
        var reach = z * Math.Sqrt(p * (1 - p) / trials + zz / (4 * trials * trials));
        var scale = 1 + zz / trials;
        // At the ends the formula gives exactly 0 and 1, but for rounding.
        var low = successes == 0 ? 0 : (center - reach) / scale;
        var high = successes == trials ? 1 : (center + reach) / scale;
        return new Interval(low, high, confidence);
    }

    /// <summary>The interval of the difference of two shares that were measured on different, independent trials.</summary>
    /// <param name="before">The share that is subtracted.</param>
    /// <param name="after">The share it is subtracted from.</param>
    /// <param name="confidence">In (0, 1).</param>
    /// <remarks>Newcombe 1998, method 10: the distances of the two Wilson intervals' ends, added as squares.</remarks>
    public static Estimate Difference(Proportion before, Proportion after, double confidence = 0.95)
    {
        var first = before.WilsonInterval(confidence);
        var second = after.WilsonInterval(confidence);
        if (before.Trials == 0 || after.Trials == 0)
        {
            return new Estimate(double.NaN, new Interval(-1, 1, confidence));
        }

        var difference = after.Value - before.Value;
        var down = Math.Sqrt(Square(after.Value - second.Low) + Square(first.High - before.Value));
        var up = Math.Sqrt(Square(second.High - after.Value) + Square(before.Value - first.Low));
        return new Estimate(difference, new Interval(difference - down, difference + up, confidence));
    }

    /// <summary>The share with its Wilson interval.</summary>
    public Estimate ToEstimate(double confidence = 0.95) => new(Value, WilsonInterval(confidence));

    private static double Square(double value) => value * value;
}
