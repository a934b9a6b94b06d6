using Plumbline.Configuration;

namespace Plumbline.Training.Health.Rules;

/// <summary>
/// Ensemble disagreement: the members of a reward ensemble do not agree on what is better. Watches <c>disagreement</c>, the share of comparisons in [0, 1] on
/// which members differ, and <c>disagreement_accuracy</c>, the share of (wrong, right) pairs of the ensemble's decisions in which it disagreed more on the wrong
/// one; whichever is logged.
/// </summary>
public sealed record EnsembleDisagreementOptions : HealthRuleOptions
{
    /// <summary>The most disagreement. Two members that toss coins differ on 0.5; 0.3 is more than half of that.</summary>
    /// <value>0.3</value>
    public double Disagreement { get; init; } = 0.3;

    /// <summary>The least accuracy of the disagreement as a warning of errors; at 0.5 it says nothing about them.</summary>
    /// <value>0.5</value>
    public double Accuracy { get; init; } = 0.5;

    /// <summary>Steps averaged. A share among 16 comparisons has a standard deviation of at most 0.13; over 20 steps that is 0.03.</summary>
    /// <value>20</value>
    public int Window { get; init; } = 20;

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Problems() =>
        [
            .. Between(nameof(Disagreement), Disagreement, 0, 1),
            .. Between(nameof(Accuracy), Accuracy, 0, 1),
            .. Between(nameof(Window), Window, 1, LongestWindow),
        ];
}

/// <summary>Watches how far a reward ensemble agrees, and whether its disagreement still finds its errors.</summary>
internal sealed class EnsembleDisagreement(EnsembleDisagreementOptions options)
    : WindowedMeanRule(new WindowedMean("disagreement", options.Window), new WindowedMean("disagreement_accuracy", options.Window))
{
    internal override string Name => "ensemble_disagreement";

    internal override string Meaning =>
        "The reward is no longer sure of itself: what it is asked to judge is unlike what its members learnt from, and training on it exploits their errors.";

    internal override string Advice =>
        "Label fresh comparisons from the present policy and train the ensemble again; take the members' minimum as reward meanwhile.";

    private protected override (string Seen, double Threshold)? Judge(WindowedMean mean, double value) =>
        mean.Metric == "disagreement"
            ? value > options.Disagreement
                ? ($"Members disagree on {value:P1} of the comparisons (mean of {mean.Size} steps).", options.Disagreement)
                : null
            : value < options.Accuracy
                ? (
                    $"Disagreement is higher on errors in only {value:P1} of the cases (mean of {mean.Size} steps): it no longer warns of them.",
                    options.Accuracy
                )
                : null;
}
