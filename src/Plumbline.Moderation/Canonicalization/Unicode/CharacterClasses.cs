using System.Globalization;
using Plumbline.Tokenization.Normalizers;

namespace Plumbline.Moderation.Canonicalization.Unicode;

/// <summary>What a canonicaliser has to do about a UTF-16 unit.</summary>
internal enum CharacterClass : byte
{
    /// <summary>Nothing.</summary>
    Plain,

    /// <summary>Nobody sees it: it is dropped.</summary>
    Drop,

    /// <summary>A space of some width: it becomes a plain one.</summary>
    Space,

    /// <summary>It ends a line.</summary>
    LineBreak,

    /// <summary>A letter or digit in another dress: it becomes <see cref="CharacterClasses.FoldOf"/>.</summary>
    Fold,

    /// <summary>Full-width punctuation: Chinese where it stands alone, a dress among full-width letters.</summary>
    Wide,

    /// <summary>A joiner: part of the writing between letters of some scripts, nothing elsewhere.</summary>
    Joiner,

    /// <summary>A variation selector.</summary>
    Selector,

    /// <summary>A combining mark.</summary>
    Mark,

    /// <summary>A part of a syllable that form C writes as one.</summary>
    Compose,

    /// <summary>Half of a character outside the basic plane.</summary>
    Surrogate,

    /// <summary>A letter that may be taken for a Latin one.</summary>
    LookAlike,
}

/// <summary>The class of every UTF-16 unit and of every character beyond the basic plane that has one.</summary>
internal static class CharacterClasses
{
    /// <summary>Compatibility forms that are not a dress: marks of their own, units, ordinals, letters of living orthographies.</summary>
    private const string Kept = "\u00AA\u00BA\u00B5\u2103\u2109\u2116\u2120\u2121\u2122\u213B\u0E33\u0EB3\u0EDC\u0EDD\u0F0C\u0F77\u0F79";

    private static readonly Dictionary<int, string> Folds = BuildFolds();
    private static readonly CharacterClass[] Classes = BuildClasses();
    private static readonly bool[] Seconds = BuildSeconds();

    /// <summary>The class of a UTF-16 unit.</summary>
    public static CharacterClass Of(char unit) => Classes[unit];

    /// <summary>What stands for a character of class <see cref="CharacterClass.Fold"/>; null for none.</summary>
    public static string? FoldOf(int point) => Folds.GetValueOrDefault(point);

    /// <summary>Whether some letter composes with it.</summary>
    public static bool IsSecond(int point) => point >= Seconds.Length || Seconds[point];

    /// <summary>Whether a character combines with the one before it.</summary>
    public static bool IsMark(int point) =>
        CharUnicodeInfo.GetUnicodeCategory(point)
            is UnicodeCategory.NonSpacingMark
                or UnicodeCategory.EnclosingMark
                or UnicodeCategory.SpacingCombiningMark;

    /// <summary>Whether joiners mean something beside it: Arabic, Indic and their relatives.</summary>
    public static bool IsJoining(int point) =>
        point
            is (>= 0x600 and <= 0x8FF)
                or (>= 0x900 and <= 0xDFF)
                or (>= 0xF00 and <= 0x109F)
                or (>= 0x1780 and <= 0x18AF)
                or (>= 0x1900 and <= 0x1CFF)
                or (>= 0xA840 and <= 0xABFF)
        && point is not (>= 0xAB30 and <= 0xABBF);

    /// <summary>Whether it is a symbol that a variation selector or a joiner may shape: emoji and their kin.</summary>
    public static bool IsPictorial(int point) =>
        point
            is '#'
                or '*'
                or (>= '0' and <= '9')
                or 0xA9
                or 0xAE
                or (>= 0x2000 and <= 0x2BFF)
                or 0x3030
                or 0x303D
                or 0x3297
                or 0x3299
                or (>= 0x1F000 and <= 0x1FAFF);

    /// <summary>Whether marks on it may be piled up for disguise: Latin, Greek and Cyrillic letters and ASCII.</summary>
    public static bool IsPileBase(int point) =>
        point
            is < 0x300
                or (>= 0x370 and <= 0x52F)
                or (>= 0x1C80 and <= 0x1C8F)
                or (>= 0x1D00 and <= 0x1DBF)
                or (>= 0x1E00 and <= 0x1FFF)
                or (>= 0x2C60 and <= 0x2C7F)
                or (>= 0xA640 and <= 0xA69F)
                or (>= 0xA720 and <= 0xA7FF);

    private static CharacterClass[] BuildClasses()
    {
        var classes = new CharacterClass[0x10000];
        for (var point = 0; point < classes.Length; point++)
        {
            classes[point] = Classify(point);
        }

        foreach (var point in LookAlikes.Points.Where(point => point < 0x10000 && classes[point] == CharacterClass.Plain))
        {
            classes[point] = CharacterClass.LookAlike;
        }

        return classes;
    }

    private static CharacterClass Classify(int point)
    {
        if (point is (>= ' ' and <= '~') or '\t' or '\n' or '\r')
        {
            return CharacterClass.Plain;
        }

        if (point is 0xB or 0xC or 0x85 or 0x2028 or 0x2029)
        {
            return CharacterClass.LineBreak;
        }

        if (char.IsSurrogate((char)point))
        {
            return CharacterClass.Surrogate;
        }

        if (
            point
            is 0x3000
                or (
                    >= 0xFF01
                    and <= 0xFF5E
                    and not (>= 0xFF10 and <= 0xFF19)
                    and not (>= 0xFF21 and <= 0xFF3A)
                    and not (>= 0xFF41 and <= 0xFF5A)
                )
        )
        {
            return CharacterClass.Wide;
        }

        if (point is 0x200C or 0x200D)
        {
            return CharacterClass.Joiner;
        }

        if (point is >= 0xFE00 and <= 0xFE0F)
        {
            return CharacterClass.Selector;
        }

        return IsInvisible(point) ? CharacterClass.Drop
            : char.GetUnicodeCategory((char)point) == UnicodeCategory.SpaceSeparator ? CharacterClass.Space
            : Folds.ContainsKey(point) ? CharacterClass.Fold
            : IsMark(point) || UnicodeNormalizer.Tables.ClassOf(point) != 0 ? CharacterClass.Mark
            : IsTrailingJamo(point) ? CharacterClass.Compose
            : CharacterClass.Plain;
    }

    // Control and format characters, and the letters and marks that Unicode calls default ignorable. Arabic's and Syriac's format characters that are drawn stay.
    private static bool IsInvisible(int point) =>
        point
            is 0x34F
                or 0x115F
                or 0x1160
                or 0x3164
                or 0xFFA0
                or 0x17B4
                or 0x17B5
                or (>= 0x180B and <= 0x180F)
                or (>= 0x2060 and <= 0x206F)
                or (>= 0xFFF0 and <= 0xFFFB)
                or 0xFDD0
        || (
            point is not ((>= 0x600 and <= 0x605) or 0x6DD or 0x70F or 0x890 or 0x891 or 0x8E2)
            && char.GetUnicodeCategory((char)point) is UnicodeCategory.Control or UnicodeCategory.Format
        );

    // Trailing jamo join the syllable before them.
    private static bool IsTrailingJamo(int point) => point is (>= 0x1161 and <= 0x1175) or (>= 0x11A8 and <= 0x11C2);

    private static bool[] BuildSeconds()
    {
        var seconds = new bool[0x10000];
        for (var point = 0; point < 0x20000; point++)
        {
            if (UnicodeNormalizer.Tables.TryDecompose(point, out _, out var second) && second < seconds.Length)
            {
                seconds[second] = second != 0;
            }
        }

        return seconds;
    }

    private static Dictionary<int, string> BuildFolds()
    {
        var folds = new Dictionary<int, string>();
        for (var point = 0xA0; point < 0x30000; point++)
        {
            if ((Recomposition(point) ?? FoldFromData(point)) is { } fold)
            {
                folds[point] = fold;
            }
        }

        // Letters in circles and squares that Unicode gives no decomposition, and those it writes in parentheses.
        for (var letter = 0; letter < 26; letter++)
        {
            foreach (var first in (ReadOnlySpan<int>)[0x1F150, 0x1F170, 0x1F110])
            {
                folds[first + letter] = ((char)('A' + letter)).ToString();
            }

            folds[0x249C + letter] = ((char)('a' + letter)).ToString();
        }

        return folds;
    }

    // What form C writes for a letter that it does not leave: other than itself for a few hundred.
    private static string? Recomposition(int point)
    {
        if (
            point is (>= 0xD800 and <= 0xDFFF) or (>= 0x2000 and <= 0x206F)
            || IsMark(point)
            || !UnicodeNormalizer.Tables.TryDecompose(point, out _, out _)
        )
        {
            return null;
        }

        var letter = char.ConvertFromUtf32(point);
        var composed = UnicodeNormalizer.Normalize(new Tokenization.AlignedText(letter), compose: true).Text;
        return composed == letter ? null : composed;
    }

    private static string? FoldFromData(int point)
    {
        if (
            point is (>= 0xD800 and <= 0xDFFF) or (>= 0x3130 and <= 0x318F)
            || Kept.Contains((char)point, StringComparison.Ordinal)
            || !UnicodeNormalizer.Tables.TryDecomposeCompatibly(point, out var points)
        )
        {
            return null;
        }

        var text = UnicodeNormalizer
            .Normalize(new Tokenization.AlignedText(string.Concat(points.Select(char.ConvertFromUtf32))), compose: true)
            .Text;
        var isBare = points.All(element =>
            CharUnicodeInfo.GetUnicodeCategory(element)
                is UnicodeCategory.UppercaseLetter
                    or UnicodeCategory.LowercaseLetter
                    or UnicodeCategory.OtherLetter
                    or UnicodeCategory.DecimalDigitNumber
                    or UnicodeCategory.NonSpacingMark
                    or UnicodeCategory.SpacingCombiningMark
        );
        // Superscript digits are exponents and footnotes; spacing accents would become marks on a space; longer ones would let a text grow.
        var isDigit = CharUnicodeInfo.GetUnicodeCategory(point) == UnicodeCategory.OtherNumber && point < 0x2090;
        return isBare && !isDigit && text.Length <= 3 && !IsMark(points[0]) ? text : null;
    }
}
