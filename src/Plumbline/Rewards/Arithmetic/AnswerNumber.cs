using System.Text.Json;

namespace Plumbline.Rewards.Arithmetic;

/// <summary>The number that an answer or a column of a row states.</summary>
internal static class AnswerNumber
{
    private const string Boxed = @"\boxed{";
    private const string Marker = "####";

    // A box with anything else in it (a root, π, a power of ten) is no plain number.
    private static readonly string[] CommandsInBoxes =
    [
        "text",
        "textbf",
        "mathrm",
        "mathbf",
        "mbox",
        "left",
        "right",
        "quad",
        "circ",
        "degree",
    ];

    /// <summary>
    /// What an answer comes to: the last number in its last <c>\boxed{}</c>, or the first after its last <c>####</c>, whichever of the two stands later; without them
    /// the last number of all.
    /// </summary>
    public static NumberReading? Of(ReadOnlySpan<char> answer)
    {
        var stated = Stated(answer, out var isMarked);
        return isMarked ? stated : NumberFinder.Find(answer, first: false, out _);
    }

    /// <summary>
    /// What a column holds: a JSON number; or a text, read as an expression, or as an answer with <c>####</c> or <c>\boxed{}</c>, or as text with exactly one number
    /// in it. Null where it is none of these.
    /// </summary>
    public static NumberReading? Of(JsonElement column)
    {
        if (column.ValueKind is not (JsonValueKind.Number or JsonValueKind.String) || RewardColumn.Text(column)?.Trim() is not { } text)
        {
            return null;
        }

        if (ArithmeticExpression.Evaluate(text) is { } value)
        {
            return new NumberReading(value, IsPercent: false);
        }

        var stated = Stated(text, out var isMarked);
        if (isMarked)
        {
            return stated;
        }

        // Calculation that came to nothing is not read in part; units may have exponents.
        var isCalculation = text.AsSpan().ContainsAny("^*×·÷") && !text.Any(NumberFinder.IsCased);
        var only = NumberFinder.Find(text, first: false, out var count);
        return count == 1 && !isCalculation ? only : null;
    }

    private static NumberReading? Stated(ReadOnlySpan<char> text, out bool isMarked)
    {
        var box = text.LastIndexOf(Boxed, StringComparison.Ordinal);
        var marked = MarkedNumber(text, after: box);
        isMarked = box >= 0 || marked >= 0;
        return marked >= 0 ? NumberFinder.Find(Line(text[marked..]), first: true, out _)
            : box >= 0 ? InBox(text[(box + Boxed.Length)..])
            : null;
    }

    /// <summary>Where a number directly follows the last <c>####</c> that one follows; −1 where there is none: elsewhere the sign makes a heading.</summary>
    private static int MarkedNumber(ReadOnlySpan<char> text, int after)
    {
        for (var end = text.Length; ; )
        {
            var at = text[..end].LastIndexOf(Marker, StringComparison.Ordinal);
            if (at <= after)
            {
                return -1;
            }

            var number = at + Marker.Length;
            while (Precedes(NumberLiteral.CharAt(text, number)))
            {
                number++;
            }

            if (NumberLiteral.StartsAt(text, number) || text[number..].StartsWith("frac{", StringComparison.Ordinal))
            {
                return at + Marker.Length;
            }

            end = at;
        }
    }

    private static bool Precedes(char character) =>
        character is ' ' or '\t' or '+' or '\\' || NumberLiteral.IsMinus(character) || NumberFinder.IsCurrency(character);

    private static ReadOnlySpan<char> Line(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAny('\n', '\r');
        return end < 0 ? text : text[..end];
    }

    private static NumberReading? InBox(ReadOnlySpan<char> text)
    {
        var depth = 1;
        var end = 0;
        for (; end < text.Length && depth > 0; end++)
        {
            depth +=
                text[end] == '{' ? 1
                : text[end] == '}' ? -1
                : 0;
        }

        var box = depth == 0 ? text[..(end - 1)] : text[..end];
        return IsPlain(box) ? NumberFinder.Find(box, first: false, out _) : null;
    }

    /// <summary>Whether every command in a box leaves the numbers in it as they are; a fraction must be one of two numbers.</summary>
    private static bool IsPlain(ReadOnlySpan<char> box)
    {
        var at = 0;
        while (box[at..].IndexOf('\\') is >= 0 and var next)
        {
            at += next;
            var isFraction = NumberFinder.ReadLatexFraction(box, ref at, out _);
            var end = at + 1;
            while (!isFraction && char.IsAsciiLetter(NumberLiteral.CharAt(box, end)))
            {
                end++;
            }

            if (!isFraction && end > at + 1 && !CommandsInBoxes.Contains(box[(at + 1)..end].ToString(), StringComparer.Ordinal))
            {
                return false;
            }

            at = isFraction ? at : end;
        }

        return true;
    }
}
