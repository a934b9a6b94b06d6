using Plumbline.Configuration;

namespace Plumbline.Feedback.Annotators;

/// <summary>When a rater's answers to gold questions are too bad.</summary>
public sealed record GoldOptions : IValidatedOptions
{
    /// <summary>Nothing is decided on fewer gold answers.</summary>
    /// <value>10</value>
    public int LeastAnswers { get; init; } = 10;

    /// <summary>A rater passes whose accuracy is surely at least this, and is warned where it is surely below.</summary>
    /// <value>0.7</value>
    public double WarnFloor { get; init; } = 0.7;

    /// <summary>A rater is blocked whose accuracy is surely below this.</summary>
    /// <value>0.5</value>
    public double BlockFloor { get; init; } = 0.5;

    /// <summary>The confidence of the interval that decides.</summary>
    /// <value>0.95</value>
    public double Confidence { get; init; } = 0.95;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        (bool Holds, string Option, object Value, string Range)[] checks =
        [
            (LeastAnswers is >= 1 and <= 1_000_000, nameof(LeastAnswers), LeastAnswers, "between 1 and 1000000"),
            (WarnFloor is > 0 and < 1, nameof(WarnFloor), WarnFloor, "between 0 and 1"),
            (BlockFloor > 0 && BlockFloor <= WarnFloor, nameof(BlockFloor), BlockFloor, "above 0 and at most the floor of warnings"),
            (Confidence is > 0 and < 1, nameof(Confidence), Confidence, "between 0 and 1"),
        ];
        return from check in checks where !check.Holds select new OptionProblem(check.Option, check.Value, check.Range);
    }
}
