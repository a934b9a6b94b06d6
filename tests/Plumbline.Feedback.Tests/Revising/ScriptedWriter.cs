using Microsoft.Extensions.AI;

namespace Plumbline.Feedback.Tests.Revising;

/// <summary>A model that writes what a test says, and remembers what it was asked.</summary>
/// <param name="reply">What it writes to a conversation.</param>
internal sealed class ScriptedWriter(Func<IReadOnlyList<ChatMessage>, string> reply) : IChatClient
{
    public List<IReadOnlyList<ChatMessage>> Asked { get; } = [];

    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ChatMessage[] conversation = [.. messages];
        Asked.Add(conversation);
        return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, reply(conversation))));
    }

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        CancellationToken cancellationToken = default
    ) => throw new NotSupportedException();

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose() { }
}
