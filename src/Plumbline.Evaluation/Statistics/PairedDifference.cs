using Plumbline.Randomness;

namespace Plumbline.Evaluation.Statistics;

/// <summary>What changed between two measurements of the same units, such as the same prompts before and after training.</summary>
/// <param name="Mean">The mean of after minus before, with its bootstrap interval over units.</param>
/// <param name="Wins">How many units went up.</param>
/// <param name="Losses">How many went down.</param>
/// <param name="Ties">How many stayed.</param>
/// <param name="SignTestP">
/// The two-sided p value of the exact sign test on wins and losses; for yes-or-no outcomes this is McNemar's exact test.
/// </param>
public sealed record PairedDifference(Estimate Mean, int Wins, int Losses, int Ties, double SignTestP)
{
    /// <summary>Compares two measurements.</summary>
    /// <param name="before">One finite value of each unit.</param>
    /// <param name="after">The same units in the same order.</param>
    /// <param name="seed">The seed of the bootstrap.</param>
    /// <param name="confidence">In (0, 1).</param>
    /// <param name="resamples">How many bootstrap samples are drawn, at least 100.</param>
    /// <exception cref="ArgumentException">The two differ in length, or a value is not finite.</exception>
    public static PairedDifference Of(
        ReadOnlySpan<double> before,
        ReadOnlySpan<double> after,
        Seed seed,
        double confidence = 0.95,
        int resamples = 10_000
    )
    {
        if (before.Length != after.Length)
        {
            throw new ArgumentException($"{before.Length} values before and {after.Length} after are no pairs.", nameof(after));
        }

        var differences = new double[before.Length];
        int wins = 0,
            losses = 0;
        for (var i = 0; i < differences.Length; i++)
        {
            differences[i] = after[i] - before[i];
            wins += differences[i] > 0 ? 1 : 0;
            losses += differences[i] < 0 ? 1 : 0;
        }

        var mean = Bootstrap.Mean(differences, seed, confidence, resamples);
        return new PairedDifference(mean, wins, losses, differences.Length - wins - losses, SignTest(wins, losses));
    }

    /// <summary>Two-sided: twice the chance of a fair coin to be at least as one-sided, at most 1.</summary>
    internal static double SignTest(int wins, int losses)
    {
        var tosses = wins + losses;
        var fewer = Math.Min(wins, losses);
        var logChance = -tosses * Math.Log(2);
        var tail = 0.0;
        for (var k = 0; k <= fewer; k++)
        {
            tail += Math.Exp(logChance);
            logChance += Math.Log((double)(tosses - k) / (k + 1));
        }

        return Math.Min(1, 2 * tail);
    }
}
