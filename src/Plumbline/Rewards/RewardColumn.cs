using System.Text.Json;

namespace Plumbline.Rewards;

/// <summary>Reads what a prompt's row says; it comes from outside, and what cannot be read is as good as missing.</summary>
internal static class RewardColumn
{
    /// <summary>The column that holds the right answer where the options name none: what prompt-completion rows give.</summary>
    public const string Default = "completion";

    /// <summary>A text, or a number or truth value as JSON writes it; null for everything else.</summary>
    public static string? Text(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                try
                {
                    return value.GetString();
                }
                catch (InvalidOperationException)
                {
                    // An escaped surrogate without its partner is no text.
                    return null;
                }
            case JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False:
                return value.GetRawText();
            default:
                return null;
        }
    }

    /// <summary>The texts of a column that accepts several: those of a list, or the one that it holds. Null where one of them is none, or there is none.</summary>
    public static IReadOnlyList<string>? Texts(JsonElement value)
    {
        var texts = new List<string>();
        foreach (var item in value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().AsEnumerable() : [value])
        {
            if (Text(item) is not { } text)
            {
                return null;
            }

            texts.Add(text);
        }

        return texts.Count == 0 ? null : texts;
    }
}
