using Plumbline.Configuration;

namespace Plumbline.Training.Health.Rules;

/// <summary>A gradient spike: a step's gradient, before clipping, is many times as long as usual.</summary>
public sealed record GradientSpikeOptions : HealthRuleOptions
{
    /// <summary>
    /// How many times the running median makes a spike. Lengths that scatter log-normally with σ = 0.4 reach ten times their median in fewer than one of 10⁸ steps.
    /// </summary>
    /// <value>10</value>
    public double Factor { get; init; } = 10;

    /// <summary>Steps whose median is the measure, the one in question not among them. A median does not care about the spikes themselves.</summary>
    /// <value>50</value>
    public int Window { get; init; } = 50;

    /// <summary>Steps that must be known before anything is called a spike.</summary>
    /// <value>20</value>
    public int MinimumSteps { get; init; } = 20;

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Problems() =>
        [
            .. Factor > 1 && double.IsFinite(Factor) ? Array.Empty<OptionProblem>() : [new(nameof(Factor), Factor, "above 1")],
            .. Between(nameof(Window), Window, 1, LongestWindow),
            .. MinimumSteps >= 1 && MinimumSteps <= Window
                ? Array.Empty<OptionProblem>()
                : [new(nameof(MinimumSteps), MinimumSteps, "between 1 and window")],
        ];
}

/// <summary>Compares the gradient's length with its running median.</summary>
internal sealed class GradientSpike(GradientSpikeOptions options) : HealthRule
{
    private readonly HealthWindow lengths = new(options.Window);

    internal override string Name => "gradient_spike";

    internal override string Meaning =>
        "One step pulled far harder than the others: a broken or foreign example, or weights that are about to diverge.";

    internal override string Advice =>
        "Look at the examples of this step; lower learning_rate, set max_grad_norm, or raise warmup_ratio where spikes come early.";

    internal override HealthFinding? Observe(long step, IReadOnlyDictionary<string, double> metrics)
    {
        if (Find(metrics, "grad_norm") is not { } length)
        {
            return null;
        }

        var usual = lengths.Count >= options.MinimumSteps ? lengths.Median : double.PositiveInfinity;
        var count = lengths.Count;
        lengths.Push(step, length);
        return length > options.Factor * usual
            ? new HealthFinding(
                $"The gradient's length is {length:G4}, {(usual > 0 ? $"{length / usual:G3} times" : "and above")} the median of the {count} steps before, {usual:G4}.",
                length,
                options.Factor * usual,
                step,
                // Its gradient was measured and the weights before it are as good as ever; those after it are what it made of them.
                step - 1
            )
            : null;
    }

    internal override long GoodUntil(long step) => step;

    internal override IReadOnlyDictionary<string, double[]> Save() =>
        new Dictionary<string, double[]>(StringComparer.Ordinal) { ["lengths"] = lengths.Save() };

    internal override void Restore(IReadOnlyDictionary<string, double[]> state) => lengths.Restore(Part(state, "lengths"));
}
