using System.Globalization;
using System.Text;

namespace Plumbline.Moderation.Canonicalization.Language;

/// <summary>Whether what a decoder made is a text, or what another decoder may make a text of, rather than the noise that comes of decoding something else.</summary>
internal static class TextLikeness
{
    /// <summary>In nats per pair of letters: noise of letters lies above it, languages well below.</summary>
    private const double NoiseCost = 3.7;
    private const int ShortText = 12;
    private const int FewestIdeographs = 8;
    private const int FewestLetters = 6;

    /// <summary>Whether a decoded run looks like text: nothing unprintable, mostly letters, and letters that could follow each other; or long and made of what encodings are made of.</summary>
    public static bool IsText(ReadOnlySpan<char> text)
    {
        var (letters, digits, spaces, others, foreign, block, sameBlock) = (0, 0, 0, 0, 0, -1, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value < 0x80)
            {
                var unit = (char)rune.Value;
                if (unit < ' ' && unit is not ('\t' or '\n' or '\r') || unit == 0x7F)
                {
                    return false;
                }

                letters += char.IsAsciiLetter(unit) ? 1 : 0;
                digits += char.IsAsciiDigit(unit) ? 1 : 0;
                spaces += char.IsWhiteSpace(unit) ? 1 : 0;
                others += char.IsAsciiLetterOrDigit(unit) || char.IsWhiteSpace(unit) ? 0 : 1;
                continue;
            }

            switch (Rune.GetUnicodeCategory(rune))
            {
                case UnicodeCategory.Control or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate:
                    return false;
                case <= UnicodeCategory.EnclosingMark:
                    foreign++;
                    sameBlock += BlockOf(rune.Value) == block ? 1 : 0;
                    block = BlockOf(rune.Value);
                    break;
                default:
                    if (rune.Value == 0xFFFD)
                    {
                        return false;
                    }

                    others++;
                    break;
            }
        }

        var total = letters + digits + spaces + others + foreign;
        if (total < 3)
        {
            return false;
        }

        if (foreign * 2 > letters)
        {
            // Writing stays in its script: noise that is UTF-8 by chance does not.
            return sameBlock >= 2 && sameBlock * 2 >= foreign && (letters + foreign + spaces) * 10 >= total * 6;
        }

        // Printable ASCII throughout is no accident of a dozen bytes: at one in three, that is one in a million.
        return total >= ShortText
            ? (letters + digits + spaces) * 2 >= total || total >= 2 * ShortText
            : letters * 10 >= total * 6 && LetterPairs.MeanCost(text, out _) < NoiseCost;
    }

    /// <summary>Reads bytes as UTF-8, or as UTF-16 where every second one is zero.</summary>
    /// <returns>The text; null where they are none.</returns>
    public static string? Decode(ReadOnlySpan<byte> bytes)
    {
        var isWide = bytes.Length >= 6 && bytes.Length % 2 == 0;
        if (isWide && bytes[1] == 0 && bytes[3] == 0)
        {
            return Encoding.Unicode.GetString(bytes) is var latin && IsText(latin) ? latin : null;
        }

        if (System.Text.Unicode.Utf8.IsValid(bytes) && Encoding.UTF8.GetString(bytes) is var text && IsText(text))
        {
            return text;
        }

        // Anything can be read as UTF-16: only what stays in one script is believed.
        return isWide && Encoding.Unicode.GetString(bytes) is var wide && IsText(wide) && IsOneScript(wide) ? wide : null;
    }

    // At least nine in ten letters beyond ASCII follow one of their own script.
    private static bool IsOneScript(string text)
    {
        var (letters, same, before) = (0, 0, -1);
        foreach (var unit in text.Where(unit => unit >= 0x80 && char.IsLetter(unit)))
        {
            letters++;
            same += BlockOf(unit) == before ? 1 : 0;
            before = BlockOf(unit);
        }

        // Chinese characters are a third of all there are: by chance alone a few of them follow each other.
        return letters >= (before == 0x30 ? FewestIdeographs : FewestLetters) && same * 10 >= (letters - 1) * 9;
    }

    private static int BlockOf(int point) =>
        point switch
        {
            >= 0x3000 and <= 0x9FFF => 0x30,
            >= 0xAC00 and <= 0xD7A3 => 0xAC,
            >= 0x1E00 and <= 0x1EFF or < 0x250 => 0,
            _ => point >> 8,
        };
}
