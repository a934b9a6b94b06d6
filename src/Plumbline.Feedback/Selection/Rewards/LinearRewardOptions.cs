using Plumbline.Configuration;

namespace Plumbline.Feedback.Selection.Rewards;

/// <summary>The numbers of a <see cref="LinearRewardModel"/>.</summary>
public sealed record LinearRewardOptions : IValidatedOptions
{
    /// <summary>
    /// τ², the variance of each weight before any label: θ ~ N(0, τ²·I). <see cref="CandidatePool.PriorVariance"/> derives it from how far apart the answers are.
    /// </summary>
    /// <value>1</value>
    public double PriorVariance { get; init; } = 1;

    /// <summary>
    /// Whether a refit also learns τ² from the labels, by the evidence (<see cref="LinearRewardModel.Refit"/>): where features say little about what people prefer, labels pull it down, and the
    /// reward overfits less.
    /// </summary>
    /// <value>false</value>
    public bool LearnPriorVariance { get; init; }

    /// <summary>The most steps of Newton's method in one fit.</summary>
    /// <value>100</value>
    public int MaximumSteps { get; init; } = 100;

    /// <summary>A fit ends when a step promises less than this gain of the log posterior, in nats.</summary>
    /// <value>1e-12</value>
    public double Tolerance { get; init; } = 1e-12;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        (bool Holds, string Option, object Value, string Range)[] checks =
        [
            (PriorVariance > 0 && double.IsFinite(PriorVariance), nameof(PriorVariance), PriorVariance, "above 0"),
            (MaximumSteps is >= 1 and <= 10_000, nameof(MaximumSteps), MaximumSteps, "between 1 and 10000"),
            (Tolerance is > 0 and <= 1e-3, nameof(Tolerance), Tolerance, "above 0 and at most 0.001"),
        ];
        return from check in checks where !check.Holds select new OptionProblem(check.Option, check.Value, check.Range);
    }
}
