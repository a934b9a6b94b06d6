using System.Text.Json.Nodes;

namespace Plumbline.Models.HuggingFace;

/// <summary>Typed, bounded access to the fields of a <c>config.json</c>; every refusal names file, field and value.</summary>
internal sealed class ConfigFields(string path, JsonObject json)
{
    // No model is near these; a damaged or hostile file must not make us allocate.
    private const int LargestCount = 1 << 24;

    internal InvalidInputException Problem(string problem, string mend) => new(problem, mend, new InputPosition(path));

    internal JsonNode? Raw(string name) => json[name];

    internal string Text(string name, string? fallback = null) =>
        json[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text
        : json[name] is null && fallback is not null ? fallback
        : throw Missing(name, "a text");

    internal int Count(string name, int? fallback = null)
    {
        if (json[name] is null && fallback is not null)
        {
            return fallback.Value;
        }

        return json[name] is JsonValue value && value.TryGetValue<int>(out var count) && count is > 0 and <= LargestCount
            ? count
            : throw Missing(name, $"a whole number from 1 to {LargestCount}");
    }

    internal double Number(string name, double fallback)
    {
        if (json[name] is null)
        {
            return fallback;
        }

        return json[name] is JsonValue value && value.TryGetValue<double>(out var number) && number > 0 && double.IsFinite(number)
            ? number
            : throw Missing(name, "a number above 0");
    }

    internal bool Flag(string name, bool fallback) =>
        json[name] is null ? fallback
        : json[name] is JsonValue value && value.TryGetValue<bool>(out var flag) ? flag
        : throw Missing(name, "true or false");

    internal int? OptionalId(string name) => Ids(name) is [var first, ..] ? first : null;

    internal IReadOnlyList<int> Ids(string name) =>
        json[name] switch
        {
            null => [],
            JsonArray many => [.. many.Select(node => Id(name, node))],
            var one => [Id(name, one)],
        };

    private int Id(string name, JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<int>(out var id) && id is >= 0 and <= LargestCount
            ? id
            : throw Missing(name, "a token id");

    private InvalidInputException Missing(string name, string wanted) =>
        Problem($"{name} is {json[name]?.ToJsonString() ?? "missing"}.", $"It must be {wanted}.");
}
