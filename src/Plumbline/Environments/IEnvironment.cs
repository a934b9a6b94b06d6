using Microsoft.Extensions.AI;

namespace Plumbline.Environments;

/// <summary>
/// What replies to a policy's answers: a check that sends wrong ones back, questions that lie ready, a simulation, a class that a user wrote. The policy answers again, until
/// the environment says that the conversation is over or it has as many turns as it may have.
/// </summary>
public interface IEnvironment
{
    /// <summary>Replies to conversations that each end in an answer of the policy.</summary>
    /// <remarks>
    /// Everything that decides a reply stands in its conversation: a run that is resumed asks again and expects the same. Nothing is remembered between calls.
    /// </remarks>
    /// <param name="conversations">Any number, at least one; those of one prompt side by side.</param>
    /// <param name="cancellation">Cancels what takes long.</param>
    /// <returns>For each conversation, in their order, the messages that reply, of the roles user and tool; null where it is over.</returns>
    Task<IReadOnlyList<IReadOnlyList<ChatMessage>?>> ReplyAsync(
        IReadOnlyList<AnsweredConversation> conversations,
        CancellationToken cancellation = default
    );
}
