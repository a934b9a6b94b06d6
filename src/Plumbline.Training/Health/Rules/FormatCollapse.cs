using Plumbline.Configuration;

namespace Plumbline.Training.Health.Rules;

/// <summary>
/// Format collapse: answers no longer end, or all answers to a prompt become one. Watches <c>completions/clipped_ratio</c> and <c>probe/truncated</c>, the share of
/// answers that were cut at the longest length, and <c>completions/distinct</c> and <c>probe/distinct</c>, how different the answers to one prompt are; all in [0, 1],
/// whichever is logged.
/// </summary>
public sealed record FormatCollapseOptions : HealthRuleOptions
{
    /// <summary>By how much the share of truncated answers may rise: at 0.3, three of ten that used to end do not.</summary>
    /// <value>0.3</value>
    public double Truncated { get; init; } = 0.3;

    /// <summary>
    /// The share of the start's variety that must be left. Where a prompt has one right answer, a policy that finds it gives it each time, and nothing is wrong: set it
    /// to 0 there.
    /// </summary>
    /// <value>0.5</value>
    public double Distinct { get; init; } = 0.5;

    /// <summary>
    /// Rounds averaged, first ones and last ones. A share among the answers to 8 prompts, alike within a prompt, has a standard deviation of at most 0.18; a difference
    /// of two means of 20 rounds is certain to 0.06.
    /// </summary>
    /// <value>20</value>
    public int Window { get; init; } = 20;

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Problems() =>
        [
            .. Truncated is > 0 and <= 1 ? Array.Empty<OptionProblem>() : [new(nameof(Truncated), Truncated, "in (0, 1]")],
            .. Distinct is >= 0 and < 1 ? Array.Empty<OptionProblem>() : [new(nameof(Distinct), Distinct, "in [0, 1)")],
            .. Between(nameof(Window), Window, 1, LongestWindow),
        ];
}

/// <summary>Compares how many answers end, and how much they vary, with the start.</summary>
internal sealed class FormatCollapse(FormatCollapseOptions options)
    : DriftRule(
        new DriftFromStart("completions/clipped_ratio", options.Window, options.Window),
        new DriftFromStart("probe/truncated", FirstProbes, LastProbes),
        new DriftFromStart("completions/distinct", options.Window, options.Window),
        new DriftFromStart("probe/distinct", FirstProbes, LastProbes)
    )
{
    internal override string Name => "format_collapse";

    internal override string Meaning =>
        "The policy has lost the form of an answer: it does not end any more, or it says one thing whatever happens; nothing is explored from here.";

    internal override string Advice =>
        "Read the answers; for cut ones set a truncation penalty or a longer limit, for one single answer raise beta or the entropy's coefficient, and the temperature.";

    private protected override (string Seen, double Threshold)? Judge(DriftFromStart drift)
    {
        if (drift.Metric.EndsWith("/distinct", StringComparison.Ordinal))
        {
            return drift.Present < options.Distinct * drift.Start
                ? (
                    $"Answers to one prompt differ by {drift.Present:P1} ({Of(drift)}), less than {options.Distinct:P0} of the {drift.Start:P1} at the start.",
                    options.Distinct * drift.Start
                )
                : null;
        }

        return drift.Present > drift.Start + options.Truncated
            ? (
                $"{drift.Present:P1} of the answers were cut at the longest length ({Of(drift)}); it was {drift.Start:P1} at the start.",
                drift.Start + options.Truncated
            )
            : null;
    }
}
