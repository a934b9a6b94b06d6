using System.Collections.Frozen;
using System.Text;

namespace Plumbline.Moderation.Canonicalization.Unicode;

/// <summary>A script, as far as look-alikes are concerned.</summary>
internal enum Script : byte
{
    /// <summary>Digits, marks and whatever scripts share.</summary>
    Common,

    /// <summary>Latin.</summary>
    Latin,

    /// <summary>Cyrillic.</summary>
    Cyrillic,

    /// <summary>Greek.</summary>
    Greek,

    /// <summary>Armenian.</summary>
    Armenian,

    /// <summary>Cherokee.</summary>
    Cherokee,

    /// <summary>A script whose letters all stand in one block that is rarely written.</summary>
    Rare,

    /// <summary>Any other: its letters are no look-alikes here.</summary>
    Other,
}

/// <summary>Which letters are drawn like a Latin one.</summary>
internal static class LookAlikes
{
    private static readonly FrozenDictionary<int, char> Strict = Read(
        LookAlikeData.Cyrillic,
        LookAlikeData.Greek,
        LookAlikeData.Armenian,
        LookAlikeData.Cherokee,
        LookAlikeData.Lisu,
        LookAlikeData.CanadianAboriginal,
        LookAlikeData.Coptic,
        LookAlikeData.Historic
    );

    private static readonly FrozenDictionary<int, char> Dressed = Read(LookAlikeData.Dressed);
    private static readonly FrozenDictionary<int, char> Loose = Read(LookAlikeData.Loose);
    private static readonly FrozenDictionary<int, char> Extended = Read(LookAlikeData.Extended);
    private static readonly FrozenDictionary<char, char> CyrillicTwins = Twins(
        LookAlikeData.Cyrillic,
        0x430,
        0x45F,
        0x410,
        0x42F,
        0x400,
        0x40F
    );
    private static readonly FrozenDictionary<char, char> GreekTwins = Twins(LookAlikeData.Greek, 0x3B1, 0x3C9, 0x391, 0x3A9, 0x391, 0x3A9);

    /// <summary>All characters that need a look at the word they stand in.</summary>
    public static IEnumerable<int> Points => [.. Strict.Keys, .. Dressed.Keys];

    /// <summary>The Latin letter that a letter of another script is drawn like; the null character for none.</summary>
    /// <param name="point">The letter.</param>
    /// <param name="loosely">Whether a likeness will do.</param>
    public static char LatinOf(int point, bool loosely = false) =>
        Strict.TryGetValue(point, out var letter) || (loosely && Loose.TryGetValue(point, out letter)) ? letter : '\0';

    /// <summary>The plain letter of a Latin letter in another dress, such as a small capital; the null character for none.</summary>
    public static char UndressedOf(int point) => Dressed.GetValueOrDefault(point);

    /// <summary>The plain letter that a letter of Latin's wider alphabet resembles; the null character for none.</summary>
    public static char ExtendedOf(int point) => Extended.GetValueOrDefault(point);

    /// <summary>The letter of a script that a Latin letter is drawn like; the null character for none.</summary>
    public static char TwinOf(char latin, Script script) =>
        (
            script == Script.Cyrillic ? CyrillicTwins
            : script == Script.Greek ? GreekTwins
            : FrozenDictionary<char, char>.Empty
        ).GetValueOrDefault(latin);

    /// <summary>The script of a letter.</summary>
    public static Script ScriptOf(int point) =>
        point switch
        {
            < 0x370
            or (>= 0x1D00 and <= 0x1DBF)
            or (>= 0x1E00 and <= 0x1EFF)
            or (>= 0x2C60 and <= 0x2C7F)
            or (>= 0xA720 and <= 0xA7FF)
            or (>= 0xAB30 and <= 0xAB6F) => Script.Latin,
            <= 0x3FF or (>= 0x1F00 and <= 0x1FFF) => Script.Greek,
            <= 0x52F or (>= 0x1C80 and <= 0x1C8F) or (>= 0xA640 and <= 0xA69F) => Script.Cyrillic,
            <= 0x58F => Script.Armenian,
            (>= 0x13A0 and <= 0x13FF) or (>= 0xAB70 and <= 0xABBF) => Script.Cherokee,
            (>= 0x1400 and <= 0x16FF)
            or (>= 0x2C80 and <= 0x2D7F)
            or (>= 0xA4D0 and <= 0xA4FF)
            or (>= 0x10280 and <= 0x1056F)
            or (>= 0x118A0 and <= 0x118FF)
            or (>= 0x16F00 and <= 0x16F9F) => Script.Rare,
            _ => Script.Other,
        };

    private static FrozenDictionary<int, char> Read(params string[] lists)
    {
        var pairs = new Dictionary<int, char>();
        foreach (var pair in lists.SelectMany(list => list.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))
        {
            pairs[Rune.GetRuneAt(pair, 0).Value] = pair[^1];
        }

        return pairs.ToFrozenDictionary();
    }

    // Only the everyday letters of the script: nobody disguises a word in letters that its readers do not know.
    private static FrozenDictionary<char, char> Twins(string list, params int[] ranges)
    {
        var twins = new Dictionary<char, char>();
        foreach (var (point, latin) in Read(list).OrderBy(pair => pair.Key))
        {
            for (var i = 0; i < ranges.Length; i += 2)
            {
                if (point >= ranges[i] && point <= ranges[i + 1])
                {
                    twins.TryAdd(latin, (char)point);
                }
            }
        }

        return twins.ToFrozenDictionary();
    }
}
