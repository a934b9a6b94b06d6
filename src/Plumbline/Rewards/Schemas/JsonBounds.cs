using System.Text.Json;

namespace Plumbline.Rewards.Schemas;

/// <summary>What JSON may hold so that comparing it with a schema neither fails nor runs away.</summary>
internal static class JsonBounds
{
    /// <summary>The longest answer in characters.</summary>
    public const int MaxLength = 256 << 10;

    /// <summary>The deepest nesting of an answer.</summary>
    public const int MaxDepth = 64;

    /// <summary>Why something is not usable.</summary>
    public const string Refusal =
        "it holds a number of 29 digits or more, a name of more than 1,024 characters, or an escaped surrogate without its partner.";

    private const int MaxName = 1_024;

    /// <summary>Reads JSON without repeated names.</summary>
    /// <returns>Null where the text is none, or is not usable.</returns>
    public static JsonElement? Read(ReadOnlySpan<char> text)
    {
        if (text.Length > MaxLength)
        {
            return null;
        }

        try
        {
            var value = JsonElement.Parse(text, new JsonDocumentOptions { MaxDepth = MaxDepth, AllowDuplicateProperties = false });
            return IsUsable(value) ? value : null;
        }
        catch (Exception failure) when (failure is JsonException or ArgumentException or InvalidOperationException)
        {
            // Malformed, or with half a surrogate pair, as it stands or escaped in a name.
            return null;
        }
    }

    /// <summary>Whether every number fits a decimal, every name is short and every text is readable.</summary>
    /// <exception cref="InvalidOperationException">A name holds an escaped surrogate without its partner.</exception>
    public static bool IsUsable(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Number:
                return value.TryGetDecimal(out _);
            case JsonValueKind.String:
                return RewardColumn.Text(value) is not null;
            case JsonValueKind.Array:
                return value.EnumerateArray().All(IsUsable);
            case JsonValueKind.Object:
                return value.EnumerateObject().All(member => member.Name.Length <= MaxName && IsUsable(member.Value));
            default:
                return true;
        }
    }
}
