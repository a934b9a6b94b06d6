using System.Runtime.CompilerServices;

namespace Plumbline.Moderation.PersonalData.Scanning;

/// <summary>What numbers are made of: digits of several scripts, letters of ASCII, and what separates their groups.</summary>
internal static class Characters
{
    private const int MaxSeparator = 5;

    /// <summary>The value of a decimal digit: ASCII, full-width, Arabic-Indic (both), Thai, Lao or of an Indic script; −1 for anything else.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Digit(char c)
    {
        var value = (uint)(c - '0');
        return value <= 9 ? (int)value
            : c < 0x0660 ? -1
            : FarDigit(c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool IsDigit(char c) => Digit(c) >= 0;

    /// <summary>Whether it belongs to a group: a letter of ASCII or a digit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool IsGroup(char c) => char.IsAsciiLetter(c) || IsDigit(c);

    /// <summary>A digit as ASCII, a letter of ASCII in upper case, anything else as it is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static char Canonical(char c)
    {
        var digit = Digit(c);
        return digit >= 0 ? (char)('0' + digit)
            : char.IsAsciiLetterLower(c) ? (char)(c & ~0x20)
            : c;
    }

    /// <summary>The same separator for all its typographic variants: a space for white space, <c>\n</c> for line ends, <c>-</c> for hyphens; NUL for what separates nothing.</summary>
    internal static char Separator(char c) =>
        c switch
        {
            ' ' or '\t' or '\u00A0' or '\u2007' or '\u2009' or '\u202F' or '\u3000' => ' ',
            '\n' or '\r' or '\u2028' => '\n',
            '-' or '\u2010' or '\u2011' or '\u2012' or '\u2013' or '\u2212' or '\uFF0D' => '-',
            '.' or '\uFF0E' => '.',
            '/' or '\uFF0F' => '/',
            '+' => '+',
            '(' or '\uFF08' => '(',
            ')' or '\uFF09' => ')',
            _ => '\0',
        };

    /// <summary>
    /// Reads what stands between two groups: one visible separator at most, with one line end or space at each side of it.
    /// </summary>
    /// <returns>The visible one, or else <c>\n</c> where there is a line end, or else a space; NUL where no group follows.</returns>
    internal static char ReadSeparator(ReadOnlySpan<char> text, ref int at)
    {
        var separator = '\0';
        var visible = false;
        for (var read = 0; at < text.Length; read++, at++)
        {
            var next = Separator(text[at]);
            if (next == '\0')
            {
                return IsGroup(text[at]) ? separator : '\0';
            }

            var blank = next is ' ' or '\n';
            if (read == MaxSeparator || (!blank && visible) || (next == ' ' && separator == ' '))
            {
                return '\0';
            }

            visible |= !blank;
            separator = blank && (visible || separator == '\n') ? separator : next;
        }

        return '\0';
    }

    private static int FarDigit(char c)
    {
        if (c is >= '\u0900' and < '\u0E00')
        {
            var low = (c & 0x7F) - 0x66;
            return low is >= 0 and <= 9 ? low : -1;
        }

        var zero = c switch
        {
            <= '\u0669' => 0x0660,
            >= '\u06F0' and <= '\u06F9' => 0x06F0,
            >= '\u0E50' and <= '\u0E59' => 0x0E50,
            >= '\u0ED0' and <= '\u0ED9' => 0x0ED0,
            >= '\uFF10' and <= '\uFF19' => 0xFF10,
            _ => 0,
        };
        return zero == 0 ? -1 : c - zero;
    }
}
