using Microsoft.Extensions.AI;
using Plumbline.Configuration;
using Plumbline.Environments;

namespace Plumbline.Training.Policies.Rollouts;

/// <summary>The tokens between a drawn answer and the next one.</summary>
/// <param name="prompt">What the conversation began with.</param>
/// <param name="turns">What followed, a reply last.</param>
/// <param name="lastToken">The last token that the policy drew.</param>
/// <returns>The end of the answer as far as it was not drawn, the reply, and what asks for the next answer.</returns>
public delegate int[] ReplyTokens(PolicyPrompt prompt, IReadOnlyList<ChatMessage> turns, int lastToken);

/// <summary>
/// Lets the policy talk with an environment: it answers, the environment replies, it answers again. A whole conversation is one answer, whose drawn tokens stand as they were
/// drawn and whose replies are no targets. An answer that was cut ends its conversation, and so does a reply that has no room: neither is ever shortened.
/// </summary>
/// <param name="sampler">Draws each answer; not owned.</param>
/// <param name="environment">Replies.</param>
/// <param name="replyTokens">Makes tokens of replies.</param>
/// <param name="options">How long conversations may become.</param>
public sealed class ConversationSampler(
    IAnswerSampler sampler,
    IEnvironment environment,
    ReplyTokens replyTokens,
    ConversationOptions options
) : IAnswerSampler
{
    private readonly ConversationOptions options = OptionsValidation.ThrowIfInvalid(options);

    /// <inheritdoc/>
    /// <exception cref="InvalidInputException">The environment's replies cannot be used.</exception>
    public IReadOnlyList<IReadOnlyList<RolloutAnswer>> Draw(
        IReadOnlyList<PolicyPrompt> prompts,
        AnswerDraw draw,
        CancellationToken cancellation = default
    )
    {
        var groups = sampler
            .Draw(prompts, draw, cancellation)
            .Select(
                (group, i) =>
                    group.Select((answer, j) => new Conversation(prompts[i], (draw.NumberOf(i) * draw.Answers) + j, answer)).ToList()
            )
            .ToList();
        var open = groups.SelectMany(group => group).Where(conversation => !conversation.IsTruncated).ToList();
        for (var turn = 1; turn < options.MaxTurns && open.Count > 0; turn++)
        {
            open = Replied(open, draw, turn, cancellation);
            if (open.Count == 0)
            {
                break;
            }

            var next = draw with
            {
                Answers = 1,
                Seed = draw.Seed.Derive("turn", turn),
                GoesOn = true,
                Numbers = [.. open.Select(conversation => conversation.Number)],
            };
            var answers = sampler.Draw([.. open.Select(conversation => conversation.Asked())], next, cancellation);
            foreach (var (conversation, answer) in open.Zip(answers))
            {
                conversation.Add(answer[0]);
            }

            open.RemoveAll(conversation => conversation.IsTruncated);
        }

        return [.. groups.Select(group => group.Select(conversation => conversation.Whole()).ToArray())];
    }

    // Asks the environment, and keeps the conversations that go on.
    private List<Conversation> Replied(List<Conversation> open, AnswerDraw draw, int turn, CancellationToken cancellation)
    {
        var seed = draw.Seed.Derive("environment", turn);
        var replies = environment
            .ReplyAsync([.. open.Select(conversation => conversation.Answered(seed))], cancellation)
            .GetAwaiter()
            .GetResult();
        if (replies.Count != open.Count)
        {
            throw new InvalidInputException(
                $"The environment {environment.GetType().Name} replied to {replies.Count} conversations of {open.Count}.",
                "Return one list of messages for each conversation, in their order; null for those that are over."
            );
        }

        var going = new List<Conversation>();
        foreach (var (conversation, reply) in open.Zip(replies))
        {
            if (reply is null)
            {
                continue;
            }

            ThrowIfUnusable(reply);
            if (conversation.TryReply(reply, replyTokens, options))
            {
                going.Add(conversation);
            }
        }

        return going;
    }

    private void ThrowIfUnusable(IReadOnlyList<ChatMessage> reply)
    {
        if (reply.Count == 0)
        {
            throw new InvalidInputException(
                $"The environment {environment.GetType().Name} replied with an empty list.",
                "Return null for a conversation that is over, else at least one message."
            );
        }

        if (reply.FirstOrDefault(message => message.Role != ChatRole.User && message.Role != ChatRole.Tool) is { } other)
        {
            throw new InvalidInputException(
                $"The environment {environment.GetType().Name} replied with a message of the role {other.Role.Value}.",
                "Reply with messages of the roles user and tool: what the assistant says, the policy draws."
            );
        }
    }
}
