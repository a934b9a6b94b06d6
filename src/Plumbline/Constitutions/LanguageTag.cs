namespace Plumbline.Constitutions;

/// <summary>Language tags in the manner of BCP 47: <c>de</c>, <c>pt-BR</c>, <c>zh-Hant-TW</c>.</summary>
internal static class LanguageTag
{
    /// <summary>Whether it has the form of one.</summary>
    public static bool IsValid(string tag)
    {
        var parts = tag.Split('-');
        return parts.Length <= 4
            && parts[0].Length is 2 or 3
            && parts[0].All(char.IsAsciiLetterLower)
            && parts.Skip(1).All(part => part.Length is >= 2 and <= 8 && part.All(char.IsAsciiLetterOrDigit));
    }

    /// <summary>Whether the narrower tag names the wider one's language, or a kind of it.</summary>
    public static bool Covers(string wide, string narrow) =>
        narrow.StartsWith(wide, StringComparison.OrdinalIgnoreCase) && (narrow.Length == wide.Length || narrow[wide.Length] == '-');
}

/// <summary>Countries, their parts, and the European Union.</summary>
internal static class Region
{
    private const string EuropeanUnion = "EU";

    // The 27 members since 2020 (https://european-union.europa.eu, ISO 3166 codes).
    private static readonly HashSet<string> EuropeanUnionMembers =
    [
        .. "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE".Split(' '),
    ];

    /// <summary>Whether it has the form of a region.</summary>
    public static bool IsValid(string region)
    {
        var parts = region.Split('-');
        return parts.Length <= 2
            && parts[0].Length == 2
            && parts[0].All(char.IsAsciiLetterUpper)
            && parts
                .Skip(1)
                .All(part =>
                    part.Length is >= 1 and <= 3 && part.All(letter => char.IsAsciiLetterUpper(letter) || char.IsAsciiDigit(letter))
                );
    }

    /// <summary>Whether the narrower region is the wider one, or lies in it.</summary>
    public static bool Covers(string wide, string narrow) =>
        LanguageTag.Covers(wide, narrow) || (wide == EuropeanUnion && EuropeanUnionMembers.Contains(narrow.Split('-')[0]));
}
