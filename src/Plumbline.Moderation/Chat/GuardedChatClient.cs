using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Plumbline.Constitutions;
using Plumbline.Findings;

namespace Plumbline.Moderation.Chat;

/// <summary>
/// A chat client behind a guard. What users and tools say is checked before the model sees it; what the model says, thinks and asks tools to do, before anybody else does. An answer that does not pass
/// is replaced by the explanation, its finish reason is <see cref="ChatFinishReason.ContentFilter"/>, and its additional properties hold the <see cref="GuardDecision"/> as <see cref="DecisionKey"/>.
/// </summary>
/// <param name="inner">The model.</param>
/// <param name="guard">The guard; not owned.</param>
/// <param name="situation">Where conversations take place; null for unknown.</param>
public sealed class GuardedChatClient(IChatClient inner, IGuard guard, Situation? situation = null) : DelegatingChatClient(inner)
{
    /// <summary>The additional property with the decision.</summary>
    public const string DecisionKey = "guard";

    /// <summary>The additional property that is true where text that left before is to be taken back.</summary>
    public const string RetractKey = "guard_retract";

    private readonly Situation where = situation ?? new Situation();

    /// <inheritdoc/>
    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        var prompt = await CheckPromptAsync(messages, cancellationToken).ConfigureAwait(false);
        if (prompt.Stopped is { } refused)
        {
            return Refusal(refused);
        }

        var response = await base.GetResponseAsync(prompt.Messages, options, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < response.Messages.Count; i++)
        {
            var answer = await CheckedMessage
                .OfAsync(guard, response.Messages[i], About(prompt.Messages), cancellationToken)
                .ConfigureAwait(false);
            if (answer.Stopped is { } stopped)
            {
                var refusal = Refusal(stopped);
                (refusal.ResponseId, refusal.ModelId, refusal.Usage, refusal.CreatedAt) = (
                    response.ResponseId,
                    response.ModelId,
                    response.Usage,
                    response.CreatedAt
                );
                return refusal;
            }

            response.Messages[i] = answer.Message;
        }

        return response;
    }

    /// <inheritdoc/>
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        var prompt = await CheckPromptAsync(messages, cancellationToken).ConfigureAwait(false);
        if (prompt.Stopped is { } refused)
        {
            yield return RefusalUpdate(refused, retract: false);
            yield break;
        }

        var answer = new GuardedUpdates(guard, About(prompt.Messages));
        await foreach (var update in base.GetStreamingResponseAsync(prompt.Messages, options, cancellationToken).ConfigureAwait(false))
        {
            if (await answer.AddAsync(update, cancellationToken).ConfigureAwait(false) is { } passed)
            {
                yield return passed;
            }

            if (answer.Stopped is { } stopped)
            {
                yield return RefusalUpdate(stopped, answer.HasReleased);
                yield break;
            }
        }

        if (await answer.EndAsync(cancellationToken).ConfigureAwait(false) is { } last)
        {
            yield return last;
        }

        if (answer.Stopped is { } late)
        {
            yield return RefusalUpdate(late, answer.HasReleased);
        }
    }

    private async Task<(IReadOnlyList<ChatMessage> Messages, GuardDecision? Stopped)> CheckPromptAsync(
        IEnumerable<ChatMessage> messages,
        CancellationToken cancellationToken
    )
    {
        var passed = new List<ChatMessage>();
        foreach (var message in messages)
        {
            if (message.Role != ChatRole.User && message.Role != ChatRole.Tool)
            {
                passed.Add(message);
                continue;
            }

            var one = await CheckedMessage.OfAsync(guard, message, About(passed), cancellationToken).ConfigureAwait(false);
            if (one.Stopped is not null)
            {
                return (passed, one.Stopped);
            }

            passed.Add(one.Message);
        }

        return (passed, null);
    }

    private GuardRequest About(IReadOnlyList<ChatMessage> conversation) =>
        new()
        {
            Part = GuardedPart.Answer,
            Conversation = [.. conversation],
            Situation = where,
        };

    private static ChatResponse Refusal(GuardDecision decision) =>
        new(new ChatMessage(ChatRole.Assistant, decision.Explanation))
        {
            FinishReason = ChatFinishReason.ContentFilter,
            AdditionalProperties = new AdditionalPropertiesDictionary { [DecisionKey] = decision },
        };

    private static ChatResponseUpdate RefusalUpdate(GuardDecision decision, bool retract) =>
        new(ChatRole.Assistant, decision.Explanation)
        {
            FinishReason = ChatFinishReason.ContentFilter,
            AdditionalProperties = new AdditionalPropertiesDictionary { [DecisionKey] = decision, [RetractKey] = retract },
        };
}
