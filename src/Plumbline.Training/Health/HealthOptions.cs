using Plumbline.Configuration;
using Plumbline.Training.Health.Rules;

namespace Plumbline.Training.Health;

/// <summary>What is watched while a model trains, and what an alarm does.</summary>
public sealed record HealthOptions : IValidatedOptions
{
    /// <summary>Whether the run is watched at all.</summary>
    /// <value>true</value>
    public bool Enabled { get; init; } = true;

    /// <summary>What an alarm of a rule marked as serious does; alarms of other rules warn.</summary>
    /// <value>warn</value>
    public AlarmAction OnAlarm { get; init; } = AlarmAction.Warn;

    /// <summary>
    /// Steps for which a rule that raised its alarm stays silent: a value that trembles around its threshold would otherwise raise one alarm after another.
    /// </summary>
    /// <value>100</value>
    public int QuietSteps { get; init; } = 100;

    /// <summary>The chosen answers become less likely while the margin grows.</summary>
    public LikelihoodDisplacementOptions LikelihoodDisplacement { get; init; } = new();

    /// <summary>Nothing is left to learn from the pairs.</summary>
    public MarginSaturationOptions MarginSaturation { get; init; } = new();

    /// <summary>The implicit reward follows the answers' lengths.</summary>
    public LengthDriftOptions LengthDrift { get; init; } = new();

    /// <summary>The policy is too far from its reference.</summary>
    public KlBudgetOptions KlBudget { get; init; } = new();

    /// <summary>A gradient far longer than usual.</summary>
    public GradientSpikeOptions GradientSpike { get; init; } = new();

    /// <summary>The members of a reward ensemble do not agree.</summary>
    public EnsembleDisagreementOptions EnsembleDisagreement { get; init; } = new();

    /// <summary>The reward rises and the gold reward does not follow.</summary>
    public RewardHackingOptions RewardHacking { get; init; } = new();

    /// <summary>The gold reward is below its best and the reward does not see it.</summary>
    public OveroptimisationOptions Overoptimisation { get; init; } = new();

    /// <summary>Answers become much longer or shorter.</summary>
    public LengthRunawayOptions LengthRunaway { get; init; } = new();

    /// <summary>Answers repeat themselves.</summary>
    public RepetitionRiseOptions RepetitionRise { get; init; } = new();

    /// <summary>Answers do not end, or are all the same.</summary>
    public FormatCollapseOptions FormatCollapse { get; init; } = new();

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (QuietSteps is < 1 or > 1_000_000)
        {
            yield return new(nameof(QuietSteps), QuietSteps, "between 1 and 1000000");
        }
    }

    /// <summary>The enabled rules in a fixed order, each with the word on whether its alarms are serious.</summary>
    internal IReadOnlyList<(HealthRule Rule, bool IsSerious)> Rules()
    {
        (HealthRuleOptions Options, Func<HealthRule> Make)[] all =
        [
            (LikelihoodDisplacement, () => new LikelihoodDisplacement(LikelihoodDisplacement)),
            (MarginSaturation, () => new MarginSaturation(MarginSaturation)),
            (LengthDrift, () => new LengthDrift(LengthDrift)),
            (KlBudget, () => new KlBudget(KlBudget)),
            (GradientSpike, () => new GradientSpike(GradientSpike)),
            (EnsembleDisagreement, () => new EnsembleDisagreement(EnsembleDisagreement)),
            (RewardHacking, () => new RewardHacking(RewardHacking)),
            (Overoptimisation, () => new Overoptimisation(Overoptimisation)),
            (LengthRunaway, () => new LengthRunaway(LengthRunaway)),
            (RepetitionRise, () => new RepetitionRise(RepetitionRise)),
            (FormatCollapse, () => new FormatCollapse(FormatCollapse)),
        ];
        return [.. from rule in all where Enabled && rule.Options.Enabled select (rule.Make(), rule.Options.Serious)];
    }
}

/// <summary>What every rule can be told.</summary>
public abstract record HealthRuleOptions : IValidatedOptions
{
    private protected const int LongestWindow = 10_000;

    /// <summary>Whether the rule watches.</summary>
    /// <value>true</value>
    public bool Enabled { get; init; } = true;

    /// <summary>Whether its alarm does what <see cref="HealthOptions.OnAlarm"/> says; else it only warns.</summary>
    public bool Serious { get; init; }

    /// <inheritdoc/>
    public abstract IEnumerable<OptionProblem> Problems();

    private protected static IEnumerable<OptionProblem> Above0(string option, double value) =>
        value > 0 && double.IsFinite(value) ? [] : [new OptionProblem(option, value, "above 0")];

    private protected static IEnumerable<OptionProblem> Between(string option, double value, double least, double most) =>
        value >= least && value <= most ? [] : [new OptionProblem(option, value, $"between {least} and {most}")];
}

/// <summary>What a serious alarm does.</summary>
public enum AlarmAction
{
    /// <summary>It is written down and shown; the run goes on.</summary>
    Warn,

    /// <summary>The run saves a checkpoint and ends with the model as it is.</summary>
    Stop,

    /// <summary>The run takes back the newest checkpoint that was due before the condition began, or the start, and ends with it.</summary>
    RollBack,
}
