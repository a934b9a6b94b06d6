namespace Plumbline.Evaluation.Statistics;

/// <summary>The standard normal distribution.</summary>
public static class NormalDistribution
{
    private const int NewtonSteps = 3;

    /// <summary>How many standard errors a two-sided interval of <paramref name="confidence"/> reaches to each side; 1.96 for 0.95.</summary>
    /// <param name="confidence">In (0, 1).</param>
    public static double TwoSidedQuantile(double confidence)
    {
        Interval.CheckConfidence(confidence);
        return Quantile(0.5 + confidence / 2);
    }

    /// <summary>The value below which a share <paramref name="probability"/> in (0, 1) lies, to about 14 digits.</summary>
    /// <param name="probability">In (0, 1).</param>
    /// <remarks>A rational start (Hastings 1955, via Abramowitz and Stegun 26.2.23; error below 4.5e-4), then Halley's steps on the distribution function.</remarks>
    public static double Quantile(double probability)
    {
        if (probability > 0.5)
        {
            return -Quantile(1 - probability);
        }

        var t = Math.Sqrt(-2 * Math.Log(probability));
        var x = -(t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))));
        for (var i = 0; i < NewtonSteps; i++)
        {
            var step = (Cumulative(x) - probability) / Density(x);
            x -= step / (1 + x * step / 2);
        }

        return x;
    }

    /// <summary>The share below <paramref name="x"/>.</summary>
    /// <param name="x">Any number, in standard deviations from the mean.</param>
    /// <remarks>A series around 0 (Marsaglia 2004, "Evaluating the Normal Distribution") and, in the tails, Laplace's continued fraction.</remarks>
    public static double Cumulative(double x)
    {
        if (x > 0)
        {
            return 1 - Cumulative(-x);
        }

        if (x < -3)
        {
            var fraction = -x;
            for (var k = 60; k >= 1; k--)
            {
                fraction = -x + k / fraction;
            }

            return Density(x) / fraction;
        }

        double sum = x,
            term = x;
        for (var k = 3; Math.Abs(term) > 1e-18; k += 2)
        {
            term *= x * x / k;
            sum += term;
        }

        return 0.5 + sum * Density(x);
    }

    private static double Density(double x) => Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);
}
