using MathNet.Numerics.Distributions;

namespace Plumbline.Moderation.Calibration;

/// <summary>
/// A threshold with what can be promised of it. It is a rank among the scores of texts that break a clause: of n of them the k-th smallest, k = ⌊α(n + 1)⌋. If the next such text is drawn like
/// these, the chance that it stays below is at most k/(n + 1) ≤ α, whatever the detector (split conformal prediction; Vovk, Gammerman and Shafer 2005; Angelopoulos and Bates 2023, section 1).
/// </summary>
/// <param name="Threshold">The score from which a text is stopped, in [0, 1].</param>
/// <param name="Harmful">Texts that break the clause it was chosen on: n.</param>
/// <param name="Harmless">Texts that keep it.</param>
/// <param name="MissBound">What at most is missed, on average over calibrations: k/(n + 1).</param>
/// <param name="MissCeiling">What at most is missed by this very threshold, at the confidence asked for: a quantile of Beta(k, n + 1 − k), which the share below it has.</param>
/// <param name="OverBlocks">The share of the harmless texts that it stops.</param>
/// <param name="OverBlockCeiling">What at most it stops of such texts, at that confidence (Clopper and Pearson 1934): the threshold was chosen without them.</param>
public sealed record ConformalThreshold(
    double Threshold,
    int Harmful,
    int Harmless,
    double MissBound,
    double MissCeiling,
    double OverBlocks,
    double OverBlockCeiling
)
{
    /// <summary>Texts that a miss rate needs at least: with fewer, no threshold but 0 keeps the promise.</summary>
    /// <param name="missRate">α, in (0, 1).</param>
    public static int Least(double missRate) => (int)Math.Ceiling((1 / missRate) - 1);

    /// <summary>The threshold for a miss rate; null where there are too few texts that break the clause to promise it.</summary>
    /// <param name="harmful">Scores of texts that break the clause.</param>
    /// <param name="harmless">Scores of texts that keep it.</param>
    /// <param name="missRate">α, in (0, 1).</param>
    /// <param name="confidence">Of the ceilings, in (0, 1).</param>
    public static ConformalThreshold? ForMisses(
        IReadOnlyList<double> harmful,
        IReadOnlyList<double> harmless,
        double missRate,
        double confidence
    )
    {
        // The product of α and n + 1 may be a whole number that rounding misses.
        var rank = (int)Math.Floor((missRate * (harmful.Count + 1)) + 1e-9);
        if (rank == 0)
        {
            return null;
        }

        var threshold = harmful.Order().ElementAt(rank - 1);
        var stopped = harmless.Count(score => score >= threshold);
        return new ConformalThreshold(
            threshold,
            harmful.Count,
            harmless.Count,
            (double)rank / (harmful.Count + 1),
            Beta.InvCDF(rank, harmful.Count + 1 - rank, confidence),
            harmless.Count == 0 ? double.NaN : (double)stopped / harmless.Count,
            stopped == harmless.Count ? 1 : Beta.InvCDF(stopped + 1, harmless.Count - stopped, confidence)
        );
    }
}
