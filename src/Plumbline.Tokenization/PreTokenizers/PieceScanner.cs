using System.Globalization;
using System.Text;

namespace Plumbline.Tokenization.PreTokenizers;

/// <summary>
/// A hand-written form of a well-known pattern that cuts a text without gaps: the same pieces as the regular expression (a property test compares
/// them), at several times its speed.
/// </summary>
internal abstract class PieceScanner : TextPattern
{
    private static readonly byte[] Kinds = [.. Enumerable.Range(0, char.MaxValue + 1).Select(unit => (byte)KindOf((char)unit))];

    /// <summary>The classes of characters that the patterns tell apart.</summary>
    protected enum Kind : byte
    {
        /// <summary>None of the others.</summary>
        Sign,

        /// <summary><c>\p{L}</c></summary>
        Letter,

        /// <summary><c>\p{N}</c></summary>
        Number,

        /// <summary><c>\s</c></summary>
        Space,

        /// <summary><c>[\r\n]</c>, which belongs to <c>\s</c> too.</summary>
        LineEnd,

        /// <summary>Half of an astral character.</summary>
        Surrogate,
    }

    /// <summary>The scanner for a pattern, if there is one.</summary>
    public static PieceScanner? For(string pattern) =>
        pattern switch
        {
            ByteLevelPreTokenizer.Pattern => new Gpt2Scanner(),
            BpeTrainerOptions.Llama3Pattern => new Llama3Scanner(longestNumber: 3),
            Llama3Scanner.QwenPattern => new Llama3Scanner(longestNumber: 1),
            _ => null,
        };

    /// <summary>The end of the piece that starts at <paramref name="start"/>.</summary>
    public abstract int EndOf(ReadOnlySpan<char> text, int start);

    /// <inheritdoc/>
    public override void Match(ReadOnlySpan<char> text, List<TextRange> matches)
    {
        for (var start = 0; start < text.Length; )
        {
            var end = EndOf(text, start);
            matches.Add(new TextRange(start, end));
            start = end;
        }
    }

    /// <summary>The kind of the character at <paramref name="index"/> and how many units it has.</summary>
    protected static Kind KindAt(ReadOnlySpan<char> text, int index, out int width)
    {
        var kind = (Kind)Kinds[text[index]];
        width = 1;
        return kind == Kind.Surrogate ? AstralKindAt(text, index, out width) : kind;
    }

    /// <summary>The end of the run of characters of one kind that starts at <paramref name="start"/>, at most <paramref name="longest"/> of them.</summary>
    protected static int EndOfRun(ReadOnlySpan<char> text, int start, Kind kind, int longest = int.MaxValue)
    {
        var kinds = Kinds;
        var at = start;
        while (at < text.Length && longest > 0)
        {
            var found = (Kind)kinds[text[at]];
            var width = 1;
            if (found == Kind.Surrogate)
            {
                found = AstralKindAt(text, at, out width);
            }

            if (found != kind)
            {
                return at;
            }

            at += width;
            longest--;
        }

        return at;
    }

    /// <summary>The end of the whitespace, line ends included, that starts at <paramref name="start"/>.</summary>
    protected static int EndOfSpaces(ReadOnlySpan<char> text, int start)
    {
        var at = start;
        while (at < text.Length && (Kind)Kinds[text[at]] is Kind.Space or Kind.LineEnd)
        {
            at++;
        }

        return at;
    }

    /// <summary>What <c>\s+(?!\S)|\s+</c> takes of the whitespace from <paramref name="start"/> to <paramref name="end"/>: the last goes to what follows.</summary>
    protected static int EndOfBlank(ReadOnlySpan<char> text, int start, int end) => end < text.Length && end - start > 1 ? end - 1 : end;

    private static Kind AstralKindAt(ReadOnlySpan<char> text, int index, out int width)
    {
        Rune.DecodeFromUtf16(text[index..], out var rune, out width);
        return KindOf(Rune.GetUnicodeCategory(rune));
    }

    private static Kind KindOf(char unit) =>
        unit is '\r' or '\n' ? Kind.LineEnd
        : char.IsWhiteSpace(unit) ? Kind.Space
        : char.IsSurrogate(unit) ? Kind.Surrogate
        : KindOf(CharUnicodeInfo.GetUnicodeCategory(unit));

    private static Kind KindOf(UnicodeCategory category) =>
        category switch
        {
            <= UnicodeCategory.OtherLetter => Kind.Letter,
            >= UnicodeCategory.DecimalDigitNumber and <= UnicodeCategory.OtherNumber => Kind.Number,
            _ => Kind.Sign,
        };
}

/// <summary><see cref="ByteLevelPreTokenizer.Pattern"/>.</summary>
internal sealed class Gpt2Scanner : PieceScanner
{
    /// <inheritdoc/>
    public override int EndOf(ReadOnlySpan<char> text, int start)
    {
        if (text[start] == '\'' && ContractionLength(text[(start + 1)..]) is var contraction and > 0)
        {
            return start + 1 + contraction;
        }

        // A space belongs to the word, number or signs behind it.
        var first = text[start] == ' ' && start + 1 < text.Length ? start + 1 : start;
        var kind = KindAt(text, first, out var width);
        return kind is Kind.Space or Kind.LineEnd ? EndOfBlank(text, start, EndOfSpaces(text, start)) : EndOfRun(text, first + width, kind);
    }

    private static int ContractionLength(ReadOnlySpan<char> rest) =>
        rest.Length == 0 ? 0
        : rest[0] is 's' or 't' or 'm' or 'd' ? 1
        : rest.StartsWith("re") || rest.StartsWith("ve") || rest.StartsWith("ll") ? 2
        : 0;
}

/// <summary><see cref="BpeTrainerOptions.Llama3Pattern"/>, and <see cref="QwenPattern"/>, which differs in the length of numbers.</summary>
/// <param name="longestNumber">How many digits a piece may have.</param>
internal sealed class Llama3Scanner(int longestNumber) : PieceScanner
{
    /// <summary>The pattern of Qwen 2 and 3: every digit is a piece.</summary>
    public const string QwenPattern =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <inheritdoc/>
    public override int EndOf(ReadOnlySpan<char> text, int start)
    {
        var kind = KindAt(text, start, out var width);
        var next = start + width;
        switch (kind)
        {
            case Kind.Letter:
                return EndOfRun(text, next, Kind.Letter);
            case Kind.Number:
                return EndOfRun(text, next, Kind.Number, longestNumber - 1);
            case Kind.Sign when text[start] == '\'' && ContractionLength(text[next..]) is var contraction and > 0:
                return next + contraction;
        }

        // One sign or space belongs to the word behind it.
        var nextKind = next < text.Length ? KindAt(text, next, out width) : Kind.LineEnd;
        if (nextKind == Kind.Letter && kind != Kind.LineEnd)
        {
            return EndOfRun(text, next + width, Kind.Letter);
        }

        if (kind == Kind.Sign || (text[start] == ' ' && nextKind == Kind.Sign))
        {
            return EndOfRun(text, EndOfRun(text, next, Kind.Sign), Kind.LineEnd);
        }

        var end = EndOfSpaces(text, start);
        var lastLineEnd = text[start..end].LastIndexOfAny('\r', '\n');
        return lastLineEnd >= 0 ? start + lastLineEnd + 1 : EndOfBlank(text, start, end);
    }

    private static int ContractionLength(ReadOnlySpan<char> rest) =>
        rest.Length == 0 ? 0
        : (rest[0] | 0x20) is 's' or 't' or 'm' or 'd' ? 1
        : rest.StartsWith("re", StringComparison.OrdinalIgnoreCase)
        || rest.StartsWith("ve", StringComparison.OrdinalIgnoreCase)
        || rest.StartsWith("ll", StringComparison.OrdinalIgnoreCase)
            ? 2
        : 0;
}
