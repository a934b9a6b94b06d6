using Plumbline.Randomness;

namespace Plumbline.Moderation.Calibration;

/// <summary>
/// Bets that scores are no longer drawn like those a threshold was calibrated on. While they are, the capital has an expectation of 1, so the chance that it ever reaches c is at most 1/c (Ville
/// 1939): when it does, the calibration's promises are void. For one caller at a time.
/// </summary>
/// <remarks>
/// Each score becomes the conformal p-value p = (#{reference above} + U·(#{reference equal} + 1)) / (n + 1), uniform while nothing changes. The capital is the simple jumper's (Vovk, Petej, Nouretdinov,
/// Ahlberg, Carlsson and Gammerman 2021): three accounts bet 1 + ε(p − 1/2), ε = −1, 0, 1, and a share J of the capital is dealt anew each time.
/// </remarks>
public sealed class DriftMonitor
{
    private const double Jump = 0.01;

    private readonly double[] reference;
    private readonly RandomSource ties;
    private double low;
    private double middle;
    private double high;

    /// <summary>Begins with a capital of 1.</summary>
    /// <param name="reference">Scores of calibration, at least one.</param>
    /// <param name="ties">What ties are broken by.</param>
    public DriftMonitor(IReadOnlyList<double> reference, RandomSource ties)
    {
        if (reference.Count == 0)
        {
            throw new InvalidInputException("There are no scores to compare with.", "Calibrate on at least one text.");
        }

        this.reference = [.. reference.Order()];
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
        var above = reference.Length - Rank(score, orEqual: true);
        var equal = reference.Length - above - Rank(score, orEqual: false);
        var p = (above + (ties.NextDouble() * (equal + 1))) / (reference.Length + 1);
        var share = Jump * Capital / 3;
        low = (((1 - Jump) * low) + share) * (1.5 - p);
        middle = ((1 - Jump) * middle) + share;
        high = (((1 - Jump) * high) + share) * (0.5 + p);
        Seen++;
        Highest = Math.Max(Highest, Capital);
    }

    // How many of the reference are below, or not above.
    private int Rank(double score, bool orEqual)
    {
        var (first, end) = (0, reference.Length);
        while (first < end)
        {
            var at = (first + end) / 2;
            if (orEqual ? reference[at] <= score : reference[at] < score)
            {
                first = at + 1;
            }
            else
            {
                end = at;
            }
        }

        return first;
    }
}
