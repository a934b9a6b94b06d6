using System.Text;
using Plumbline.Randomness;

namespace Plumbline.Evaluation.Attacks;

/// <summary>Latin letters in the form of other characters of Unicode.</summary>
internal static class LetterDisguises
{
    private const string Latin = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const string SmallCapitals = "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘǫʀꜱᴛᴜᴠᴡxʏᴢ";

    // Letters of Cyrillic and Greek that are drawn alike.
    private const string CyrillicLatin = "aceiopsxyjhdABCEHIJKMOPSTXY";
    private const string Cyrillic = "асеіорѕхујһԁАВСЕНІЈКМОРЅТХУ";
    private const string GreekLatin = "oABEHIKMNOPTXYZ";
    private const string Greek = "οΑΒΕΗΙΚΜΝΟΡΤΧΥΖ";

    /// <summary>The attacks.</summary>
    public static IReadOnlyList<TextAttack> All { get; } =
    [
        Table("homoglyphs-cyrillic", CyrillicLatin, Cyrillic),
        Table("homoglyphs-greek", GreekLatin, Greek),
        new("homoglyphs-mixed", AttackFamily.Disguise, MixScripts)
        {
            Inverse = text => Replace(Replace(text, Cyrillic, CyrillicLatin), Greek, GreekLatin),
            Alphabet = unit => unit < 0x80,
        },
        new(
            "full-width",
            AttackFamily.Disguise,
            text =>
                string.Concat(
                    text.Select(unit =>
                        unit is > ' ' and <= '~' ? (char)(unit + 0xFEE0)
                        : unit == ' ' ? '\u3000'
                        : unit
                    )
                )
        )
        {
            Inverse = text =>
                string.Concat(
                    text.Select(unit =>
                        unit is >= '\uFF01' and <= '\uFF5E' ? (char)(unit - 0xFEE0)
                        : unit == '\u3000' ? ' '
                        : unit
                    )
                ),
            Alphabet = unit => unit < 0x80,
        },
        new(
            "small-capitals",
            AttackFamily.Disguise,
            text => string.Concat(text.Select(unit => char.IsAsciiLetterLower(unit) ? SmallCapitals[unit - 'a'] : unit))
        )
        {
            Inverse = text => Replace(text, SmallCapitals, Latin[26..]),
            Alphabet = unit => unit < 0x80,
        },
        Styled("mathematical-bold", 0x1D400, 0x1D41A),
        Styled("mathematical-script", 0x1D4D0, 0x1D4EA),
        Styled("mathematical-monospace", 0x1D670, 0x1D68A),
        Styled("circled", 0x24B6, 0x24D0),
        Styled("negative-circled", 0x1F150, 0x1F150),
        new(
            "regional-indicators",
            AttackFamily.Disguise,
            text =>
                string.Join(
                    "\u200B",
                    text.EnumerateRunes()
                        .Select(rune =>
                            rune.IsAscii && Rune.IsLetter(rune) ? char.ConvertFromUtf32(0x1F1E6 + (rune.Value & 31) - 1) : rune.ToString()
                        )
                )
        )
        {
            Inverse = text =>
                string.Concat(
                    text.EnumerateRunes()
                        .Where(rune => rune.Value != 0x200B)
                        .Select(rune =>
                            rune.Value is >= 0x1F1E6 and <= 0x1F1FF ? ((char)('A' + rune.Value - 0x1F1E6)).ToString() : rune.ToString()
                        )
                ),
            Alphabet = unit => unit < 0x80 && !char.IsAsciiLetterLower(unit),
        },
    ];

    private static TextAttack Table(string name, string from, string to) =>
        new(name, AttackFamily.Disguise, text => Replace(text, from, to))
        {
            Inverse = text => Replace(text, to, from),
            Alphabet = unit => unit < 0x80,
        };

    private static TextAttack Styled(string name, int capitals, int small) =>
        new(name, AttackFamily.Disguise, text => string.Concat(text.Select(unit => Style(unit, capitals, small))))
        {
            Inverse = text => string.Concat(text.EnumerateRunes().Select(rune => Unstyle(rune, capitals, small))),
            Alphabet = unit => unit < 0x80 && !(capitals == small && char.IsAsciiLetterLower(unit)),
        };

    private static string Style(char unit, int capitals, int small) =>
        char.IsAsciiLetterUpper(unit) ? char.ConvertFromUtf32(capitals + unit - 'A')
        : char.IsAsciiLetterLower(unit) ? char.ConvertFromUtf32(small + unit - 'a')
        : unit.ToString();

    private static string Unstyle(Rune rune, int capitals, int small) =>
        rune.Value >= capitals && rune.Value < capitals + 26 ? Latin[rune.Value - capitals].ToString()
        : rune.Value >= small && rune.Value < small + 26 ? Latin[26 + rune.Value - small].ToString()
        : rune.ToString();

    private static string Replace(string text, string from, string to) =>
        string.Concat(text.Select(unit => from.IndexOf(unit, StringComparison.Ordinal) is var at and >= 0 ? to[at] : unit));

    // Each letter by chance: Latin, Cyrillic or Greek.
    private static string MixScripts(string text, RandomSource random)
    {
        var mixed = new StringBuilder(text.Length);
        foreach (var unit in text)
        {
            var (from, to) = random.NextInt(3) switch
            {
                0 => (CyrillicLatin, Cyrillic),
                1 => (GreekLatin, Greek),
                _ => (string.Empty, string.Empty),
            };
            var at = from.IndexOf(unit, StringComparison.Ordinal);
            mixed.Append(at < 0 ? unit : to[at]);
        }

        return mixed.ToString();
    }
}
