using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Plumbline.Tokenization.PreTokenizers;

/// <summary>
/// A regular expression that sees code points. .NET's engine sees UTF-16 units, so <c>\p{L}</c> never matches an astral letter there; here every
/// astral character is replaced, one for one, by a rare character of the same general category before matching, and the matches are mapped back.
/// </summary>
internal sealed class CodePointRegex : TextPattern
{
    /// <summary>Enough for megabytes; a pattern that backtracks without end is stopped instead of hanging the process.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>A stand-in per <see cref="UnicodeCategory"/>, none of which tokenizer patterns mention; 0 where no astral character has it.</summary>
    private static readonly char[] StandIns =
    [
        '\uA640', // UppercaseLetter
        '\uA641', // LowercaseLetter
        '\u1F88', // TitlecaseLetter
        '\uA717', // ModifierLetter
        '\uA66E', // OtherLetter
        '\u0483', // NonSpacingMark
        '\u0903', // SpacingCombiningMark
        '\u0488', // EnclosingMark
        '\uA620', // DecimalDigitNumber
        '\u16EE', // LetterNumber
        '\u0F2A', // OtherNumber
        '\u1680', // SpaceSeparator
        '\u2028', // LineSeparator
        '\u2029', // ParagraphSeparator
        '\u0001', // Control
        '\u2061', // Format
        '\uFFFD', // Surrogate: lone ones were replaced before
        '\uE000', // PrivateUse
        '\u203F', // ConnectorPunctuation
        '\u2E17', // DashPunctuation
        '\u2E28', // OpenPunctuation
        '\u2E29', // ClosePunctuation
        '\u2E02', // InitialQuotePunctuation
        '\u2E03', // FinalQuotePunctuation
        '\uA67E', // OtherPunctuation
        '\u2A00', // MathSymbol
        '\u20A0', // CurrencySymbol
        '\uA700', // ModifierSymbol
        '\uA490', // OtherSymbol
        '\u0378', // OtherNotAssigned
    ];

    private readonly Regex regex;

    /// <summary>Compiles <paramref name="pattern"/>, written in Oniguruma's syntax.</summary>
    /// <exception cref="InvalidInputException">The pattern is malformed or uses what is not supported.</exception>
    public CodePointRegex(string pattern)
    {
        try
        {
            // In Oniguruma ^ and $ always match at line ends.
            const RegexOptions options = RegexOptions.Compiled | RegexOptions.CultureInvariant | RegexOptions.Multiline;
            regex = new Regex(OnigurumaPattern.Translate(pattern), options, Limit);
        }
        catch (Exception failure) when (failure is ArgumentException or NotSupportedException)
        {
            throw new InvalidInputException(
                $"The pattern '{pattern}' cannot be used: {failure.Message}",
                "Check the pattern; Unicode scripts such as \\p{Han} are not supported, general categories are.",
                inner: failure
            );
        }
    }

    /// <summary>The stand-in for a character of this category.</summary>
    public static char StandIn(UnicodeCategory category) => StandIns[(int)category];

    /// <inheritdoc/>
    public override void Match(ReadOnlySpan<char> text, List<TextRange> matches)
    {
        try
        {
            if (text.IndexOfAnyInRange('\uD800', '\uDFFF') < 0)
            {
                foreach (var match in regex.EnumerateMatches(text))
                {
                    matches.Add(new TextRange(match.Index, match.Index + match.Length));
                }

                return;
            }

            var shadow = Shadow(text);
            var unit = 0;
            var point = 0;
            foreach (var match in regex.EnumerateMatches(shadow))
            {
                var start = Advance(text, ref unit, ref point, match.Index);
                matches.Add(new TextRange(start, Advance(text, ref unit, ref point, match.Index + match.Length)));
            }
        }
        catch (RegexMatchTimeoutException failure)
        {
            throw new InvalidInputException(
                $"The tokenizer's pattern took longer than {Limit.TotalSeconds} s on a text of {text.Length} characters.",
                "Use a pattern that does not backtrack without end, or shorter texts.",
                inner: failure
            );
        }
    }

    private static int Advance(ReadOnlySpan<char> text, ref int unit, ref int point, int target)
    {
        for (; point < target; point++)
        {
            unit += char.IsHighSurrogate(text[unit]) ? 2 : 1;
        }

        return unit;
    }

    private static string Shadow(ReadOnlySpan<char> text)
    {
        var shadow = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            shadow.Append(rune.IsBmp ? (char)rune.Value : StandIn(Rune.GetUnicodeCategory(rune)));
        }

        return shadow.ToString();
    }
}
