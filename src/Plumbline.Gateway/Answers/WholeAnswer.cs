using System.Buffers;
using System.Text.Json;
using Plumbline.Findings;
using Plumbline.Gateway.Guarding;
using Plumbline.Gateway.Wire;
using Plumbline.Moderation;

namespace Plumbline.Gateway.Answers;

/// <summary>Checks a whole answer and writes what of it may leave: fields that the gateway knows, and no others.</summary>
internal sealed class WholeAnswer(
    AnswerShape shape,
    GuardSession session,
    AskedFor asked,
    GatewayOptions options,
    CancellationToken cancellation
)
{
    /// <summary>The answer that the client gets.</summary>
    internal async Task<ReadOnlyMemory<byte>> CheckAsync(JsonDocument document)
    {
        var root = AnswerReading.Root(document);
        var choices = new List<ChoicePiece>();
        foreach (var choice in AnswerReading.Items(root, "choices"))
        {
            choices.Add(await ChoiceAsync(choice));
            if (choices.Count > asked.Choices)
            {
                throw AnswerReading.Malformed("more choices than were asked for");
            }
        }

        if (choices.Count == 0)
        {
            throw AnswerReading.Malformed("it has no choices");
        }

        var bytes = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(bytes, GuardJson.Plain))
        {
            json.WriteStartObject();
            AnswerHead.Of(root).WriteTo(json, shape.Object);
            json.WriteStartArray("choices");
            choices.ForEach(choice => choice.WriteTo(json, shape, isPiece: false));
            json.WriteEndArray();
            AnswerHead.WriteUsage(json, root);
            WriteStrictest(json, choices);
            json.WriteEndObject();
        }

        return bytes.WrittenMemory;
    }

    private static void WriteStrictest(Utf8JsonWriter json, List<ChoicePiece> choices)
    {
        if (choices.Select(choice => choice.Decision).OfType<GuardDecision>().MaxBy(decision => decision.Outcome) is { } strictest)
        {
            json.WritePropertyName("guard");
            GuardJson.Write(json, strictest, retract: false);
        }
    }

    private async Task<ChoicePiece> ChoiceAsync(JsonElement choice)
    {
        var piece = new ChoicePiece(AnswerReading.Index(choice, asked.Choices))
        {
            Role = shape.IsChat ? "assistant" : null,
            Finish = AnswerReading.Finish(choice),
        };
        if (AnswerReading.Holder(choice, shape, isPiece: false) is not { } holder)
        {
            throw AnswerReading.Malformed("a choice has no message");
        }

        foreach (var name in shape.Texts)
        {
            if (AnswerReading.Text(holder, name) is { } text)
            {
                piece.Texts.Add(new(name, await CheckedAsync(piece, GuardedPart.Answer, text)));
            }
        }

        if (shape.IsChat)
        {
            await ToolsAsync(piece, holder);
        }

        if (piece.Decision is { Passes: false } stopped)
        {
            return Refusals.Choice(piece.Index, shape, stopped);
        }

        if (
            options.Checks.PassLogProbabilities
            && piece.Decision is null or { Outcome: GuardOutcome.Allow }
            && choice.TryGetProperty("logprobs", out var all)
        )
        {
            piece.LogProbabilities = all;
        }

        return piece;
    }

    private async Task ToolsAsync(ChoicePiece piece, JsonElement message)
    {
        var calls = AnswerReading.Items(message, "tool_calls").ToList();
        if (calls.Count > options.Limits.MaxToolCalls)
        {
            throw AnswerReading.Malformed("too many tool calls");
        }

        for (var i = 0; i < calls.Count; i++)
        {
            await ToolAsync(piece, calls[i], i);
        }

        if (AnswerReading.TryField(message, "function_call", JsonValueKind.Object, out var function))
        {
            await ToolAsync(piece, function, -1);
        }
    }

    private async Task ToolAsync(ChoicePiece piece, JsonElement call, int index)
    {
        var (tool, input) = AnswerReading.Tool(call, index);
        var name = tool.Name ?? throw AnswerReading.Malformed("a tool call without a name");
        tool.Name = asked.Tools.Contains(name) ? name : await CheckedAsync(piece, GuardedPart.ToolCall, name);
        tool.Input = await CheckedAsync(piece, GuardedPart.ToolCall, input);
        piece.Tools.Add(tool);
    }

    // What passes; the strictest decision stays with the choice.
    private async ValueTask<string> CheckedAsync(ChoicePiece piece, GuardedPart part, string text)
    {
        if (text.Length == 0 || piece.Decision is { Passes: false })
        {
            return text;
        }

        var decision = await session.CheckAsync(part, text, cancellation);
        if (piece.Decision is null || decision.Outcome > piece.Decision.Outcome)
        {
            piece.Decision = decision;
        }

        return decision.Passes ? decision.Text ?? text : string.Empty;
    }
}
