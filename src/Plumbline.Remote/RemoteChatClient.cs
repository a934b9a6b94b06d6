using System.ClientModel;
using System.ClientModel.Primitives;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using OpenAI;
using OpenAI.Chat;
using Plumbline.Remote.Usage;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

namespace Plumbline.Remote;

/// <summary>
/// A remote model to talk to, over <c>/v1/chat/completions</c>. The request's place and time limit come from the connection, and so do the only retries.
/// Thread-safe.
/// </summary>
/// <remarks>
/// <see cref="ChatOptions.TopK"/> and the additional property <c>min_p</c> are sent as vLLM, SGLang and llama.cpp understand them; OpenAI's own
/// servers refuse them.
/// </remarks>
public sealed class RemoteChatClient : DelegatingChatClient
{
    private readonly RemoteConnection connection;

    private RemoteChatClient(IChatClient inner, RemoteConnection connection)
        : base(inner) => this.connection = connection;

    /// <summary>A client whose answers are counted by the connection's meter.</summary>
    /// <param name="connection">Where the model is; stays the caller's, who disposes it after the client.</param>
    public static IChatClient Open(RemoteConnection connection)
    {
        var options = new OpenAIClientOptions
        {
            Endpoint = connection.Endpoint,
            Transport = new HttpClientPipelineTransport(connection.Http),
            // Its own retries are silent, and would multiply with ours.
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
            NetworkTimeout = Timeout.InfiniteTimeSpan,
        };
        // The connection puts the real key on the request, or none.
        var client = new ChatClient(connection.Options.Model, new ApiKeyCredential("unused"), options);
        return new UsageMeteringChatClient(new RemoteChatClient(client.AsIChatClient(), connection), connection.Meter);
    }

    /// <inheritdoc/>
    public override Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        CancellationToken cancellationToken = default
    ) => connection.RunAsync(token => base.GetResponseAsync(messages, WithExtensions(options), token), cancellationToken);

    /// <inheritdoc/>
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        using var slot = await connection.OpenSlotAsync(cancellationToken).ConfigureAwait(false);
        var updates = base.GetStreamingResponseAsync(messages, WithExtensions(options), slot.Token).GetAsyncEnumerator(slot.Token);
        var finished = false;
        await using (updates.ConfigureAwait(false))
        {
            while (await Next().ConfigureAwait(false))
            {
                slot.Restart();
                finished |= updates.Current.FinishReason is not null;
                yield return updates.Current;
            }
        }

        // A stream that breaks at the border of two events looks like one that ended.
        if (!finished)
        {
            throw connection.Translate(new IOException("the stream ended without a finish reason."), slot);
        }

        async ValueTask<bool> Next()
        {
            try
            {
                return await updates.MoveNextAsync().ConfigureAwait(false);
            }
            catch (Exception failure) when (RemoteConnection.NeedsTranslation(failure, cancellationToken))
            {
                throw connection.Translate(failure, slot);
            }
        }
    }

    // What other servers than OpenAI's know, put into the request as it leaves.
    private static ChatOptions? WithExtensions(ChatOptions? options)
    {
        object? minP = null;
        options?.AdditionalProperties?.TryGetValue("min_p", out minP);
        if (options is null || (options.TopK is null && minP is null))
        {
            return options;
        }

        var (topK, inner) = (options.TopK, options.RawRepresentationFactory);
        options = options.Clone();
        options.TopK = null;
        options.RawRepresentationFactory = client =>
        {
            var request = inner?.Invoke(client) as ChatCompletionOptions ?? new ChatCompletionOptions();
#pragma warning disable SCME0001 // The one way to send fields that OpenAI's own interface does not have.
            if (topK is { } count)
            {
                request.Patch.Set("$.top_k"u8, count);
            }

            if (minP is not null)
            {
                request.Patch.Set("$.min_p"u8, Convert.ToDouble(minP, System.Globalization.CultureInfo.InvariantCulture));
            }
#pragma warning restore SCME0001
            return request;
        };
        return options;
    }
}
