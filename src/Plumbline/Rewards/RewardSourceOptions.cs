using Plumbline.Configuration;

namespace Plumbline.Rewards;

/// <summary>Where a reward comes from.</summary>
public enum RewardKind
{
    /// <summary><see cref="ExactMatch"/>.</summary>
    ExactMatch,

    /// <summary><see cref="RegexMatch"/>.</summary>
    Regex,

    /// <summary><see cref="JsonSchemaMatch"/>.</summary>
    JsonSchema,

    /// <summary><see cref="ArithmeticMatch"/>.</summary>
    Arithmetic,

    /// <summary><see cref="OverlongPenalty"/>.</summary>
    Overlong,

    /// <summary>A class with a <see cref="RewardAttribute"/>.</summary>
    Function,

    /// <summary>One or several reward or cost models of <c>plumb reward</c>.</summary>
    RewardModel,

    /// <summary>A language model that rates answers by stated principles.</summary>
    Judge,
}

/// <summary>One reward of a sum, as options files state it: its kind, its weight, and the options of that kind under the kind's name.</summary>
public sealed record RewardSourceOptions : IValidatedOptions
{
    /// <summary>Where the reward comes from.</summary>
    public required RewardKind Kind { get; init; }

    /// <summary>What metrics call it; two of the same kind need names. Null: the kind's or the function's name.</summary>
    /// <value>Null by default.</value>
    public string? Name { get; init; }

    /// <summary>What its scores are multiplied by; below 0 it takes away, at 0 it is watched and does not count.</summary>
    /// <value>1</value>
    public double Weight { get; init; } = 1;

    /// <summary>For kind <c>exact_match</c>; null for its defaults.</summary>
    public ExactMatchOptions? ExactMatch { get; init; }

    /// <summary>For kind <c>regex</c>, which needs it.</summary>
    public RegexMatchOptions? Regex { get; init; }

    /// <summary>For kind <c>json_schema</c>, which needs it.</summary>
    public JsonSchemaMatchOptions? JsonSchema { get; init; }

    /// <summary>For kind <c>arithmetic</c>; null for its defaults.</summary>
    public ArithmeticMatchOptions? Arithmetic { get; init; }

    /// <summary>For kind <c>overlong</c>, which needs it.</summary>
    public OverlongPenaltyOptions? Overlong { get; init; }

    /// <summary>For kind <c>reward_model</c>, which needs it.</summary>
    public RewardModelOptions? RewardModel { get; init; }

    /// <summary>For kind <c>judge</c>, which needs it.</summary>
    public JudgeOptions? Judge { get; init; }

    /// <summary>For kind <c>function</c>, which needs it: a name that a registered class declares.</summary>
    public string? Function { get; init; }

    /// <summary>For kind <c>function</c>: its settings.</summary>
    /// <value>Empty by default.</value>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (!double.IsFinite(Weight))
        {
            yield return new OptionProblem(nameof(Weight), Weight, "a finite number");
        }

        if (Name is not null && string.IsNullOrWhiteSpace(Name))
        {
            yield return new OptionProblem(nameof(Name), Name, "a name", "Leave it out for the kind's name.");
        }

        foreach (
            var problem in KindOptions.Problems(
                Kind,
                [
                    (RewardKind.ExactMatch, nameof(ExactMatch), ExactMatch, false),
                    (RewardKind.Regex, nameof(Regex), Regex, true),
                    (RewardKind.JsonSchema, nameof(JsonSchema), JsonSchema, true),
                    (RewardKind.Arithmetic, nameof(Arithmetic), Arithmetic, false),
                    (RewardKind.Overlong, nameof(Overlong), Overlong, true),
                    (RewardKind.RewardModel, nameof(RewardModel), RewardModel, true),
                    (RewardKind.Judge, nameof(Judge), Judge, true),
                    (RewardKind.Function, nameof(Function), Function, true),
                    (RewardKind.Function, nameof(Settings), Settings.Count == 0 ? null : Settings, false),
                ]
            )
        )
        {
            yield return problem;
        }
    }
}
