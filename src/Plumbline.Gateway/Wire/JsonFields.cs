using System.Text.Json.Nodes;

namespace Plumbline.Gateway.Wire;

/// <summary>Reads fields of a request, and refuses those of another type.</summary>
internal static class JsonFields
{
    internal static string? Text(JsonObject fields, string name, string place = "") =>
        fields[name] switch
        {
            null => null,
            JsonValue value when value.TryGetValue(out string? text) => text,
            _ => throw Wrong(place, name, "a string"),
        };

    internal static bool Flag(JsonObject fields, string name, string place = "") =>
        fields[name] switch
        {
            null => false,
            JsonValue value when value.TryGetValue(out bool flag) => flag,
            _ => throw Wrong(place, name, "true or false"),
        };

    internal static int Number(JsonObject fields, string name, int otherwise, int least, int most) =>
        fields[name] switch
        {
            null => otherwise,
            JsonValue value when value.TryGetValue(out int number) && number >= least && number <= most => number,
            _ => throw Wrong(string.Empty, name, $"a whole number between {least} and {most}"),
        };

    internal static JsonObject? Fields(JsonObject fields, string name, string place = "") =>
        fields[name] switch
        {
            null => null,
            JsonObject found => found,
            _ => throw Wrong(place, name, "an object"),
        };

    internal static JsonArray? Items(JsonObject fields, string name, string place = "") =>
        fields[name] switch
        {
            null => null,
            JsonArray found => found,
            _ => throw Wrong(place, name, "an array"),
        };

    internal static JsonObject ItemFields(JsonNode? item, string place) =>
        item as JsonObject ?? throw ApiException.BadRequest($"'{place}' must be an object.", place);

    /// <summary>Refuses fields that nobody reads: one that is misspelt would be left out without a word.</summary>
    internal static void CheckKnown(JsonObject fields, string[] known, string place)
    {
        foreach (var (name, _) in fields)
        {
            if (!known.Contains(name, StringComparer.Ordinal))
            {
                throw ApiException.BadRequest(
                    $"There is no field '{FieldNames.Place(place, name)}': use {string.Join(", ", known)}.",
                    FieldNames.Place(place, name)
                );
            }
        }
    }

    internal static ApiException Wrong(string place, string name, string expected)
    {
        var field = FieldNames.Place(place, name);
        return ApiException.BadRequest($"'{field}' must be {expected}.", field);
    }
}
