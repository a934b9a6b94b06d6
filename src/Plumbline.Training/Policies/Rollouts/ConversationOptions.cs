using Plumbline.Configuration;

namespace Plumbline.Training.Policies.Rollouts;

/// <summary>How long conversations may become.</summary>
public sealed record ConversationOptions : IValidatedOptions
{
    /// <summary>How often the policy answers at most, the first answer counted in.</summary>
    /// <value>3</value>
    public int MaxTurns { get; init; } = 3;

    /// <summary>Tokens of prompt and conversation together at most.</summary>
    public required int MaxLength { get; init; }

    /// <summary>Tokens of a single answer at most: a reply is given only where it and such an answer have room behind it.</summary>
    public required int MaxAnswerLength { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        (bool Holds, string Option, object Value, string Range)[] checks =
        [
            (MaxTurns is >= 2 and <= MostTurns, nameof(MaxTurns), MaxTurns, $"between 2 and {MostTurns}"),
            (MaxAnswerLength >= 1, nameof(MaxAnswerLength), MaxAnswerLength, "1 or more"),
            (MaxLength > MaxAnswerLength, nameof(MaxLength), MaxLength, "above the longest answer: a prompt stands before it"),
        ];
        return from check in checks where !check.Holds select new OptionProblem(check.Option, check.Value, check.Range);
    }

    /// <summary>More turns than this are a mistake.</summary>
    public const int MostTurns = 64;
}
