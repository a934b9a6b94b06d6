using Plumbline.Configuration;

namespace Plumbline.Training.Health.Rules;

/// <summary>
/// Length runaway: the policy's answers became much longer or shorter than they were. Watches <c>completions/mean_length</c> and <c>probe/length</c>, tokens, whichever
/// is logged.
/// </summary>
public sealed record LengthRunawayOptions : HealthRuleOptions
{
    /// <summary>How many times as long, or as short, answers may become.</summary>
    /// <value>2</value>
    public double Factor { get; init; } = 2;

    /// <summary>
    /// Rounds averaged, first ones and last ones. Lengths that scatter by as much as their mean, in groups that answer 8 prompts, give a mean of 20 rounds that is
    /// certain to 8 %: twice the length is more than 8 errors.
    /// </summary>
    /// <value>20</value>
    public int Window { get; init; } = 20;

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Problems() =>
        [
            .. Factor > 1 && double.IsFinite(Factor) ? Array.Empty<OptionProblem>() : [new(nameof(Factor), Factor, "above 1")],
            .. Between(nameof(Window), Window, 1, LongestWindow),
        ];
}

/// <summary>Compares the answers' length with that at the start.</summary>
internal sealed class LengthRunaway(LengthRunawayOptions options)
    : DriftRule(
        new DriftFromStart("completions/mean_length", options.Window, options.Window),
        new DriftFromStart("probe/length", FirstProbes, LastProbes)
    )
{
    internal override string Name => "length_runaway";

    internal override string Meaning =>
        "Length itself seems to be rewarded, or punished: the commonest flaw of rewards learnt from people's comparisons.";

    internal override string Advice =>
        "Look at how reward and length correlate within a prompt; take a reward without length bias, a penalty for overlong answers, or dr_grpo in place of losses that divide by the length.";

    private protected override (string Seen, double Threshold)? Judge(DriftFromStart drift)
    {
        var (from, to) = (drift.Start, drift.Present);
        var seen = $"Answers have {to:G4} tokens ({Of(drift)}), {to / from:G3} times the {from:G4} of the start.";
        return to > options.Factor * from ? (seen, options.Factor * from)
            : to < from / options.Factor ? (seen, from / options.Factor)
            : null;
    }
}
