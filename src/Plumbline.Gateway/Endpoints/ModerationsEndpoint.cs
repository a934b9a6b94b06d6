using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Plumbline.Constitutions;
using Plumbline.Findings;
using Plumbline.Gateway.Wire;
using Plumbline.Moderation;

namespace Plumbline.Gateway.Endpoints;

/// <summary>
/// OpenAI's moderation endpoint, answered by the guard (https://platform.openai.com/docs/api-reference/moderations). A category's score is the highest of its hazards' findings; it is true where
/// such a finding reaches the threshold of a clause that does not let the text pass as it is.
/// </summary>
internal sealed class ModerationsEndpoint(GatewayServices services)
{
    private static readonly FieldNames RootNames = new("input", "model");
    private static readonly FieldNames PartNames = new("type", "text", "image_url");

    // In the order in which OpenAI lists them, and with what they read.
    private static readonly string[] Categories =
    [
        "harassment",
        "harassment/threatening",
        "sexual",
        "hate",
        "hate/threatening",
        "illicit",
        "illicit/violent",
        "self-harm/intent",
        "self-harm/instructions",
        "self-harm",
        "sexual/minors",
        "violence",
        "violence/graphic",
    ];

    internal async Task ModerateAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context, services.Options.Limits);
        RootNames.Check(body.Root, string.Empty);
        var model = JsonFields.Text(body.Root, "model") ?? "plumbline";
        var inputs = Inputs(body);
        using var session = services.Begin(context);
        var results = new List<List<GuardDecision>>(inputs.Count);
        foreach (var input in inputs)
        {
            var decisions = new List<GuardDecision>();
            foreach (var (text, image) in input)
            {
                decisions.Add(
                    image is null
                        ? await session.CheckAsync(GuardedPart.Prompt, text, context.RequestAborted)
                        : await session.CheckImageAsync(image, context.RequestAborted)
                );
            }

            results.Add(decisions);
        }

        await JsonResponse.WriteAsync(context, json => Write(json, model, results));
    }

    // A list of strings is a list of inputs; a list of parts is one input.
    private static List<List<(string Text, byte[]? Image)>> Inputs(RequestBody body)
    {
        switch (body.Root["input"])
        {
            case JsonValue value when value.TryGetValue(out string? text):
                return
                [
                    [(text, null)],
                ];
            case JsonArray { Count: > 0 } items when items.Count <= body.Limits.MaxMessages:
                var places = items.Select((item, i) => (item, $"input.{i}")).ToList();
                return items[0] is JsonObject
                    ?
                    [
                        [.. places.Select(part => Part(JsonFields.ItemFields(part.item, part.Item2), part.Item2))],
                    ]
                    :
                    [
                        .. places.Select(part =>
                            part.item is JsonValue value && value.TryGetValue(out string? text)
                                ? new List<(string, byte[]?)> { (text, null) }
                                : throw ApiException.BadRequest($"'{part.Item2}' must be a string.", part.Item2)
                        ),
                    ];
            default:
                throw JsonFields.Wrong(string.Empty, "input", $"a string, or 1 to {body.Limits.MaxMessages} strings or parts");
        }
    }

    private static (string Text, byte[]? Image) Part(JsonObject part, string place)
    {
        PartNames.Check(part, place);
        switch (JsonFields.Text(part, "type", place))
        {
            case "text" when JsonFields.Text(part, "text", place) is { } text:
                return (text, null);
            case "image_url"
                when JsonFields.Fields(part, "image_url", place) is { } image
                    && JsonFields.Text(image, "url", $"{place}.image_url") is { } url:
                return (string.Empty, DataUrl.Bytes(url, $"{place}.image_url.url"));
            default:
                throw ApiException.BadRequest($"'{place}' must be a text, or an image_url with a data: address.", place);
        }
    }

    private static void Write(Utf8JsonWriter json, string model, List<List<GuardDecision>> results)
    {
        json.WriteStartObject();
        json.WriteString("id", $"modr-{results[0][0].Id}");
        json.WriteString("model", model);
        json.WriteStartArray("results");
        foreach (var decisions in results)
        {
            WriteResult(json, decisions);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteResult(Utf8JsonWriter json, List<GuardDecision> decisions)
    {
        json.WriteStartObject();
        json.WriteBoolean("flagged", decisions.Exists(decision => decision.Outcome > GuardOutcome.Allow));
        json.WriteStartObject("categories");
        foreach (var category in Categories)
        {
            json.WriteBoolean(
                category,
                decisions.Exists(decision => Findings(decision, category).Any(finding => IsBroken(decision, finding)))
            );
        }

        json.WriteEndObject();
        json.WriteStartObject("category_scores");
        foreach (var category in Categories)
        {
            json.WriteNumber(
                category,
                decisions.SelectMany(decision => Findings(decision, category)).Max(finding => (double?)finding.Score) ?? 0
            );
        }

        json.WriteEndObject();
        json.WriteStartObject("category_applied_input_types");
        foreach (var category in Categories)
        {
            json.WriteStartArray(category);
            foreach (var isImage in decisions.Where(decision => Findings(decision, category).Any()).Select(IsImage).Distinct())
            {
                json.WriteStringValue(isImage ? "image" : "text");
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteStartArray("guard");
        decisions.ForEach(decision => GuardJson.WriteWhole(json, decision));
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static bool IsImage(GuardDecision decision) => decision.Part == GuardedPart.Image;

    private static IEnumerable<Finding> Findings(GuardDecision decision, string category) =>
        decision.Findings.Where(finding => Hazards.Find(finding.Hazard)?.OpenAi.Contains(category, StringComparer.Ordinal) == true);

    private static bool IsBroken(GuardDecision decision, Finding finding) =>
        decision.Verdicts.Any(verdict =>
            verdict.Outcome > GuardOutcome.Allow
            && finding.Score >= verdict.Threshold
            && (finding.Clause is null || finding.Clause == verdict.Clause)
        );
}
