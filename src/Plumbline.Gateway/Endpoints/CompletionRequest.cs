using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Plumbline.Findings;
using Plumbline.Gateway.Guarding;
using Plumbline.Gateway.Wire;
using Plumbline.Moderation;

namespace Plumbline.Gateway.Endpoints;

/// <summary>What a legacy completion asks for, and everything in it that is checked.</summary>
internal sealed class CompletionRequest
{
    private static readonly FieldNames RootNames = new("prompt", "suffix", "model", "stream", "n", "logprobs", "echo");

    private readonly RequestBody body;
    private readonly CheckOptions options;

    private CompletionRequest(RequestBody body, CheckOptions options) => (this.body, this.options) = (body, options);

    internal required AskedFor Asked { get; init; }

    /// <summary>Reads it.</summary>
    /// <exception cref="ApiException">It is no such request, or holds tokens, which cannot be checked.</exception>
    internal static CompletionRequest Of(RequestBody body, CheckOptions options)
    {
        RootNames.Check(body.Root, string.Empty);
        var prompts = body.Root["prompt"] switch
        {
            JsonValue value when value.TryGetValue(out string? _) => 1,
            JsonArray { Count: > 0 } many when many.Count <= body.Limits.MaxMessages && many.All(IsText) => many.Count,
            _ => throw ApiException.BadRequest(
                $"'prompt' must be a string, or 1 to {body.Limits.MaxMessages} strings: tokens cannot be checked.",
                "prompt"
            ),
        };
        return new CompletionRequest(body, options) { Asked = AskedFor.Of(body, options, prompts) };
    }

    /// <summary>Checks everything in it; what a guard changes is changed in the body.</summary>
    /// <returns>The decision that ends the request; null where it may be sent on.</returns>
    internal async ValueTask<GuardDecision?> CheckAsync(GuardSession session, CancellationToken cancellation)
    {
        var checker = new RequestChecker(body, session, options, cancellation);
        var prompt = body.Root["prompt"];
        await checker.CheckAllAsync(prompt, GuardedPart.Prompt);
        await checker.CheckAllAsync(body.Root["suffix"], GuardedPart.Prompt);
        if (prompt is JsonValue value)
        {
            session.Conversation.Add(new ChatMessage(ChatRole.User, value.GetValue<string>()));
        }

        return checker.Stopped;
    }

    private static bool IsText(JsonNode? item) => item is JsonValue value && value.TryGetValue(out string? _);
}
