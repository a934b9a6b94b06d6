using System.Text;
using Plumbline.Randomness;

namespace Plumbline.Evaluation.Attacks;

/// <summary>Words that stay legible: digits for letters, letters put apart, accents and marks.</summary>
internal static class LetterPatterns
{
    private const string LeetLetters = "oieast";
    private const string LeetDigits = "013457";
    private const string SignLetters = "aost";
    private const string Signs = "@0$+";

    /// <summary>The attacks.</summary>
    public static IReadOnlyList<TextAttack> All { get; } =
    [
        new("leetspeak", AttackFamily.Disguise, text => Leet(text, LeetLetters, LeetDigits))
        {
            Inverse = text => Replace(text, LeetDigits, LeetLetters),
            Alphabet = IsLeetable,
        },
        new("leetspeak-signs", AttackFamily.Disguise, text => Leet(text, SignLetters, Signs))
        {
            Inverse = text => Replace(text, Signs, SignLetters),
            Alphabet = unit =>
                IsLatin(unit) && !Signs.Contains(unit, StringComparison.Ordinal) && !"AOST".Contains(unit, StringComparison.Ordinal),
        },
        new("spaced", AttackFamily.Disguise, text => Space(text, ' '))
        {
            Inverse = text => Unspace(text, ' '),
            Alphabet = unit => unit is >= ' ' and <= '~',
        },
        new("dotted", AttackFamily.Disguise, text => Space(text, '.'))
        {
            Inverse = text => Unspace(text, '.'),
            Alphabet = unit => char.IsAsciiLetter(unit) || unit == ' ',
        },
        new("dashed", AttackFamily.Disguise, text => Space(text, '-'))
        {
            Inverse = text => Unspace(text, '-'),
            Alphabet = unit => char.IsAsciiLetter(unit) || unit == ' ',
        },
        new("zalgo", AttackFamily.Disguise, Pile)
        {
            Inverse = text => string.Concat(text.Where(unit => unit is < '\u0300' or > '\u036F')),
            Alphabet = unit => unit < 0x80,
        },
        new("accented", AttackFamily.Disguise, Accent)
        {
            Inverse = text => string.Concat(text.Where(unit => unit is < '\u0300' or > '\u036F')),
            Alphabet = unit => unit < 0x80,
        },
    ];

    private static bool IsLeetable(char unit) =>
        IsLatin(unit)
        && !char.IsAsciiDigit(unit)
        && !(char.IsAsciiLetterUpper(unit) && LeetLetters.Contains(char.ToLowerInvariant(unit), StringComparison.Ordinal));

    private static string Leet(string text, string letters, string signs) =>
        string.Concat(
            text.Select(unit =>
                letters.IndexOf(char.ToLowerInvariant(unit), StringComparison.Ordinal) is var at and >= 0 ? signs[at] : unit
            )
        );

    private static string Replace(string text, string from, string to) =>
        string.Concat(text.Select(unit => from.IndexOf(unit, StringComparison.Ordinal) is var at and >= 0 ? to[at] : unit));

    private static bool IsLatin(char unit) => unit < 0x100 || unit is >= '\u2010' and <= '\u2026';

    // Between words the gap is wider, as when a whole line is put apart.
    private static string Space(string text, char separator) =>
        string.Join(separator == ' ' ? "   " : " ", text.Split(' ').Select(word => string.Join(separator, word.AsEnumerable())));

    private static string Unspace(string text, char separator) =>
        separator == ' '
            ? string.Join(' ', text.Split("   ").Select(word => word.Replace(" ", string.Empty, StringComparison.Ordinal)))
            : text.Replace(separator.ToString(), string.Empty, StringComparison.Ordinal);

    private static string Pile(string text, RandomSource random)
    {
        var piled = new StringBuilder(text.Length * 4);
        foreach (var unit in text)
        {
            piled.Append(unit);
            for (var marks = char.IsAsciiLetter(unit) ? 1 + random.NextInt(6) : 0; marks > 0; marks--)
            {
                piled.Append((char)(0x300 + random.NextInt(0x70)));
            }
        }

        return piled.ToString();
    }

    // One mark that letters compose with on every letter.
    private static string Accent(string text, RandomSource random)
    {
        const string Marks = "\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030A\u030B\u030C\u0323\u0327\u0328\u0330\u0331";
        var accented = new StringBuilder(text.Length * 2);
        foreach (var unit in text)
        {
            accented.Append(unit);
            if (char.IsAsciiLetter(unit))
            {
                accented.Append(Marks[random.NextInt(Marks.Length)]);
            }
        }

        return accented.ToString();
    }
}
