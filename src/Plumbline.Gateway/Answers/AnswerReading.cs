using System.Text.Json;
using Plumbline.Gateway.Wire;

namespace Plumbline.Gateway.Answers;

/// <summary>Reads answers of the model's server: what is not known is dropped, what is known and of another type ends the answer.</summary>
internal static class AnswerReading
{
    internal static ApiException Malformed(string what) =>
        ApiException.BadGateway("upstream_malformed", $"The model's server sent an answer that cannot be checked: {what}.");

    /// <summary>The field where it is there and not null.</summary>
    internal static bool TryField(JsonElement fields, string name, JsonValueKind kind, out JsonElement value)
    {
        if (!fields.TryGetProperty(name, out value) || value.ValueKind == JsonValueKind.Null)
        {
            return false;
        }

        return value.ValueKind == kind ? true : throw Malformed($"{name} is of another type");
    }

    internal static string? Text(JsonElement fields, string name) =>
        TryField(fields, name, JsonValueKind.String, out var value) ? value.GetString() : null;

    internal static int Index(JsonElement fields, int below)
    {
        if (!TryField(fields, "index", JsonValueKind.Number, out var value))
        {
            return 0;
        }

        return value.TryGetInt32(out var index) && index >= 0 && index < below ? index : throw Malformed("an index that was not asked for");
    }

    /// <summary>Why an answer ends; null where it does not.</summary>
    internal static string? Finish(JsonElement choice) =>
        Text(choice, "finish_reason") is { } reason ? Named(reason, "finish_reason") : null;

    /// <summary>A name that a program gave.</summary>
    internal static string Named(string name, string field) => Identifier.Is(name) ? name : throw Malformed($"{field} is no name");

    /// <summary>The objects in an array.</summary>
    internal static IEnumerable<JsonElement> Items(JsonElement fields, string name)
    {
        if (!TryField(fields, name, JsonValueKind.Array, out var items))
        {
            yield break;
        }

        foreach (var item in items.EnumerateArray())
        {
            yield return item.ValueKind == JsonValueKind.Object ? item : throw Malformed($"{name} holds no objects");
        }
    }

    /// <summary>The object that holds a choice's texts; null where a piece has none.</summary>
    internal static JsonElement? Holder(JsonElement choice, AnswerShape shape, bool isPiece) =>
        shape.Holder(isPiece) is not { } name ? choice
        : TryField(choice, name, JsonValueKind.Object, out var holder) ? holder
        : null;

    /// <summary>The root of an answer, which is an object and no error.</summary>
    internal static JsonElement Root(JsonDocument document)
    {
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw Malformed("it is no object");
        }

        return root.TryGetProperty("error", out var error) && error.ValueKind != JsonValueKind.Null
            ? throw ApiException.BadGateway("upstream_error", "The model's server failed within its answer.")
            : root;
    }

    /// <summary>A tool call without its input: its id, kind and name; and the input apart.</summary>
    internal static (ToolPiece Tool, string Input) Tool(JsonElement call, int index)
    {
        var isCustom = index >= 0 && TryField(call, "custom", JsonValueKind.Object, out _);
        var fields =
            index < 0 ? call
            : TryField(call, isCustom ? "custom" : "function", JsonValueKind.Object, out var function) ? function
            : default;
        var hasFields = fields.ValueKind == JsonValueKind.Object;
        var tool = new ToolPiece(index)
        {
            Id = Text(call, "id") is { } id ? Named(id, "a tool call's id") : null,
            IsCustom = isCustom,
            Name = hasFields ? Text(fields, "name") : null,
        };
        return (tool, (hasFields ? Text(fields, isCustom ? "input" : "arguments") : null) ?? string.Empty);
    }
}
