using Plumbline.Configuration;

namespace Plumbline.Training.Health.Rules;

/// <summary>
/// Repetition: answers repeat themselves more than at the start. Watches <c>completions/repetition</c> and <c>probe/repetition</c>, the share in [0, 1] of an answer's
/// runs of three tokens that stood in it before, whichever is logged.
/// </summary>
public sealed record RepetitionRiseOptions : HealthRuleOptions
{
    /// <summary>By how much the share may rise: at 0.2 a fifth of what is said was said before, beyond what was usual.</summary>
    /// <value>0.2</value>
    public double Rise { get; init; } = 0.2;

    /// <summary>
    /// Rounds averaged, first ones and last ones. Shares that scatter by 0.25, in groups that answer 8 prompts, give a mean of 20 rounds that is certain to 0.02, and a
    /// difference of two of them to 0.03.
    /// </summary>
    /// <value>20</value>
    public int Window { get; init; } = 20;

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Problems() =>
        [
            .. Rise is > 0 and < 1 ? Array.Empty<OptionProblem>() : [new(nameof(Rise), Rise, "in (0, 1)")],
            .. Between(nameof(Window), Window, 1, LongestWindow),
        ];
}

/// <summary>Compares the answers' repetition with that at the start.</summary>
internal sealed class RepetitionRise(RepetitionRiseOptions options)
    : DriftRule(
        new DriftFromStart("completions/repetition", options.Window, options.Window),
        new DriftFromStart("probe/repetition", FirstProbes, LastProbes)
    )
{
    internal override string Name => "repetition_rise";

    internal override string Meaning => "Answers say the same thing over and over: a reward counts what should be said once.";

    internal override string Advice =>
        "Read the answers; let the reward see repetition, raise beta, or stop where the share began to rise.";

    private protected override (string Seen, double Threshold)? Judge(DriftFromStart drift) =>
        drift.Present > drift.Start + options.Rise
            ? (
                $"{drift.Present:P1} of the runs of three tokens repeat an earlier one ({Of(drift)}); it was {drift.Start:P1} at the start.",
                drift.Start + options.Rise
            )
            : null;
}
