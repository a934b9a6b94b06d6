using Plumbline.Configuration;
using Plumbline.Rewards;

namespace Plumbline.Environments;

/// <summary>A check, and what is said to an answer that does not pass it.</summary>
public sealed record RetryOptions : IValidatedOptions
{
    /// <summary>
    /// What judges each answer: a reward of the kind exact_match, regex, json_schema, arithmetic or function. Its name and weight do not count. An answer that it cannot judge ends the conversation.
    /// </summary>
    public required RewardSourceOptions Check { get; init; }

    /// <summary>The score from which on an answer has passed.</summary>
    /// <value>1</value>
    public double PassesAt { get; init; } = 1;

    /// <summary>What is replied to an answer that has not passed, at least one character.</summary>
    /// <value>That is not right. Try again.</value>
    public string Message { get; init; } = "That is not right. Try again.";

    /// <summary>The column with the right answer that the check reads; null for none.</summary>
    internal string? ColumnInUse =>
        Check.Kind switch
        {
            RewardKind.ExactMatch => (Check.ExactMatch ?? new ExactMatchOptions()).ColumnInUse,
            RewardKind.Arithmetic => (Check.Arithmetic ?? new ArithmeticMatchOptions()).Column,
            RewardKind.JsonSchema => Check.JsonSchema?.Column,
            _ => null,
        };

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (!double.IsFinite(PassesAt))
        {
            yield return new OptionProblem(nameof(PassesAt), PassesAt, "a finite number");
        }

        if (string.IsNullOrWhiteSpace(Message))
        {
            yield return new OptionProblem(nameof(Message), Message, "a text");
        }

        if (Check.Kind is RewardKind.RewardModel or RewardKind.Judge or RewardKind.Overlong)
        {
            yield return new OptionProblem(
                $"{nameof(Check)}.{nameof(Check.Kind)}",
                Check.Kind,
                "exact_match, regex, json_schema, arithmetic or function",
                "Checks are made of text alone: write a function, or an environment of your own, for more."
            );
        }
    }
}
