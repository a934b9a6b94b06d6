using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Plumbline.Gateway.Guarding;
using Plumbline.Gateway.Wire;
using Plumbline.Moderation;

namespace Plumbline.Gateway.Answers;

/// <summary>Answers that say why there is none: in the shape of an answer, so that every client shows them.</summary>
internal static class Refusals
{
    internal const string Finish = "content_filter";

    /// <summary>A choice that holds nothing but the explanation.</summary>
    internal static ChoicePiece Choice(int index, AnswerShape shape, GuardDecision decision)
    {
        var piece = new ChoicePiece(index)
        {
            Role = shape.IsChat ? "assistant" : null,
            Finish = Finish,
            Decision = decision,
        };
        piece.Texts.Add(new(shape.Main, GuardJson.Explanation(decision)));
        return piece;
    }

    /// <summary>Answers a request whose prompt does not pass.</summary>
    internal static async Task WriteAsync(
        HttpContext context,
        AnswerShape shape,
        AskedFor asked,
        GuardDecision decision,
        DateTimeOffset now
    )
    {
        var head = new AnswerHead($"{shape.Prefix}-{decision.Id}", asked.Model, now.ToUnixTimeSeconds(), Fingerprint: null, Tier: null);
        var choice = Choice(0, shape, decision);
        if (asked.Streams)
        {
            var events = new EventWriter(context);
            events.Begin();
            await events.WriteAsync(json => WriteAnswer(json, shape, head, choice, isPiece: true));
            await events.EndAsync();
            return;
        }

        var bytes = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(bytes, GuardJson.Plain))
        {
            WriteAnswer(json, shape, head, choice, isPiece: false);
        }

        await JsonResponse.WriteAsync(context, bytes.WrittenMemory);
    }

    private static void WriteAnswer(Utf8JsonWriter json, AnswerShape shape, AnswerHead head, ChoicePiece choice, bool isPiece)
    {
        json.WriteStartObject();
        head.WriteTo(json, isPiece ? shape.PieceObject : shape.Object);
        json.WriteStartArray("choices");
        choice.WriteTo(json, shape, isPiece);
        json.WriteEndArray();
        // No token was read or written.
        json.WriteStartObject("usage");
        json.WriteNumber("prompt_tokens", 0);
        json.WriteNumber("completion_tokens", 0);
        json.WriteNumber("total_tokens", 0);
        json.WriteEndObject();
        json.WritePropertyName("guard");
        GuardJson.Write(json, choice.Decision!, retract: false);
        json.WriteEndObject();
    }
}
