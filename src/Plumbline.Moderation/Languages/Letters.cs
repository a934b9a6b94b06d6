using System.Collections.Frozen;
using Plumbline.Tokenization;
using Plumbline.Tokenization.Normalizers;

namespace Plumbline.Moderation.Languages;

/// <summary>
/// Letters as the model reads them: small, composed, without vowel points of Arabic and Hebrew, with one kind of apostrophe.
/// </summary>
internal static class Letters
{
    /// <summary>What stands where nothing is left of a character.</summary>
    public const char Nothing = '\0';

    /// <summary>What stands between words.</summary>
    public const char Gap = ' ';

    private const char FirstMark = '\u0300';
    private const char LastMark = '\u036F';
    private static readonly char[] Table = Build();
    private static readonly FrozenDictionary<uint, char> Compositions = Compose();

    /// <summary>The letter for a UTF-16 unit, <see cref="Gap"/> for what is none, <see cref="Nothing"/> for what is read over.</summary>
    public static char Of(char value) => Table[value];

    /// <summary>Whether the unit is a mark that stands on the letter before it, in Latin, Greek and Cyrillic.</summary>
    public static bool IsMark(char value) => value is >= FirstMark and <= LastMark;

    /// <summary>The letter with the mark; <see cref="Nothing"/> where Unicode has no such letter.</summary>
    public static char Composed(char letter, char mark) =>
        Compositions.TryGetValue(((uint)letter << 16) | mark, out var composed) ? composed : Nothing;

    private static char[] Build()
    {
        var table = new char[char.MaxValue + 1];
        for (var value = 0; value <= char.MaxValue; value++)
        {
            var letter = (char)value;
            table[value] =
                IsReadOver(letter) ? Nothing
                : letter is '\'' or '\u2019' or '\u2018' or '\u02BC' or '\u02BB' or '\u02B9' ? '\''
                : letter is '\u0130' ? 'i'
                : Scripts.Of(letter) == Script.Zyyy ? Gap
                : char.ToLowerInvariant(letter);
        }

        return table;
    }

    /// <summary>Marks without which the same word is written: points of Arabic and Hebrew, tatweel, soft hyphens, what joins and orders.</summary>
    private static bool IsReadOver(char value) =>
        value
            is (>= '\u064B' and <= '\u0652')
                or '\u0670'
                or '\u0640'
                or (>= '\u0591' and <= '\u05BD')
                or '\u05BF'
                or '\u05C1'
                or '\u05C2'
                or '\u05C4'
                or '\u05C5'
                or '\u00AD'
                or (>= '\u200B' and <= '\u200F')
                or (>= '\u202A' and <= '\u202E')
                or (>= '\u2060' and <= '\u2064')
                or (>= '\uFE00' and <= '\uFE0F')
                or '\uFEFF';

    private static FrozenDictionary<uint, char> Compose()
    {
        var compositions = new Dictionary<uint, char>();
        foreach (var value in Enumerable.Range(0xC0, 0x1FFF - 0xC0).Select(value => (char)value))
        {
            var parts = Form(value.ToString(), compose: false);
            if (parts.Length < 2 || !IsMark(parts[^1]) || char.ToLowerInvariant(value) != value)
            {
                continue;
            }

            var start = Form(parts[..^1], compose: true);
            if (start.Length == 1)
            {
                compositions.TryAdd(((uint)start[0] << 16) | parts[^1], value);
            }
        }

        return compositions.ToFrozenDictionary();
    }

    private static string Form(string text, bool compose) => UnicodeNormalizer.Normalize(new AlignedText(text), compose).Text;
}
