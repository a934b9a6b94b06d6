using System.Globalization;

namespace Plumbline.Rewards.Arithmetic;

/// <summary>
/// Finds numbers in running text in one pass: signs (hyphen, minus, en dash), currency before or after, units, thousands separators, fractions (<c>3/4</c>,
/// <c>\frac{3}{4}</c>), mixed numbers (<c>1 1/2</c>), percentages. Digits that belong to a word (H2O), an exponent (cm^2) or an index (x_1) are no numbers. The decimal
/// mark is a point.
/// </summary>
internal static class NumberFinder
{
    private static readonly string[] Fractions = [@"\frac{", @"\dfrac{", @"\tfrac{"];

    /// <summary>The first or the last number of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="first">Whether the first number is wanted instead of the last one.</param>
    /// <param name="count">How many numbers there are up to the one that is returned.</param>
    /// <returns>Null where there is no number, or it has no value: a zero under the fraction bar, more than 400 digits.</returns>
    public static NumberReading? Find(ReadOnlySpan<char> text, bool first, out int count)
    {
        NumberReading? found = null;
        count = 0;
        var at = 0;
        while (at < text.Length && !(first && count > 0))
        {
            var start = at;
            if (Read(text, ref at) is { } value)
            {
                found = value.IsNumber ? WithSignAndPercent(text, start, at, value.Number) : null;
                count++;
            }
            else if (at == start)
            {
                at++;
            }
        }

        return found;
    }

    /// <summary>Whether the character is a currency's sign.</summary>
    public static bool IsCurrency(char character) => char.GetUnicodeCategory(character) == UnicodeCategory.CurrencySymbol;

    /// <summary>Letters of scripts with two cases make words that digits belong to; others, such as Chinese, stand beside numbers without a space.</summary>
    public static bool IsCased(char character) => char.IsUpper(character) || char.IsLower(character);

    /// <summary>Reads the unsigned number at a place, or passes over digits that are none; null where there is no number.</summary>
    private static (bool IsNumber, Rational Number)? Read(ReadOnlySpan<char> text, ref int at)
    {
        if (text[at] == '\\')
        {
            var end = at;
            var isFraction = ReadLatexFraction(text, ref end, out var fraction);
            at = isFraction ? end : at;
            return isFraction ? Result(fraction) : null;
        }

        if (!NumberLiteral.StartsAt(text, at) || (text[at] == '.' && char.IsAsciiDigit(NumberLiteral.CharAt(text, at - 1))))
        {
            return null;
        }

        var isAttached = IsAttached(text, at);
        var value = NumberLiteral.Read(text, at, out at, out var isWhole);
        if (isAttached)
        {
            return null;
        }

        if (ReadDenominator(text, at, out var after) is { } denominator && value is { } numerator)
        {
            at = after;
            return Result(Rational.Divide(numerator, denominator));
        }

        return Result(value is { } whole && isWhole ? Mixed(text, whole, ref at) : value);
    }

    private static (bool, Rational) Result(Rational? value) => (value is not null, value.GetValueOrDefault());

    /// <summary>Adds a proper fraction that follows a whole number.</summary>
    private static Rational? Mixed(ReadOnlySpan<char> text, Rational whole, ref int at)
    {
        var end = at;
        Rational? part = null;
        if (NumberLiteral.CharAt(text, at) == '\\')
        {
            ReadLatexFraction(text, ref end, out part);
        }
        else if (NumberLiteral.CharAt(text, at) == ' ' && char.IsAsciiDigit(NumberLiteral.CharAt(text, at + 1)))
        {
            var numerator = NumberLiteral.Read(text, at + 1, out end, out var isWhole);
            var denominator = isWhole ? ReadDenominator(text, end, out end) : null;
            part = numerator is { } top && denominator is { } bottom ? Rational.Divide(top, bottom) : null;
        }

        if (part is not { } fraction || fraction.Numerator >= fraction.Denominator || fraction.Numerator.Sign < 0)
        {
            return whole;
        }

        at = end;
        return Rational.Add(whole, fraction);
    }

    /// <summary>The whole number after a fraction bar; null where there is none.</summary>
    private static Rational? ReadDenominator(ReadOnlySpan<char> text, int at, out int end)
    {
        end = at;
        if (NumberLiteral.CharAt(text, at) is not ('/' or '\u2044') || !char.IsAsciiDigit(NumberLiteral.CharAt(text, at + 1)))
        {
            return null;
        }

        return NumberLiteral.Read(text, at + 1, out end, out _);
    }

    /// <summary>Reads the fraction of two numbers that <c>\frac</c> begins; false where there is none.</summary>
    public static bool ReadLatexFraction(ReadOnlySpan<char> text, ref int at, out Rational? value)
    {
        value = null;
        var end = at;
        foreach (var opening in Fractions)
        {
            end += text[at..].StartsWith(opening, StringComparison.Ordinal) ? opening.Length : 0;
        }

        if (end == at || !ReadSigned(text, ref end, out var top) || !text[end..].StartsWith("}{", StringComparison.Ordinal))
        {
            return false;
        }

        end += 2;
        if (!ReadSigned(text, ref end, out var bottom) || NumberLiteral.CharAt(text, end) != '}')
        {
            return false;
        }

        at = end + 1;
        value = top is { } numerator && bottom is { } denominator ? Rational.Divide(numerator, denominator) : null;
        return true;
    }

    private static bool ReadSigned(ReadOnlySpan<char> text, ref int at, out Rational? value)
    {
        value = null;
        var isNegative = NumberLiteral.IsMinus(NumberLiteral.CharAt(text, at));
        at += isNegative ? 1 : 0;
        if (!NumberLiteral.StartsAt(text, at))
        {
            return false;
        }

        value = NumberLiteral.Read(text, at, out at, out _);
        value = isNegative && value is { } number ? -number : value;
        return true;
    }

    private static NumberReading WithSignAndPercent(ReadOnlySpan<char> text, int start, int end, Rational value)
    {
        var before = start - 1;
        while (IsCurrency(NumberLiteral.CharAt(text, before)) || (NumberLiteral.CharAt(text, before) == '\\' && before < start - 1))
        {
            before--;
        }

        // Between two values a dash is a difference or a range, within a word a hyphen.
        var ahead = NumberLiteral.CharAt(text, before - 1);
        var isNegative =
            NumberLiteral.IsMinus(NumberLiteral.CharAt(text, before))
            && !IsCased(ahead)
            && !char.IsAsciiDigit(ahead)
            && ahead is not (')' or ']' or '}' or '%');
        var after = text[end..];
        after = after.StartsWith(" ", StringComparison.Ordinal) ? after[1..] : after;
        after = after.StartsWith("\\", StringComparison.Ordinal) ? after[1..] : after;
        var isPercent = after.StartsWith("%", StringComparison.Ordinal) || after.StartsWith("percent", StringComparison.OrdinalIgnoreCase);
        return new NumberReading(isNegative ? -value : value, isPercent);
    }

    /// <summary>Whether the digits at a place belong to what stands before them: a word other than a currency's code, an exponent, an index.</summary>
    private static bool IsAttached(ReadOnlySpan<char> text, int at)
    {
        var before = at - 1;
        before -= NumberLiteral.IsMinus(NumberLiteral.CharAt(text, before)) ? 1 : 0;
        before -= NumberLiteral.CharAt(text, before) == '{' ? 1 : 0;
        if (NumberLiteral.CharAt(text, before) is '^' or '_')
        {
            return true;
        }

        if (!IsCased(NumberLiteral.CharAt(text, at - 1)))
        {
            return false;
        }

        var start = at;
        while (start > at - 4 && IsCased(NumberLiteral.CharAt(text, start - 1)))
        {
            start--;
        }

        var word = text[start..at];
        return word.Length != 3 || word.ContainsAnyExceptInRange('A', 'Z');
    }
}
