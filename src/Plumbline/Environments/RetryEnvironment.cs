using Microsoft.Extensions.AI;
using Plumbline.Configuration;
using Plumbline.Rewards;

namespace Plumbline.Environments;

/// <summary>Sends answers back that do not pass a check, with the same words each time; what passes, or cannot be judged, ends the conversation.</summary>
public sealed class RetryEnvironment : IEnvironment
{
    private readonly RetryOptions options;
    private readonly IReward check;

    /// <summary>Makes the check.</summary>
    /// <param name="options">The check, and what is said.</param>
    /// <exception cref="InvalidInputException">An option is out of its range, or there is no such check.</exception>
    public RetryEnvironment(RetryOptions options)
    {
        this.options = OptionsValidation.ThrowIfInvalid(options);
        check = new RewardFactory().Create(options.Check);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<IReadOnlyList<ChatMessage>?>> ReplyAsync(
        IReadOnlyList<AnsweredConversation> conversations,
        CancellationToken cancellation = default
    )
    {
        var scores = await check.ScoreAsync([.. conversations.Select(conversation => conversation.ToReward())], cancellation);
        return [.. scores.Select(score => score < options.PassesAt ? new[] { new ChatMessage(ChatRole.User, options.Message) } : null)];
    }
}
