using System.Text.Json;
using Microsoft.Extensions.AI;
using Plumbline.Data;
using Plumbline.Randomness;
using Plumbline.Rewards;

namespace Plumbline.Environments;

/// <summary>A conversation whose last word is the policy's.</summary>
/// <param name="Prompt">What the policy was asked at first.</param>
/// <param name="Turns">What followed: the policy's answers (role assistant) and what was replied between them; the last is an answer.</param>
/// <param name="Seed">Decides what a reply leaves to chance; no two replies of a run share one, but for those of a probe.</param>
public sealed record AnsweredConversation(Content Prompt, IReadOnlyList<ChatMessage> Turns, Seed Seed)
{
    /// <summary>What else the prompt's row says, by column.</summary>
    public IReadOnlyDictionary<string, JsonElement> Columns { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>The answer that is replied to, without special tokens. What a model wrote: not to be trusted.</summary>
    public string Answer => Turns[^1].Text;

    /// <summary>How often the policy has answered, at least once.</summary>
    public int Answers => Turns.Count(turn => turn.Role == ChatRole.Assistant);

    /// <summary>The conversation as rewards see it.</summary>
    public AnswerToReward ToReward() => new(Prompt, Answer) { Turns = Turns, Columns = Columns };
}
