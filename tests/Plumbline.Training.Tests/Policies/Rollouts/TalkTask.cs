using System.Globalization;
using Microsoft.Extensions.AI;
using Plumbline.Environments;
using Plumbline.Models.Generation;
using Plumbline.Models.Language;
using Plumbline.Rewards;
using Plumbline.Training.Policies.Rollouts;

namespace Plumbline.Training.Tests.Policies.Rollouts;

/// <summary>A task of several turns on token ids: a reply's text lists its tokens.</summary>
internal static class TalkTask
{
    /// <summary>Tokens of the longest conversation, its prompt counted in.</summary>
    internal const int MaxLength = 32;

    // One token in five ends an answer, so that untrained policies end theirs.
    internal static readonly SamplingOptions Sampling = new() { MaxNewTokens = 6, EndTokens = [.. Enumerable.Range(0, 48).Where(IsEnd)] };

    internal static readonly ConversationOptions Options = new()
    {
        MaxTurns = 3,
        MaxLength = MaxLength,
        MaxAnswerLength = Sampling.MaxNewTokens,
    };

    internal static bool IsEnd(int id) => id % 5 == TokenTask.End;

    internal static ConversationSampler Of(IAnswerSampler sampler, IEnvironment? environment = null, ConversationOptions? options = null) =>
        new(sampler, environment ?? new Replies(_ => "11 12"), Tokens, options ?? Options);

    /// <summary>The tokens that a reply lists; behind an answer that ended without an end token, one comes first.</summary>
    internal static int[] Tokens(PolicyPrompt prompt, IReadOnlyList<ChatMessage> turns, int lastToken) =>
        [.. IsEnd(lastToken) ? Array.Empty<int>() : [TokenTask.End], .. Ids(turns[^1].Text)];

    internal static int[] Ids(string text) => [.. text.Split(' ').Select(id => int.Parse(id, CultureInfo.InvariantCulture))];

    /// <summary>What a function replies.</summary>
    internal sealed class Replies(Func<AnsweredConversation, string?> reply) : IEnvironment
    {
        internal List<AnsweredConversation> Asked { get; } = [];

        public Task<IReadOnlyList<IReadOnlyList<ChatMessage>?>> ReplyAsync(
            IReadOnlyList<AnsweredConversation> conversations,
            CancellationToken cancellation = default
        )
        {
            Asked.AddRange(conversations);
            return Task.FromResult<IReadOnlyList<IReadOnlyList<ChatMessage>?>>([
                .. conversations.Select(conversation =>
                    reply(conversation) is { } text ? new[] { new ChatMessage(ChatRole.User, text) } : null
                ),
            ]);
        }
    }

    /// <summary>Whether the last answer begins with the wanted token, less a tenth for every answer before it.</summary>
    internal sealed class LastWord : FunctionReward
    {
        protected override double? Score(AnswerToReward answer) => (IsRight(answer.Answer) ? 1 : 0) - (0.05 * (answer.Turns.Count - 1));
    }

    internal static bool IsRight(string answer) => answer.Split(' ')[0] == TokenTask.Wanted.ToString(CultureInfo.InvariantCulture);

    /// <summary>Sends back what is not right.</summary>
    internal static Replies Retry() => new(conversation => IsRight(conversation.Answer) ? null : "20 21");

    /// <summary>Draws nothing: hands out what a function says, and writes down what it was asked.</summary>
    internal sealed class Planned(Func<PolicyPrompt, AnswerDraw, RolloutAnswer> answer) : IAnswerSampler
    {
        internal List<(IReadOnlyList<PolicyPrompt> Prompts, AnswerDraw Draw)> Calls { get; } = [];

        public IReadOnlyList<IReadOnlyList<RolloutAnswer>> Draw(
            IReadOnlyList<PolicyPrompt> prompts,
            AnswerDraw draw,
            CancellationToken cancellation = default
        )
        {
            Calls.Add((prompts, draw));
            return [.. prompts.Select(prompt => Enumerable.Range(0, draw.Answers).Select(_ => answer(prompt, draw)).ToArray())];
        }
    }

    /// <summary>An answer of these tokens; one that does not end in the end token was cut.</summary>
    internal static RolloutAnswer Said(params int[] ids) =>
        new(ids, [.. ids.Select(_ => true)], string.Join(' ', ids))
        {
            IsTruncated = !IsEnd(ids[^1]),
            LogProbabilities = [.. ids.Select((_, i) => -0.1f * (i + 1))],
        };

    internal static LocalAnswerSampler SamplerOf(Decoder policy, double topP = 1, bool exact = false) =>
        TokenTask.SamplerOf(policy, Sampling with { TopP = topP }, exact);
}
