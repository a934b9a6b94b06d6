using Plumbline.Moderation.PersonalData.Scanning;

namespace Plumbline.Moderation.PersonalData.Recognizers;

/// <summary>A group of a telephone number.</summary>
/// <param name="Digits">How many digits the number has up to its end.</param>
/// <param name="End">Where it ends in the text.</param>
/// <param name="Separator">What follows.</param>
internal readonly record struct PhoneGroup(int Digits, int End, char Separator);

/// <summary>Digits in groups, read until something follows that telephone numbers do not have.</summary>
internal ref struct PhoneNumber(Span<char> digits, Span<PhoneGroup> groups)
{
    private readonly Span<char> digits = digits;
    private readonly Span<PhoneGroup> groups = groups;
    private int read;

    internal readonly ReadOnlySpan<char> Digits => digits[..read];

    internal readonly ReadOnlySpan<PhoneGroup> Groups => groups[..Count];

    /// <summary>How many groups there are.</summary>
    internal int Count { get; private set; }

    /// <summary>Up to where it was read.</summary>
    internal int End { get; private set; }

    internal void Read(ReadOnlySpan<char> text, int start)
    {
        var at = start;
        while (Count < groups.Length)
        {
            var before = read;
            while (at < text.Length && Characters.Digit(text[at]) is >= 0 and var digit)
            {
                if (read == digits.Length)
                {
                    // A run that is too long is none, and what stood before it may be.
                    read = before;
                    End = at;
                    return;
                }

                digits[read++] = (char)('0' + digit);
                at++;
            }

            if (read == before)
            {
                break;
            }

            var end = at;
            var separator = ReadSeparator(text, ref at);
            groups[Count++] = new PhoneGroup(read, end, separator);
            if (separator == '\0')
            {
                break;
            }
        }

        End = at;
    }

    // As for other numbers, with the brackets of "+49 (0) 30", whose zero is left out, and of "(212) 555".
    private static char ReadSeparator(ReadOnlySpan<char> text, ref int at)
    {
        var from = at;
        var rest = text[at..];
        var trunk =
            rest.StartsWith(" (0)") ? 4
            : rest.StartsWith("(0)") ? 3
            : 0;
        if (trunk > 0)
        {
            at += trunk;
            at += at < text.Length && text[at] == ' ' ? 1 : 0;
            return at < text.Length && Characters.IsDigit(text[at]) ? ' ' : '\0';
        }

        var seen = ' ';
        while (at < text.Length && at - from < 4)
        {
            var next = Characters.Separator(text[at]);
            if (next is '\0' or '+')
            {
                break;
            }

            if (next is not (' ' or '\n'))
            {
                if (seen is '-' or '.' or '/')
                {
                    return '\0';
                }

                seen = next;
            }

            at++;
        }

        return at > from && at < text.Length && Characters.IsDigit(text[at]) ? seen : '\0';
    }
}
