using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Plumbline.Remote.Usage;

/// <summary>Counts the tokens of every answer of the client underneath. Thread-safe.</summary>
/// <param name="inner">The client that answers.</param>
/// <param name="meter">What counts; may be shared by several clients.</param>
public sealed class UsageMeteringChatClient(IChatClient inner, UsageMeter meter) : DelegatingChatClient(inner)
{
    /// <inheritdoc/>
    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        var response = await base.GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false);
        meter.CountAnswer(response.Usage?.InputTokenCount, response.Usage?.OutputTokenCount);
        return response;
    }

    /// <inheritdoc/>
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        var usage = new UsageDetails();
        try
        {
            await foreach (var update in base.GetStreamingResponseAsync(messages, options, cancellationToken).ConfigureAwait(false))
            {
                foreach (var content in update.Contents.OfType<UsageContent>())
                {
                    usage.Add(content.Details);
                }

                yield return update;
            }
        }
        finally
        {
            // An answer that was left half-read was paid for, too.
            meter.CountAnswer(usage.InputTokenCount, usage.OutputTokenCount);
        }
    }
}
