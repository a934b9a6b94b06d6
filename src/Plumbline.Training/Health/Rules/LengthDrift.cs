using Plumbline.Configuration;

namespace Plumbline.Training.Health.Rules;

/// <summary>
/// Length drift: the implicit reward is explained by the answers' lengths. Watches <c>rewards/length_correlation</c>, Pearson's correlation of margin and
/// difference in length over the pairs of a step.
/// </summary>
public sealed record LengthDriftOptions : HealthRuleOptions
{
    /// <summary>
    /// The mean correlation, of either sign, above which the alarm is raised: at 0.5 a quarter of the margins' variance is length alone.
    /// </summary>
    /// <value>0.5</value>
    public double Correlation { get; init; } = 0.5;

    /// <summary>
    /// Steps averaged. Within a step of n unrelated pairs the correlation has a standard deviation of 1/√(n - 1), 0.26 for 16; over 50 steps that is 0.04.
    /// </summary>
    /// <value>50</value>
    public int Window { get; init; } = 50;

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Problems() =>
        [
            .. Correlation is > 0 and < 1 ? Array.Empty<OptionProblem>() : [new(nameof(Correlation), Correlation, "in (0, 1)")],
            .. Between(nameof(Window), Window, 1, LongestWindow),
        ];
}

/// <summary>Watches how far margins follow lengths.</summary>
internal sealed class LengthDrift(LengthDriftOptions options)
    : WindowedMeanRule(new WindowedMean("rewards/length_correlation", options.Window))
{
    internal override string Name => "length_drift";

    internal override string Meaning =>
        "The model tells the answers apart by their lengths; answers will grow (or shrink) without becoming better.";

    internal override string Advice =>
        "Compare the lengths of chosen and rejected answers in the data and balance them; take a length-normalised loss (simpo, or sigmoid with length normalisation), or ld_alpha below 1.";

    private protected override (string Seen, double Threshold)? Judge(WindowedMean mean, double value) =>
        Math.Abs(value) > options.Correlation
            ? (
                $"Margin and length difference correlate with {value:F2} (mean of {mean.Size} steps): {(value > 0 ? "longer" : "shorter")} answers have the higher reward.",
                Math.Sign(value) * options.Correlation
            )
            : null;
}
