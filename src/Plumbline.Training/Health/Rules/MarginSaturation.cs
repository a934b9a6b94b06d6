using Plumbline.Configuration;

namespace Plumbline.Training.Health.Rules;

/// <summary>Margin saturation: every training pair is in order by a wide margin, so what is still learnt is not in the data.</summary>
public sealed record MarginSaturationOptions : HealthRuleOptions
{
    /// <summary>The share of a step's pairs in order from which it counts as saturated.</summary>
    /// <value>0.99</value>
    public double Accuracy { get; init; } = 0.99;

    /// <summary>
    /// The mean margin of a step above which it counts as saturated, in rewards. At 5 a pair's pull under the sigmoid loss is σ(-5) / σ(0) = 1.3 % of
    /// what it was at the start.
    /// </summary>
    /// <value>5</value>
    public double Margin { get; init; } = 5;

    /// <summary>Saturated steps in a row: a batch of easy pairs is no saturation, twenty batches are.</summary>
    /// <value>20</value>
    public int Steps { get; init; } = 20;

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Problems() =>
        [
            .. Between(nameof(Accuracy), Accuracy, 0.5, 1),
            .. Above0(nameof(Margin), Margin),
            .. Between(nameof(Steps), Steps, 1, LongestWindow),
        ];
}

/// <summary>Counts saturated steps in a row.</summary>
internal sealed class MarginSaturation(MarginSaturationOptions options) : HealthRule
{
    private long first;
    private long count;

    internal override string Name => "margin_saturation";

    internal override string Meaning =>
        "Nothing is left to learn from these pairs; more steps only stretch the margins, which is where over-optimisation begins.";

    internal override string Advice =>
        "End the run here (fewer epochs), take a loss whose margin has a target (ipo), or bring pairs that are harder to tell apart.";

    internal override HealthFinding? Observe(long step, IReadOnlyDictionary<string, double> metrics)
    {
        if (Find(metrics, "rewards/accuracies") is not { } accuracy || Find(metrics, "rewards/margins") is not { } margin)
        {
            return null;
        }

        if (accuracy < options.Accuracy || !(margin > options.Margin))
        {
            (first, count) = (0, 0);
            return null;
        }

        (first, count) = (count == 0 ? step : first, count + 1);
        return count < options.Steps
            ? null
            : new HealthFinding(
                $"{count} steps in a row with at least {options.Accuracy:P0} of the pairs in order and a margin above {options.Margin:G4}, the last with {margin:G4}.",
                margin,
                options.Margin,
                first,
                WeightsBefore(first)
            );
    }

    internal override long GoodUntil(long step) => WeightsBefore(count > 0 ? first : step + 1);

    internal override IReadOnlyDictionary<string, double[]> Save() =>
        new Dictionary<string, double[]>(StringComparer.Ordinal) { ["row"] = [first, count] };

    internal override void Restore(IReadOnlyDictionary<string, double[]> state)
    {
        if (Part(state, "row") is not [>= 0 and var savedFirst, >= 0 and var savedCount])
        {
            throw new FormatException("'row' is no first step and count");
        }

        (first, count) = ((long)savedFirst, (long)savedCount);
    }
}
