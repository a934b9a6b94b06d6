namespace Plumbline.Moderation.Canonicalization.Unicode;

/// <summary>The flags that emoji spell with letters: of countries in regional indicators, of three British nations in tags.</summary>
internal static class EmojiFlags
{
    private const int BlackFlag = 0x1F3F4;
    private const int TagBase = 0xE0000;
    private static readonly string[] Nations = ["gbeng", "gbsct", "gbwls"];

    /// <summary>Per first letter, the second letters of the regions that have a flag (ISO 3166-1, and the exceptional codes that emoji have flags for).</summary>
    private static readonly string[] Regions =
    [
        "CDEFGILMOQRSTUWXZ",
        "ABDEFGHIJLMNOQRSTVWYZ",
        "ACDFGHIKLMNOPQRUVWXYZ",
        "EGJKMOZ",
        "ACEGHRSTU",
        "IJKMOR",
        "ABDEFGHILMNPQRSTUWY",
        "KMNRTU",
        "CDELMNOQRST",
        "EMOP",
        "EGHIMNPRWYZ",
        "ABCIKRSTUVY",
        "ACDEFGHKLMNOPQRSTUVWXYZ",
        "ACEFGILOPRUZ",
        "M",
        "AEFGHKLMNRSTWY",
        "A",
        "EOSUW",
        "ABCDEGHIJKLMNORSTVXYZ",
        "ACDFGHJKLMNORTVWZ",
        "AGMNSYZ",
        "ACEGINU",
        "FS",
        "K",
        "ET",
        "AMW",
    ];

    /// <summary>Whether two letters, each from 0, name a region that has a flag.</summary>
    public static bool IsRegion(int first, int second) => Regions[first].Contains((char)('A' + second), StringComparison.Ordinal);

    /// <summary>How many units from <paramref name="start"/> on spell the nation of a flag; 0 for none.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">Where the first tag stands.</param>
    /// <param name="before">The character before it.</param>
    public static int TagLength(string text, int start, int before)
    {
        const int Length = 12;
        if (before != BlackFlag || start + Length > text.Length)
        {
            return 0;
        }

        Span<char> letters = stackalloc char[5];
        for (var i = 0; i < 6; i++)
        {
            var at = start + (2 * i);
            if (!char.IsSurrogatePair(text[at], text[at + 1]))
            {
                return 0;
            }

            var tag = char.ConvertToUtf32(text[at], text[at + 1]) - TagBase;
            if (i == 5)
            {
                return tag == 0x7F && Array.Exists(Nations, letters.ToString().Equals) ? Length : 0;
            }

            letters[i] = tag is >= 'a' and <= 'z' ? (char)tag : '\0';
        }

        return 0;
    }
}
