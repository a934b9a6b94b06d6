using Plumbline.Feedback.RankModels.Fitting;
using Plumbline.Randomness;

namespace Plumbline.Feedback.RankModels;

/// <summary>
/// Strengths from comparisons of two: P(i above j) = w_i / (w_i + w_j), w = e^θ, a tie as half a win for each. Bradley and Terry, Biometrika 39 (1952) 324-345. The log-likelihood is concave and is
/// maximised by Newton's method on its sparse curvature; 100,000 votes on 1,000 items take well below a second, their intervals included.
/// </summary>
public static class BradleyTerry
{
    /// <summary>Estimates strengths with intervals from the curvature.</summary>
    /// <param name="comparisons">What votes said. Their order does not matter.</param>
    /// <param name="items">How many items there are: comparisons name them by numbers below this.</param>
    /// <param name="options">Prior and confidence; null for the defaults.</param>
    /// <exception cref="ArgumentException">A comparison is of no two items, or has an outcome outside [0, 1] or no votes.</exception>
    public static StrengthFit Fit(IReadOnlyList<Comparison> comparisons, int items, StrengthOptions? options = null) =>
        StrengthResampling.Fit(new ComparisonData(comparisons, items), options ?? new StrengthOptions());

    /// <summary>Estimates strengths with percentile intervals over votes, or units of votes, drawn with replacement.</summary>
    /// <param name="comparisons">What votes said.</param>
    /// <param name="items">How many items there are.</param>
    /// <param name="seed">The seed of the draws.</param>
    /// <param name="options">Prior and confidence; null for the defaults.</param>
    /// <param name="resamples">How many samples are drawn, at least 100.</param>
    /// <param name="units">
    /// The unit of each comparison (a rater, a prompt), any number: votes that come from one unit are not independent, and are drawn together. Null where every vote is its own unit.
    /// </param>
    /// <exception cref="ArgumentException">As <see cref="Fit"/>, or there are not as many units as comparisons.</exception>
    public static ResampledStrengths Resample(
        IReadOnlyList<Comparison> comparisons,
        int items,
        Seed seed,
        StrengthOptions? options = null,
        int resamples = 1_000,
        IReadOnlyList<int>? units = null
    ) => StrengthResampling.Resample(new ComparisonData(comparisons, items), options ?? new StrengthOptions(), seed, resamples, units);
}
