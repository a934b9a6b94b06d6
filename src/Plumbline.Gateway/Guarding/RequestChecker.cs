using System.Text.Json.Nodes;
using Plumbline.Findings;
using Plumbline.Gateway.Wire;
using Plumbline.Moderation;

namespace Plumbline.Gateway.Guarding;

/// <summary>Checks texts and images of a request in place: what a guard changes is changed in the body. For one request.</summary>
internal sealed class RequestChecker(RequestBody body, GuardSession session, CheckOptions options, CancellationToken cancellation)
{
    // Strings that only say which kind of thing this is, as long as that is all they can say.
    private static readonly HashSet<string> Structural = ["type", "role", "tool_call_id", "id", "detail"];

    /// <summary>The decision that ends the request; null as long as everything passes.</summary>
    internal GuardDecision? Stopped { get; private set; }

    /// <summary>Checks a string that stands in an object or an array.</summary>
    /// <returns>What may be sent on.</returns>
    internal async ValueTask<string> CheckAsync(JsonNode value, string text, GuardedPart part)
    {
        if (text.Length == 0 || Stopped is not null)
        {
            return text;
        }

        var decision = await session.CheckAsync(part, text, cancellation);
        if (!decision.Passes)
        {
            Stopped = decision;
        }
        else if (decision.Text is { } passes && passes != text)
        {
            value.ReplaceWith(passes);
            body.HasChanged = true;
            return passes;
        }

        return text;
    }

    /// <summary>Checks an image at an address: one that stands in the address itself, or one that may be sent on unchecked.</summary>
    internal async ValueTask CheckImageAsync(string url, string place)
    {
        if (!DataUrl.Is(url))
        {
            if (!options.PassRemoteImages)
            {
                throw ApiException.BadRequest($"'{place}' must be a data: address: the gateway fetches no images.", place);
            }

            return;
        }

        await CheckImageAsync(DataUrl.Bytes(url, place));
    }

    /// <summary>Checks an image.</summary>
    internal async ValueTask CheckImageAsync(byte[] image)
    {
        if (Stopped is null && await session.CheckImageAsync(image, cancellation) is { Passes: false } decision)
        {
            Stopped = decision;
        }
    }

    /// <summary>Checks every string in a structure, whatever it is called: some templates write all of a message into the prompt.</summary>
    internal async ValueTask CheckAllAsync(JsonNode? node, GuardedPart part)
    {
        switch (node)
        {
            case JsonValue value when value.TryGetValue(out string? text):
                await CheckAsync(value, text, part);
                break;
            case JsonObject fields:
                foreach (var (name, field) in fields.ToList())
                {
                    if (!Structural.Contains(name) || !IsIdentifier(field))
                    {
                        await CheckAllAsync(field, part);
                    }
                }

                break;
            case JsonArray items:
                foreach (var item in items.ToList())
                {
                    await CheckAllAsync(item, part);
                }

                break;
        }
    }

    private static bool IsIdentifier(JsonNode? field) =>
        field is JsonValue value && value.TryGetValue(out string? text) && Identifier.Is(text);
}
