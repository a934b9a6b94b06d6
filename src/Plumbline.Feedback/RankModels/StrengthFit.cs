using Plumbline.Evaluation.Statistics;
using Plumbline.Feedback.RankModels.Fitting;

namespace Plumbline.Feedback.RankModels;

/// <summary>
/// How strong items are. Log-strengths are measured from the mean of the items of their group, so they sum to 0 there; those of different groups cannot be compared. P(i above j) = σ(θ_i − θ_j).
/// </summary>
public sealed class StrengthFit
{
    /// <summary>Groups of more items have no intervals from the curvature, whose matrix has to be inverted; resampling gives some.</summary>
    public const int MostItemsWithIntervals = 3_000;

    private const double MostLogPrevalence = 30;

    private readonly StrengthCovariance covariance;
    private readonly Grouping grouping;
    private readonly double confidence;

    internal StrengthFit(EstimatedStrengths estimated, StrengthOptions options)
    {
        (grouping, var maximum) = (estimated.Grouping, estimated.Maximum);
        confidence = options.Confidence;
        covariance = new StrengthCovariance(maximum.Curvature, grouping, MostItemsWithIntervals);
        LogLikelihood = maximum.LogLikelihood;
        Undetermined = Reason(maximum, estimated.Likelihood.TieSizes.Count);
        var items = grouping.GroupOf.Length;
        var hasPrior = options.PriorDeviation is not null;
        LogStrengths =
        [
            .. Enumerable
                .Range(0, items)
                .Select(item =>
                    Undetermined is not null || (!hasPrior && Groups[GroupOf(item)].Items.Count == 1) ? (Estimate?)null
                    : Groups[GroupOf(item)].Items.Count == 1 ? Unseen(options.PriorDeviation!.Value)
                    : Estimate(maximum.At[item], covariance.Of(item, item))
                ),
        ];
        TiePrevalences = Undetermined is null
            ? estimated
                .Likelihood.TieSizes.Select((size, at) => (size, Value: Estimate(maximum.At[items + at], covariance.Shared(at, at))))
                .ToDictionary(tie => tie.size, tie => Exp(tie.Value))
            : [];
    }

    /// <summary>
    /// Each item's log-strength with its interval from the curvature (Wald). Null where it has none: it is alone in its group (<see cref="Groups"/> says why) and there is no prior, or
    /// <see cref="Undetermined"/> has a reason for all.
    /// </summary>
    public IReadOnlyList<Estimate?> LogStrengths { get; }

    /// <summary>The groups within which strengths can be compared, in the order of their lowest items.</summary>
    public IReadOnlyList<ItemGroup> Groups => grouping.Groups;

    /// <summary>Each size of tie with its prevalence δ, relative to a choice of one item; empty but for <see cref="TieModel.DavidsonLuce"/>.</summary>
    public IReadOnlyDictionary<int, Estimate> TiePrevalences { get; }

    /// <summary>The log-likelihood at the estimate, of what was said within groups, without the prior.</summary>
    public double LogLikelihood { get; }

    /// <summary>Why nothing could be estimated; null where it could.</summary>
    public string? Undetermined { get; }

    /// <summary>The group of an item: a place in <see cref="Groups"/>.</summary>
    public int GroupOf(int item) => grouping.GroupOf[item];

    /// <summary>How much stronger one item is than another, θ_i − θ_j, with its interval; null where they cannot be compared.</summary>
    /// <param name="item">The first item.</param>
    /// <param name="other">The second.</param>
    public Estimate? Difference(int item, int other)
    {
        if (GroupOf(item) != GroupOf(other) || LogStrengths[item] is not { } first || LogStrengths[other] is not { } second)
        {
            return null;
        }

        var variance = covariance.Of(item, item) + covariance.Of(other, other) - (2 * covariance.Of(item, other));
        return Estimate(first.Value - second.Value, item == other ? 0 : variance);
    }

    /// <summary>The chance that one item is put above another, with its interval; null where they cannot be compared.</summary>
    /// <param name="item">The first item.</param>
    /// <param name="other">The second.</param>
    public Estimate? WinProbability(int item, int other) =>
        Difference(item, other) is { } difference
            ? new Estimate(
                Logistic(difference.Value),
                difference.Interval is { } interval
                    ? new Interval(Logistic(interval.Low), Logistic(interval.High), interval.Confidence)
                    : null
            )
            : null;

    // Where a size of tie is always or never chosen the search runs off until its gains are rounding.
    private static string? Reason(Maximum maximum, int ties) =>
        maximum.IsFound && maximum.At.All(double.IsFinite) && maximum.At.TakeLast(ties).All(log => Math.Abs(log) < MostLogPrevalence) ? null
        : ties > 0
            ? "The likelihood has no maximum: some size of tie is always or never chosen where it could be, so that prevalences have no finite value. Take a prior, or ties of unknown order."
        : "The search for the maximum did not come to an end. Take a prior.";

    // An item that nothing was said of is what the prior says, and there is no other to measure it from.
    private Estimate Unseen(double deviation) => Estimate(0, deviation * deviation);

    private Estimate Estimate(double value, double? variance)
    {
        if (variance is not { } known)
        {
            return new Estimate(value);
        }

        var reach = NormalDistribution.TwoSidedQuantile(confidence) * Math.Sqrt(Math.Max(known, 0));
        return new Estimate(value, new Interval(value - reach, value + reach, confidence));
    }

    private static Estimate Exp(Estimate estimate) =>
        new(
            Math.Exp(estimate.Value),
            estimate.Interval is { } interval ? new Interval(Math.Exp(interval.Low), Math.Exp(interval.High), interval.Confidence) : null
        );

    private static double Logistic(double value) => 1 / (1 + Math.Exp(-value));
}
