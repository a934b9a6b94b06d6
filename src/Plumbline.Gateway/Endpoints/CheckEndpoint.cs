using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;
using Plumbline.Constitutions;
using Plumbline.Findings;
using Plumbline.Gateway.Wire;
using Plumbline.Moderation;

namespace Plumbline.Gateway.Endpoints;

/// <summary>Checks without a model: a text or an image in, the decision out.</summary>
internal sealed class CheckEndpoint(GatewayServices services)
{
    private static readonly string[] RootFields = ["part", "text", "image", "conversation", "sources", "situation", "exchange"];
    private static readonly string[] MessageFields = ["role", "content"];
    private static readonly string[] SituationFields = ["language", "region", "domain", "audience", "modality", "day"];

    internal async Task CheckAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context, services.Options.Limits);
        var request = Read(body);
        using var session = services.Begin(context);
        var decision = await session.CheckAsync(request, context.RequestAborted);
        await JsonResponse.WriteAsync(context, json => GuardJson.WriteWhole(json, decision));
    }

    private GuardRequest Read(RequestBody body)
    {
        var root = body.Root;
        JsonFields.CheckKnown(root, RootFields, string.Empty);
        var named = JsonFields.Text(root, "part") ?? "prompt";
        if (!WireNames.TryPart(named, out var part))
        {
            throw JsonFields.Wrong(string.Empty, "part", $"one of {string.Join(", ", WireNames.AllParts)}");
        }

        var text = JsonFields.Text(root, "text");
        var image = JsonFields.Text(root, "image");
        if ((part == GuardedPart.Image ? image : text) is null || (text is not null && image is not null))
        {
            throw ApiException.BadRequest(
                "Give 'image' (base64) where part is image, and 'text' otherwise.",
                part == GuardedPart.Image ? "image" : "text"
            );
        }

        return new GuardRequest
        {
            Part = part,
            Text = text ?? string.Empty,
            Image = image is null ? default : DataUrl.Base64(image, "image"),
            Conversation = [.. Bounded(body, "conversation").Select(Message)],
            Sources = [.. Bounded(body, "sources").Select(Source)],
            Situation = SituationOf(JsonFields.Fields(root, "situation"), part),
            Exchange =
                JsonFields.Text(root, "exchange") is not { } exchange ? null
                : Identifier.Is(exchange) ? exchange
                : throw JsonFields.Wrong(string.Empty, "exchange", "at most 64 letters, digits, _, -, ., : and /"),
        };
    }

    private static JsonArray Bounded(RequestBody body, string name) =>
        JsonFields.Items(body.Root, name) switch
        {
            null => [],
            { } items when items.Count <= body.Limits.MaxMessages => items,
            _ => throw JsonFields.Wrong(string.Empty, name, $"at most {body.Limits.MaxMessages} items"),
        };

    private static ChatMessage Message(JsonNode? item, int number)
    {
        var place = $"conversation.{number}";
        var fields = JsonFields.ItemFields(item, place);
        JsonFields.CheckKnown(fields, MessageFields, place);
        var role = JsonFields.Text(fields, "role", place) switch
        {
            "user" => ChatRole.User,
            "assistant" => ChatRole.Assistant,
            "system" => ChatRole.System,
            "tool" => ChatRole.Tool,
            _ => throw JsonFields.Wrong(place, "role", "one of user, assistant, system, tool"),
        };
        return new ChatMessage(role, JsonFields.Text(fields, "content", place) ?? throw JsonFields.Wrong(place, "content", "a string"));
    }

    private static string Source(JsonNode? item, int number) =>
        item is JsonValue value && value.TryGetValue(out string? text)
            ? text
            : throw ApiException.BadRequest($"'sources.{number}' must be a string.", $"sources.{number}");

    private Situation SituationOf(JsonObject? fields, GuardedPart part)
    {
        var home = services.Options.Situation;
        var modality = part == GuardedPart.Image ? Modality.Image : home.Modality;
        if (fields is null)
        {
            return home with { Modality = modality };
        }

        JsonFields.CheckKnown(fields, SituationFields, "situation");
        var situation = new Situation
        {
            Language = JsonFields.Text(fields, "language", "situation") ?? home.Language,
            Region = JsonFields.Text(fields, "region", "situation") ?? home.Region,
            Domain = JsonFields.Text(fields, "domain", "situation") ?? home.Domain,
            Audience = Named<Audience>(fields, "audience") ?? home.Audience,
            Modality = Named<Modality>(fields, "modality") ?? modality,
            Day = DayOf(fields) ?? home.Day,
        };
        return situation.Problems().FirstOrDefault() is { } problem
            ? throw JsonFields.Wrong("situation", problem.Option.ToLowerInvariant(), problem.Range)
            : situation;
    }

    private static T? Named<T>(JsonObject fields, string name)
        where T : struct, Enum
    {
        if (JsonFields.Text(fields, name, "situation") is not { } text)
        {
            return null;
        }

        var values = Enum.GetValues<T>();
        var at = Array.FindIndex(values, value => string.Equals(NameOf(value), text, StringComparison.Ordinal));
        return at >= 0 ? values[at] : throw JsonFields.Wrong("situation", name, $"one of {string.Join(", ", values.Select(NameOf))}");
    }

    private static string NameOf<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static DateOnly? DayOf(JsonObject fields) =>
        JsonFields.Text(fields, "day", "situation") is not { } text ? null
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", out var day) ? day
        : throw JsonFields.Wrong("situation", "day", "a day such as 2027-01-31");
}
