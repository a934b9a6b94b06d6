using Plumbline.Configuration;
using Plumbline.Environments;
using Plumbline.Training.Policies.Rollouts;

namespace Plumbline.Cli.Pipelines.Rl;

/// <summary>Several turns: what replies to the policy, and how often it answers.</summary>
public sealed record RlTurnOptions : IValidatedOptions
{
    /// <summary>How often the policy answers at most, the first answer counted in; each answer has <c>policy.max_completion_length</c> tokens at most.</summary>
    /// <value>3</value>
    public int MaxTurns { get; init; } = 3;

    /// <summary>What replies.</summary>
    public required EnvironmentOptions Environment { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (MaxTurns is < 2 or > ConversationOptions.MostTurns)
        {
            yield return new OptionProblem(
                nameof(MaxTurns),
                MaxTurns,
                $"between 2 and {ConversationOptions.MostTurns}",
                "Leave turns out for single answers."
            );
        }
    }
}
