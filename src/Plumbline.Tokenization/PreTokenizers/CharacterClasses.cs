using System.Globalization;
using System.Text;

namespace Plumbline.Tokenization.PreTokenizers;

/// <summary>The classes of characters that Hugging Face's tokenizers cut by.</summary>
internal static class CharacterClasses
{
    /// <summary>Whether the character belongs to words: letters, marks, decimal digits, connectors and joiners (Unicode Technical Standard 18).</summary>
    public static bool IsWord(Rune rune) =>
        Rune.IsLetterOrDigit(rune)
        || rune.Value
            is 0x200C
                or 0x200D
                // The symbols that Unicode counts as alphabetic: circled and squared letters.
                or (>= 0x24B6 and <= 0x24E9)
                or (>= 0x1F130 and <= 0x1F149)
                or (>= 0x1F150 and <= 0x1F169)
                or (>= 0x1F170 and <= 0x1F189)
        || Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.NonSpacingMark
                or UnicodeCategory.SpacingCombiningMark
                or UnicodeCategory.EnclosingMark
                or UnicodeCategory.LetterNumber
                or UnicodeCategory.ConnectorPunctuation;

    /// <summary>Whether the character is punctuation; ASCII's signs count even where Unicode calls them symbols.</summary>
    public static bool IsPunctuation(Rune rune) =>
        rune.IsAscii
            ? rune.Value is (>= '!' and <= '/') or (>= ':' and <= '@') or (>= '[' and <= '`') or (>= '{' and <= '~')
            : Rune.IsPunctuation(rune);
}
