using System.Text.Json.Nodes;

namespace Plumbline.Models.HuggingFace;

/// <summary>Typed, bounded access to the fields of a <c>config.json</c>; every refusal names file, field and value.</summary>
/// <param name="path">The file.</param>
/// <param name="json">The object.</param>
/// <param name="section">Where in the file the object stands, with a dot behind; empty for the whole file.</param>
internal sealed class ConfigFields(string path, JsonObject json, string section = "")
{
    // No model is near these; a damaged or hostile file must not make us allocate.
    private const int LargestCount = 1 << 24;

    internal InvalidInputException Problem(string problem, string mend) => new(problem, mend, new InputPosition(path));

    internal JsonNode? Raw(string name) => json[name];

    /// <summary>An object inside this one; null where there is none.</summary>
    internal ConfigFields? Section(string name) =>
        json[name] switch
        {
            null => null,
            JsonObject inner => new ConfigFields(path, inner, $"{section}{name}."),
            _ => throw Missing(name, "an object"),
        };

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

    internal double Number(string name, double? fallback = null)
    {
        if (json[name] is null && fallback is not null)
        {
            return fallback.Value;
        }

        return json[name] is JsonValue value && value.TryGetValue<double>(out var number) && number > 0 && double.IsFinite(number)
            ? number
            : throw Missing(name, "a number above 0");
    }

    internal double? OptionalNumber(string name) => json[name] is null ? null : Number(name, 0);

    internal int? OptionalCount(string name) => json[name] is null ? null : Count(name);

    /// <summary>Exactly so many numbers above 0.</summary>
    internal IReadOnlyList<double> Numbers(string name, int count) =>
        json[name] is JsonArray many
        && many.Count == count
        && many.All(node => node is JsonValue value && value.TryGetValue<double>(out var number) && number > 0 && double.IsFinite(number))
            ? [.. many.Select(node => node!.GetValue<double>())]
            : throw Missing(name, $"a list of {count} numbers above 0");

    /// <summary>Texts, or null where the field is missing.</summary>
    internal IReadOnlyList<string>? OptionalTexts(string name, int count) =>
        json[name] switch
        {
            null => null,
            JsonArray many when many.Count == count && many.All(node => node is JsonValue value && value.TryGetValue<string>(out _)) =>
            [
                .. many.Select(node => node!.GetValue<string>()),
            ],
            _ => throw Missing(name, $"a list of {count} texts, one per layer"),
        };

    internal int WholeNumber(string name, int fallback) =>
        json[name] is null ? fallback
        : json[name] is JsonValue value && value.TryGetValue<int>(out var number) && number is >= 0 and <= LargestCount ? number
        : throw Missing(name, $"a whole number from 0 to {LargestCount}");

    /// <summary>Layer numbers, or flags given as 0 and 1.</summary>
    internal IReadOnlyList<int> WholeNumbers(string name) =>
        json[name] switch
        {
            null => [],
            JsonArray many when many.All(node => node is JsonValue value && value.TryGetValue<int>(out _)) =>
            [
                .. many.Select(node => node!.GetValue<int>()),
            ],
            _ => throw Missing(name, "a list of whole numbers"),
        };

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
        Problem($"{section}{name} is {json[name]?.ToJsonString() ?? "missing"}.", $"It must be {wanted}.");
}
