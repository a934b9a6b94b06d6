using Microsoft.Extensions.AI;
using Plumbline.Rewards;

namespace Plumbline.Training.Policies.Rollouts;

/// <summary>An answer, or all turns of a conversation, as it was drawn, token by token. Text is for rewards and people; nobody encodes it again.</summary>
/// <param name="Ids">All that follows the prompt: drawn tokens, end tokens included, and between them what others said in return.</param>
/// <param name="IsDrawn">Whether the policy drew the token; the last one it did.</param>
/// <param name="Text">What the policy said, without special tokens; of several turns what it said last.</param>
public sealed record RolloutAnswer(int[] Ids, bool[] IsDrawn, string Text)
{
    /// <summary>
    /// What followed the prompt where something may reply to the policy: its answers (role assistant) and the replies between them, the last of them <see cref="Text"/>. Empty where
    /// nothing may reply.
    /// </summary>
    public IReadOnlyList<ChatMessage> Turns { get; init; } = [];

    /// <summary>How often the policy answered.</summary>
    public int Answers => Turns.Count == 0 ? 1 : Turns.Count(turn => turn.Role == ChatRole.Assistant);

    /// <summary>Whether something replied, and the reply and an answer to it had no room in the longest sequence: the conversation ended before it.</summary>
    public bool IsOutOfRoom { get; init; }

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
            Turns = Turns,
            IsTruncated = IsTruncated,
            Tokens = DrawnCount,
            PromptIds = prompt.Ids,
            AnswerIds = Ids,
            Columns = prompt.Row.Columns,
        };
}
