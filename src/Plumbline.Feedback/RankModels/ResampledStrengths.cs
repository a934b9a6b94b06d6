using Plumbline.Evaluation.Statistics;

namespace Plumbline.Feedback.RankModels;

/// <summary>Strengths with intervals from resampling.</summary>
/// <param name="Fit">The estimate from all data.</param>
/// <param name="LogStrengths">
/// Each item's log-strength with its percentile interval; null where the estimate from all data has none. An interval whose share of <paramref name="FailedShares"/> is more than one of its tails has no
/// bounds: whatever the resamples that fell apart would have said belongs there.
/// </param>
/// <param name="FailedShares">
/// For each item the share of resamples in which the items of its group could not all be measured against each other, because one of them was not drawn, or drawn without a loss or a win. They are left
/// out of the intervals. A prior makes all of them count.
/// </param>
public sealed record ResampledStrengths(StrengthFit Fit, IReadOnlyList<Estimate?> LogStrengths, IReadOnlyList<double> FailedShares);
