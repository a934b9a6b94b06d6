using System.Text.Json;
using Microsoft.Extensions.AI;
using Plumbline.Data;

namespace Plumbline.Rewards;

/// <summary>An answer that is to be rewarded.</summary>
/// <param name="Prompt">What was asked.</param>
/// <param name="Answer">The answer's text, without special tokens; of a conversation of several turns the last answer.</param>
public sealed record AnswerToReward(Content Prompt, string Answer)
{
    /// <summary>Whether it was cut at its longest length rather than ended.</summary>
    public bool IsTruncated { get; init; }

    /// <summary>
    /// All that followed the prompt, where the policy and what replies to it spoke by turns: its answers (role assistant) and the replies between them, the last of them
    /// <see cref="Answer"/>. Empty for a single answer, to which nothing could reply.
    /// </summary>
    public IReadOnlyList<ChatMessage> Turns { get; init; } = [];

    /// <summary>The answer's own length in tokens, end tokens included, that of all answers of a conversation; 0 where nobody counted.</summary>
    public int Tokens { get; init; }

    /// <summary>The prompt's tokens as the policy saw them; empty where the answer did not come of a model here.</summary>
    public ReadOnlyMemory<int> PromptIds { get; init; }

    /// <summary>The tokens that followed, those of replies included; empty likewise.</summary>
    public ReadOnlyMemory<int> AnswerIds { get; init; }

    /// <summary>What else the prompt's row says, by column: the right answer, a schema.</summary>
    public IReadOnlyDictionary<string, JsonElement> Columns { get; init; } = new Dictionary<string, JsonElement>();
}
