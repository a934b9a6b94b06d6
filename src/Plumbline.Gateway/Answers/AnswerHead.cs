using System.Text.Json;
using Plumbline.Gateway.Wire;

namespace Plumbline.Gateway.Answers;

/// <summary>What every piece of an answer begins with.</summary>
/// <param name="Id">The answer's id.</param>
/// <param name="Model">The model that answers.</param>
/// <param name="Created">When, in seconds since 1970.</param>
/// <param name="Fingerprint">The server's configuration; null where it does not say.</param>
/// <param name="Tier">The class of service; null where it does not say.</param>
internal sealed record AnswerHead(string Id, string Model, long Created, string? Fingerprint, string? Tier)
{
    private const int LongestName = 256;

    /// <summary>Reads it from an answer or a piece of one.</summary>
    internal static AnswerHead Of(JsonElement root) =>
        new(
            Name(root, "id") ?? string.Empty,
            Name(root, "model") ?? string.Empty,
            root.TryGetProperty("created", out var created)
            && created.ValueKind == JsonValueKind.Number
            && created.TryGetInt64(out var seconds)
                ? seconds
                : 0,
            Name(root, "system_fingerprint"),
            Name(root, "service_tier")
        );

    internal void WriteTo(Utf8JsonWriter json, string kind)
    {
        json.WriteString("id", Id);
        json.WriteString("object", kind);
        json.WriteNumber("created", Created);
        json.WriteString("model", Model);
        if (Fingerprint is not null)
        {
            json.WriteString("system_fingerprint", Fingerprint);
        }

        if (Tier is not null)
        {
            json.WriteString("service_tier", Tier);
        }
    }

    /// <summary>Counts of tokens: numbers, however nested, and nothing else.</summary>
    internal static void WriteUsage(Utf8JsonWriter json, JsonElement root)
    {
        if (root.TryGetProperty("usage", out var usage) && usage.ValueKind is JsonValueKind.Object or JsonValueKind.Null)
        {
            json.WritePropertyName("usage");
            WriteNumbers(json, usage);
        }
    }

    private static void WriteNumbers(Utf8JsonWriter json, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            value.WriteTo(json);
            return;
        }

        json.WriteStartObject();
        foreach (var field in value.EnumerateObject())
        {
            if (field.Value.ValueKind is JsonValueKind.Number or JsonValueKind.Object or JsonValueKind.Null && Identifier.Is(field.Name))
            {
                json.WritePropertyName(field.Name);
                WriteNumbers(json, field.Value);
            }
        }

        json.WriteEndObject();
    }

    private static string? Name(JsonElement root, string name)
    {
        if (!root.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        var text = value.GetString()!;
        return text.Length <= LongestName ? text : text[..LongestName];
    }
}
