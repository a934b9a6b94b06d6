using System.Text.Json;

namespace Plumbline.Feedback.Exchange;

/// <summary>Values of a JSON row; a value of the wrong kind leaves the row out.</summary>
internal static class RowFields
{
    /// <summary>A value; null where it is missing or null.</summary>
    public static JsonElement? Value(this JsonElement row, string name) =>
        row.ValueKind == JsonValueKind.Object && row.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? value
            : null;

    /// <summary>A text; null where it is missing.</summary>
    public static string? Text(this JsonElement row, string name) =>
        row.Value(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw Wrong(name, value, "a text");

    /// <summary>A text or a number as text; null where it is missing.</summary>
    public static string? Id(this JsonElement row, string name) =>
        row.Value(name) is { ValueKind: JsonValueKind.Number } number ? number.GetRawText() : row.Text(name);

    /// <summary>A finite number; null where it is missing.</summary>
    public static double? Number(this JsonElement row, string name) =>
        row.Value(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number) ? number
        : throw Wrong(name, value, "a number");

    /// <summary>A whole number; null where it is missing.</summary>
    public static long? Whole(this JsonElement row, string name) =>
        row.Value(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number
        : throw Wrong(name, value, "a whole number");

    /// <summary>The elements of an array; null where it is missing.</summary>
    public static JsonElement[]? List(this JsonElement row, string name) =>
        row.Value(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()]
        : throw Wrong(name, value, "an array");

    /// <summary>Texts; null where they are missing.</summary>
    public static string[]? Texts(this JsonElement row, string name) =>
        row.List(name)
            ?.Select(value => value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Wrong(name, value, "texts"))
            .ToArray();

    /// <summary>Whole numbers; null where they are missing.</summary>
    public static int[]? Wholes(this JsonElement row, string name) =>
        row.List(name)
            ?.Select(value =>
                value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number)
                    ? number
                    : throw Wrong(name, value, "whole numbers")
            )
            .ToArray();

    /// <summary>The refusal of a value.</summary>
    public static LeftOutException Wrong(string name, JsonElement value, string needed)
    {
        var text = value.GetRawText();
        return new LeftOutException(
            LeftOutReason.Unreadable,
            $"'{name}' is {(text.Length > 60 ? text[..60] + "…" : text)}.",
            $"Give {needed}."
        );
    }
}
