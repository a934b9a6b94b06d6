using Plumbline.Rewards;

namespace Plumbline.Training.Policies.Rollouts;

/// <summary>An answer as it was drawn, token by token. Text is for rewards and people; nobody encodes it again.</summary>
/// <param name="Ids">All that follows the prompt: drawn tokens, end tokens included, and between them what others said in return.</param>
/// <param name="IsDrawn">Whether the policy drew the token; the last one it did.</param>
/// <param name="Text">What the policy said, without special tokens.</param>
public sealed record RolloutAnswer(int[] Ids, bool[] IsDrawn, string Text)
{
    /// <summary>Whether it was cut at its longest length rather than ended.</summary>
    public bool IsTruncated { get; init; }

    /// <summary>The log of the probability with which each drawn token was drawn, as the sampler's arithmetic has it; null where it did not say.</summary>
    public float[]? LogProbabilities { get; init; }

    /// <summary>For each drawn token what filters left of the vocabulary, ascending; null for everything.</summary>
    public int[]?[]? Kept { get; init; }

    /// <summary>Tokens that the policy drew.</summary>
    public int DrawnCount => IsDrawn.Count(drawn => drawn);

    /// <summary>The answer as rewards see it.</summary>
    /// <param name="prompt">What it answers.</param>
    public AnswerToReward ToReward(PolicyPrompt prompt) =>
        new(prompt.Row.Prompt, Text)
        {
            IsTruncated = IsTruncated,
            Tokens = DrawnCount,
            PromptIds = prompt.Ids,
            AnswerIds = Ids,
            Columns = prompt.Row.Columns,
        };
}
