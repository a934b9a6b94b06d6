using Microsoft.Extensions.AI;
using Plumbline.Environments;
using Plumbline.Randomness;

namespace Plumbline.Training.Policies.Rollouts;

/// <summary>A conversation of the policy with an environment, as far as it has come.</summary>
internal sealed class Conversation
{
    private readonly PolicyPrompt prompt;
    private readonly List<int> ids = [];
    private readonly List<bool> isDrawn = [];
    private readonly List<ChatMessage> turns = [];
    private readonly List<RolloutAnswer> answers = [];
    private bool isOutOfRoom;

    /// <summary>A conversation after its first answer.</summary>
    /// <param name="prompt">What was asked.</param>
    /// <param name="number">Its number among the conversations of a draw.</param>
    /// <param name="first">What the policy answered.</param>
    internal Conversation(PolicyPrompt prompt, int number, RolloutAnswer first)
    {
        (this.prompt, Number) = (prompt, number);
        Add(first);
    }

    /// <summary>Its number among the conversations of a draw.</summary>
    internal int Number { get; }

    /// <summary>Whether its last answer was cut.</summary>
    internal bool IsTruncated => answers[^1].IsTruncated;

    /// <summary>Adds an answer of the policy, token by token as it was drawn.</summary>
    internal void Add(RolloutAnswer answer)
    {
        ids.AddRange(answer.Ids);
        isDrawn.AddRange(answer.IsDrawn);
        turns.Add(new ChatMessage(ChatRole.Assistant, answer.Text));
        answers.Add(answer);
    }

    /// <summary>Adds a reply, unless there is no room for it and the longest answer to it.</summary>
    /// <returns>Whether it was added.</returns>
    internal bool TryReply(IReadOnlyList<ChatMessage> reply, ReplyTokens replyTokens, ConversationOptions options)
    {
        var tokens = replyTokens(prompt, [.. turns, .. reply], ids[^1]);
        if (prompt.Ids.Length + ids.Count + tokens.Length + options.MaxAnswerLength > options.MaxLength)
        {
            isOutOfRoom = true;
            return false;
        }

        ids.AddRange(tokens);
        isDrawn.AddRange(tokens.Select(_ => false));
        turns.AddRange(reply);
        return true;
    }

    /// <summary>What the policy is asked next: all that was said so far.</summary>
    internal PolicyPrompt Asked() => prompt with { Ids = [.. prompt.Ids, .. ids] };

    /// <summary>The conversation as an environment sees it.</summary>
    /// <param name="seed">That of the turn.</param>
    internal AnsweredConversation Answered(Seed seed) =>
        new(prompt.Row.Prompt, [.. turns], seed.Derive("conversation", Number)) { Columns = prompt.Row.Columns };

    /// <summary>All of it as one answer.</summary>
    internal RolloutAnswer Whole() =>
        new([.. ids], [.. isDrawn], answers[^1].Text)
        {
            Turns = turns,
            IsTruncated = IsTruncated,
            IsOutOfRoom = isOutOfRoom,
            LogProbabilities = answers.TrueForAll(answer => answer.LogProbabilities is not null)
                ? [.. answers.SelectMany(answer => answer.LogProbabilities!)]
                : null,
            Kept = answers.Exists(answer => answer.Kept is not null)
                ? [.. answers.SelectMany(answer => answer.Kept ?? new int[]?[answer.DrawnCount])]
                : null,
        };
}
