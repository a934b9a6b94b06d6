using Plumbline.Randomness;

namespace Plumbline.Moderation.Calibration;

/// <summary>
/// Bets that scores are no longer drawn like those a threshold was calibrated on. While they are, the capital has an expectation of 1, so the chance that it ever reaches c is at most 1/c (Ville
/// 1939): when it does, the calibration's promises are void. For one caller at a time.
/// </summary>
/// <remarks>
/// Each score becomes the conformal p-value p = (#{earlier above} + U·(#{earlier equal} + 1)) / (n + 1) among the reference and all scores before it, so p-values are independent and uniform while nothing
/// changes; scores are compared in <see cref="Bins"/> steps. The capital is the simple jumper's (Vovk, Petej, Nouretdinov, Ahlberg, Carlsson and Gammerman 2021): three accounts bet 1 + ε(p − 1/2), ε = −1,
/// 0, 1, and a share J of the capital is dealt anew each time.
/// </remarks>
public sealed class DriftMonitor
{
    private const int Bins = 4096;
    private const double Jump = 0.01;

    // A Fenwick tree (Fenwick 1994) of how many scores fell into each bin.
    private readonly long[] tree = new long[Bins + 1];
    private readonly RandomSource ties;
    private double low;
    private double middle;
    private double high;
    private long count;

    /// <summary>Begins with a capital of 1.</summary>
    /// <param name="reference">Scores of calibration, at least one.</param>
    /// <param name="ties">What ties are broken by.</param>
    public DriftMonitor(IReadOnlyList<double> reference, RandomSource ties)
    {
        if (reference.Count == 0)
        {
            throw new InvalidInputException("There are no scores to compare with.", "Calibrate on at least one text.");
        }

        foreach (var score in reference)
        {
            Count(BinOf(score));
        }

        this.ties = ties;
        low = middle = high = 1.0 / 3;
    }

    /// <summary>The capital; 1 at the beginning.</summary>
    public double Capital => low + middle + high;

    /// <summary>The most it ever was.</summary>
    public double Highest { get; private set; } = 1;

    /// <summary>How many scores were seen.</summary>
    public long Seen { get; private set; }

    /// <summary>Whether it ever reached a bound; the chance of that is at most 1 / bound while nothing has changed.</summary>
    public bool IsAlarmed(double bound) => Highest >= bound;

    /// <summary>Takes the next score.</summary>
    public void Add(double score)
    {
        var bin = BinOf(score);
        var (below, upTo) = (UpTo(bin - 1), UpTo(bin));
        var p = (count - upTo + (ties.NextDouble() * (upTo - below + 1))) / (count + 1);
        Count(bin);
        var share = Jump * Capital / 3;
        low = (((1 - Jump) * low) + share) * (1.5 - p);
        middle = ((1 - Jump) * middle) + share;
        high = (((1 - Jump) * high) + share) * (0.5 + p);
        Seen++;
        Highest = Math.Max(Highest, Capital);
    }

    private static int BinOf(double score) => (int)(Math.Clamp(score, 0, 1) * (Bins - 1));

    private void Count(int bin)
    {
        count++;
        for (var at = bin + 1; at <= Bins; at += at & -at)
        {
            tree[at]++;
        }
    }

    // How many scores lie in a bin or below it.
    private long UpTo(int bin)
    {
        var sum = 0L;
        for (var at = bin + 1; at > 0; at -= at & -at)
        {
            sum += tree[at];
        }

        return sum;
    }
}
