using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace Plumbline.Cli.Conversing;

/// <summary>An answer to a prompt, as a row of a prompt-completion data set (TRL's layout) with what is known of the answer beside it.</summary>
/// <param name="Prompt">What was asked, system message included.</param>
/// <param name="Response">The answer.</param>
internal sealed record GeneratedRow(IReadOnlyList<ChatMessage> Prompt, ChatResponse Response)
{
    /// <summary>The row.</summary>
    internal JsonObject ToJson() =>
        new()
        {
            ["prompt"] = new JsonArray([.. Prompt.Select(message => Message(message.Role.Value, message.Text))]),
            ["completion"] = new JsonArray(Message("assistant", Response.Text)),
            ["finish_reason"] = Response.FinishReason?.Value,
            ["prompt_tokens"] = Response.Usage?.InputTokenCount,
            ["completion_tokens"] = Response.Usage?.OutputTokenCount,
            ["model"] = Response.ModelId,
        };

    private static JsonObject Message(string role, string text) => new() { ["role"] = role, ["content"] = text };
}
