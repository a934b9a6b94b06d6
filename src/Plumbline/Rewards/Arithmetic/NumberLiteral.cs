using System.Numerics;

namespace Plumbline.Rewards.Arithmetic;

/// <summary>
/// Reads one unsigned number as people and LaTeX write it: digits, groups of three apart by <c>,</c>, <c>{,}</c>, <c>\,</c> or a thin space, a decimal point, an exponent.
/// </summary>
internal static class NumberLiteral
{
    private const int MaxDigits = 400;
    private const int MaxExponentDigits = 3;

    private static readonly string[] Separators = [",", "{,}", @"\,", "\u202F", "\u2009"];

    /// <summary>Whether a number starts at <paramref name="at"/>.</summary>
    public static bool StartsAt(ReadOnlySpan<char> text, int at) => IsDigit(text, at) || (CharAt(text, at) == '.' && IsDigit(text, at + 1));

    /// <summary>Reads the number that starts at <paramref name="at"/>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">Where the number starts.</param>
    /// <param name="end">Where it ends.</param>
    /// <param name="isWhole">Whether it is written without point and exponent.</param>
    /// <returns>Null where it has more than 400 digits or an exponent of more than three.</returns>
    public static Rational? Read(ReadOnlySpan<char> text, int at, out int end, out bool isWhole)
    {
        var digits = new List<char>();
        end = ReadWhole(text, at, digits);
        var whole = digits.Count;
        if (CharAt(text, end) == '.' && IsDigit(text, end + 1))
        {
            end = ReadDigits(text, end + 1, digits);
        }

        var decimals = digits.Count - whole;
        var hasExponent = ReadExponent(text, ref end, out var exponent);
        isWhole = decimals == 0 && !hasExponent;
        if (digits.Count > MaxDigits || exponent is null)
        {
            return null;
        }

        var number = BigInteger.Parse(digits.ToArray());
        var scale = exponent.Value - decimals;
        return scale >= 0 ? Rational.Of(number * BigInteger.Pow(10, scale), 1) : Rational.Of(number, BigInteger.Pow(10, -scale));
    }

    /// <summary>The character at a place, or 0 where there is none.</summary>
    public static char CharAt(ReadOnlySpan<char> text, int at) => (uint)at < (uint)text.Length ? text[at] : '\0';

    /// <summary>Whether the character is written for a minus: hyphen, minus, en dash, small and full-width hyphen.</summary>
    public static bool IsMinus(char character) => character is '-' or '\u2212' or '\u2013' or '\uFE63' or '\uFF0D';

    private static bool IsDigit(ReadOnlySpan<char> text, int at) => char.IsAsciiDigit(CharAt(text, at));

    private static int ReadWhole(ReadOnlySpan<char> text, int at, List<char> digits)
    {
        var end = ReadDigits(text, at, digits);
        var canGroup = digits.Count is > 0 and <= 3;
        while (canGroup && GroupEnd(text, end) is { } next)
        {
            if (digits.Count <= MaxDigits)
            {
                digits.AddRange(text[(next - 3)..next]);
            }

            end = next;
        }

        return end;
    }

    /// <summary>Where a separator with three digits, and no fourth, ends; null where there is no such thing.</summary>
    private static int? GroupEnd(ReadOnlySpan<char> text, int at)
    {
        foreach (var separator in Separators)
        {
            if (text[at..].StartsWith(separator, StringComparison.Ordinal))
            {
                var first = at + separator.Length;
                var isGroup = IsDigit(text, first) && IsDigit(text, first + 1) && IsDigit(text, first + 2) && !IsDigit(text, first + 3);
                return isGroup ? first + 3 : null;
            }
        }

        return null;
    }

    private static int ReadDigits(ReadOnlySpan<char> text, int at, List<char> digits)
    {
        while (IsDigit(text, at))
        {
            // Past the bound only the fact counts.
            if (digits.Count <= MaxDigits)
            {
                digits.Add(text[at]);
            }

            at++;
        }

        return at;
    }

    /// <summary>Reads an exponent; it is null where it is too large to be used, 0 where there is none.</summary>
    private static bool ReadExponent(ReadOnlySpan<char> text, ref int end, out int? exponent)
    {
        exponent = 0;
        if (CharAt(text, end) is not ('e' or 'E'))
        {
            return false;
        }

        var sign = CharAt(text, end + 1);
        var first = end + (IsMinus(sign) || sign == '+' ? 2 : 1);
        var last = first;
        while (IsDigit(text, last))
        {
            last++;
        }

        if (last == first || char.IsLetter(CharAt(text, last)))
        {
            return false;
        }

        var digits = text[first..last].TrimStart('0');
        exponent =
            digits.Length > MaxExponentDigits ? null
            : digits.Length == 0 ? 0
            : int.Parse(digits) * (IsMinus(sign) ? -1 : 1);
        end = last;
        return true;
    }
}
