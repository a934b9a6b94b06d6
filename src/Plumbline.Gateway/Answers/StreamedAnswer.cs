using System.Text.Json;
using Plumbline.Gateway.Guarding;
using Plumbline.Gateway.Upstream;
using Plumbline.Gateway.Wire;

namespace Plumbline.Gateway.Answers;

/// <summary>
/// Passes a streamed answer on, one event at a time: read, checked, written, and only then the next is read. So nothing leaves unchecked, and nothing piles up.
/// </summary>
internal sealed class StreamedAnswer(
    AnswerShape shape,
    GuardSession session,
    AskedFor asked,
    GatewayOptions options,
    EventReader upstream,
    EventWriter client,
    CancellationToken cancellation
) : IDisposable
{
    private readonly SortedDictionary<int, StreamedChoice> choices = [];
    private AnswerHead? head;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var choice in choices.Values)
        {
            choice.Dispose();
        }
    }

    /// <summary>Passes it on to its end.</summary>
    internal async Task RunAsync()
    {
        client.Begin();
        await client.FlushAsync();
        try
        {
            var isComplete = false;
            while (!isComplete && !AllStopped() && await upstream.ReadAsync() is { } data)
            {
                isComplete = data.Span.SequenceEqual("[DONE]"u8);
                if (!isComplete)
                {
                    using var document = UpstreamAnswer.Parse(data, options.Limits.MaxJsonDepth);
                    await TakeAsync(AnswerReading.Root(document));
                }
            }

            await EndAsync(isComplete);
        }
        catch (ApiException failure)
        {
            // The headers are gone: the error is an event, and what was held back stays here.
            session.Metrics.CountFailure(failure.Kind);
            var hasLeft = choices.Values.Any(choice => choice.HasLeft);
            await client.WriteAsync(json => failure.WriteTo(json, retract: hasLeft));
        }
    }

    private bool AllStopped() => choices.Count == asked.Choices && choices.Values.All(choice => choice.Stopped is not null);

    private async ValueTask TakeAsync(JsonElement root)
    {
        head ??= AnswerHead.Of(root);
        var isEmpty = true;
        foreach (var choice in AnswerReading.Items(root, "choices"))
        {
            isEmpty = false;
            var index = AnswerReading.Index(choice, asked.Choices);
            if (!choices.TryGetValue(index, out var known))
            {
                choices[index] = known = new StreamedChoice(index, shape, session, asked, options.Limits.MaxToolCalls);
            }

            var isStopped = known.Stopped is not null;
            var piece = await known.TakeAsync(choice, cancellation);
            if (!isStopped && !piece.IsEmpty)
            {
                await WriteAsync(piece, root);
            }
        }

        if (isEmpty && AnswerReading.TryField(root, "usage", JsonValueKind.Object, out _))
        {
            await WriteAsync(piece: null, root);
        }
    }

    private async ValueTask EndAsync(bool isComplete)
    {
        var open = choices.Values.Where(choice => !choice.IsOver).ToList();
        if (!isComplete && (open.Count > 0 || choices.Count == 0))
        {
            throw ApiException.BadGateway("upstream_broken", "The model's server broke its answer off.");
        }

        foreach (var choice in open)
        {
            await WriteAsync(await choice.EndAsync(cancellation), root: null);
        }

        await client.EndAsync();
    }

    private ValueTask WriteAsync(ChoicePiece? piece, JsonElement? root) =>
        client.WriteAsync(json =>
        {
            json.WriteStartObject();
            head!.WriteTo(json, shape.PieceObject);
            json.WriteStartArray("choices");
            piece?.WriteTo(json, shape, isPiece: true);
            json.WriteEndArray();
            if (root is { } whole)
            {
                AnswerHead.WriteUsage(json, whole);
            }

            if (piece?.Decision is { } decision)
            {
                json.WritePropertyName("guard");
                GuardJson.Write(json, decision, piece.Retracts);
            }

            json.WriteEndObject();
        });
}
