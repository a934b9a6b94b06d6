namespace Plumbline.TinyWorld.Text;

/// <summary>Fills the slots of a sentence.</summary>
internal static class Template
{
    /// <summary>Puts <paramref name="value"/> into every slot <c>{slot}</c>, and with a capital first letter where the slot is written in capitals.</summary>
    public static string Fill(this string template, char slot, string value) =>
        template
            .Replace($"{{{slot}}}", value, StringComparison.Ordinal)
            .Replace($"{{{char.ToUpperInvariant(slot)}}}", Capitalize(value), StringComparison.Ordinal);

    /// <summary>The text with a capital first letter.</summary>
    public static string Capitalize(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
}
