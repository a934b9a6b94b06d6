using Plumbline.Findings;

namespace Plumbline.Moderation.Canonicalization.Readings;

/// <summary>
/// What one pass over a text shows: which characters it holds, and which words are not plain ones. Most readings need no more to see that they have nothing to do.
/// </summary>
internal sealed class TextProfile
{
    private const byte Lower = 1;
    private const byte Upper = 2;
    private const byte Digit = 4;
    private const byte Symbol = 8;
    private const byte Foreign = 16;
    private const byte Space = 32;
    private const int LongWord = 30;
    private const int ShortCode = 8;

    private static readonly byte[] Kinds = BuildKinds();

    private List<TextSpan>? oddWords;
    private readonly string text;

    private TextProfile(string text) => this.text = text;

    /// <summary>The words, cut at whitespace, that no prose has: letters and digits or signs mixed, capitals within, long ones.</summary>
    public IReadOnlyList<TextSpan> OddWords => oddWords ?? (IReadOnlyList<TextSpan>)[];

    /// <summary>The most words of one character in a row.</summary>
    public int SingleRun { get; private set; }

    /// <summary>The most words of the spelling alphabet in a row.</summary>
    public int SpelledRun { get; private set; }

    /// <summary>The most words in a row that have neither letters nor digits of ASCII.</summary>
    public int SignRun { get; private set; }

    /// <summary>How many digits there are.</summary>
    public int Digits { get; private set; }

    /// <summary>Whether a character occurs.</summary>
    public bool Has(char unit) => text.Contains(unit, StringComparison.Ordinal);

    /// <summary>Looks at a text.</summary>
    public static TextProfile Of(string text)
    {
        var profile = new TextProfile(text);
        var (singles, spelled, signs) = (0, 0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            if (KindOf(text[i]) == Space)
            {
                continue;
            }

            var start = i;
            i = profile.ReadWord(start, out var isOdd, out var isSign);
            signs = isSign ? signs + 1 : 0;
            profile.SignRun = Math.Max(profile.SignRun, signs);
            singles = i - start == 1 ? singles + 1 : 0;
            profile.SingleRun = Math.Max(profile.SingleRun, singles);
            spelled = SpellingAlphabet.LetterOf(text.AsSpan(start, i - start)) != '\0' ? spelled + 1 : 0;
            profile.SpelledRun = Math.Max(profile.SpelledRun, spelled);
            if (isOdd)
            {
                (profile.oddWords ??= []).Add(TextSpan.Between(start, i));
            }

            i--;
        }

        return profile;
    }

    private static byte KindOf(char unit) =>
        unit < 0x80 ? Kinds[unit]
        : char.IsWhiteSpace(unit) ? Space
        : Foreign;

    private int ReadWord(int start, out bool isOdd, out bool isSign)
    {
        var (at, seen, before, hasInner, digits) = (start, 0, (byte)0, false, 0);
        for (; at < text.Length; at++)
        {
            var unit = text[at];
            var kind = KindOf(unit);
            if (kind == Space)
            {
                break;
            }

            // A capital after a letter that is none, and anything right after a sign that itself follows something.
            hasInner |=
                (kind == Upper && before == Lower)
                || (before == Symbol && kind != Symbol && (seen & ~Symbol) != 0 && IsOddBetween(start, at - 1));
            digits += kind == Digit ? 1 : 0;
            seen |= kind;
            before = kind;
        }

        Digits += digits;
        var length = at - start;
        isSign = (seen & (Lower | Upper | Digit)) == 0;
        var isMixed = (seen & Digit) != 0 && (seen & (Lower | Upper)) != 0;
        var isCapital = seen == Upper && length >= ShortCode;
        isOdd =
            hasInner
            || isMixed
            || isCapital
            || length >= LongWord
            || digits >= ShortCode
            || ((seen & Symbol) != 0 && HasInnerSign(text.AsSpan(start, length)));
        return at;
    }

    // Apostrophes and hyphens stand within words, but not between single letters.
    private bool IsOddBetween(int start, int at) => text[at] is not ('\'' or '-') || (at - start >= 3 && text[at - 2] == text[at]);

    // A sign that stands for a letter: within a word, or before it.
    private static bool HasInnerSign(ReadOnlySpan<char> word) => word.Length > 1 && word[..^1].IndexOfAny("@$!|+") >= 0;

    private static byte[] BuildKinds()
    {
        var kinds = new byte[0x80];
        for (var unit = '\0'; unit < 0x80; unit++)
        {
            kinds[unit] =
                char.IsAsciiLetterLower(unit) ? Lower
                : char.IsAsciiLetterUpper(unit) ? Upper
                : char.IsAsciiDigit(unit) ? Digit
                : char.IsWhiteSpace(unit) ? Space
                : Symbol;
        }

        return kinds;
    }
}
