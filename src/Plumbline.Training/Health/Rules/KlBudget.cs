using Plumbline.Configuration;

namespace Plumbline.Training.Health.Rules;

/// <summary>
/// KL budget: how far the policy may go from its reference. Watches <c>kl</c>, nats per token, and <c>kl_per_answer</c>, nats per answer, whichever the objective
/// logs.
/// </summary>
public sealed record KlBudgetOptions : HealthRuleOptions
{
    /// <summary>Serious: far from the reference neither rewards nor preferences were ever measured.</summary>
    public KlBudgetOptions() => Serious = true;

    /// <summary>The most nats per token. At 0.5 an answer of 100 tokens is 50 nats away.</summary>
    /// <value>0.5</value>
    public double NatsPerToken { get; init; } = 0.5;

    /// <summary>The most nats per answer: those of 100 tokens at the budget per token.</summary>
    /// <value>50</value>
    public double NatsPerAnswer { get; init; } = 50;

    /// <summary>Steps averaged; the divergence moves slowly, so few are enough.</summary>
    /// <value>10</value>
    public int Window { get; init; } = 10;

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Problems() =>
        [
            .. Above0(nameof(NatsPerToken), NatsPerToken),
            .. Above0(nameof(NatsPerAnswer), NatsPerAnswer),
            .. Between(nameof(Window), Window, 1, LongestWindow),
        ];
}

/// <summary>Watches the divergence from the reference.</summary>
internal sealed class KlBudget(KlBudgetOptions options)
    : WindowedMeanRule(new WindowedMean("kl", options.Window), new WindowedMean("kl_per_answer", options.Window))
{
    internal override string Name => "kl_budget";

    internal override string Meaning =>
        "The policy has left the neighbourhood of its reference: what it says there, the preferences say nothing about.";

    internal override string Advice =>
        "Raise beta, lower learning_rate or train for fewer steps; or raise the budget if you meant to go this far.";

    private protected override (string Seen, double Threshold)? Judge(WindowedMean mean, double value)
    {
        var (budget, unit) = mean.Metric == "kl" ? (options.NatsPerToken, "nats per token") : (options.NatsPerAnswer, "nats per answer");
        return value > budget ? ($"The policy is {value:G4} {unit} from its reference (mean of {mean.Size} steps).", budget) : null;
    }
}
