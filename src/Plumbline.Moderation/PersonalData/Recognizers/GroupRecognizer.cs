using Plumbline.Moderation.PersonalData.Scanning;

namespace Plumbline.Moderation.PersonalData.Recognizers;

/// <summary>Looks at a group of letters and digits from every side.</summary>
internal static class GroupRecognizer
{
    private const int FurthestBack = 24;
    private const int MostGroupsBack = 2;

    /// <summary>Looks at the group around a digit.</summary>
    /// <param name="scan">The scan.</param>
    /// <param name="digit">The first digit of the group.</param>
    /// <returns>Where the group ends.</returns>
    internal static int Around(ref TextScan scan, int digit)
    {
        var text = scan.Text;
        var start = digit;
        while (start > 0 && digit - start < FurthestBack && char.IsAsciiLetter(text[start - 1]))
        {
            start--;
        }

        var (end, digits) = (digit, 0);
        while (end < text.Length && Characters.IsGroup(text[end]))
        {
            digits += Characters.IsDigit(text[end]) ? 1 : 0;
            end++;
        }

        scan.Work += end - start;
        CryptoRecognizer.Is(ref scan, start, end);
        IbanRecognizer.Begin(ref scan, start);
        if (end - start <= NumberTrie.MaxCharacters)
        {
            Short(ref scan, start, end, digits);
        }

        return end;
    }

    private static void Short(ref TextScan scan, int start, int end, int digits)
    {
        NumberRecognizer.Begin(ref scan, start);
        var back = LettersBefore(scan.Text, start);
        for (var groups = 0; back >= 0 && groups < MostGroupsBack; groups++)
        {
            NumberRecognizer.Begin(ref scan, back);
            back = LettersBefore(scan.Text, back);
        }

        var length = end - start;
        if (digits == length)
        {
            PhoneRecognizer.Begin(ref scan, start);
            BirthDateRecognizer.Begin(ref scan, start, end);
            if (length <= 3 && end < scan.Text.Length && scan.Text[end] == '.')
            {
                IpRecognizer.BeginV4(ref scan, start);
            }
        }

        if (length <= 4 && end < scan.Text.Length)
        {
            var next = scan.Text[end];
            if (next == ':')
            {
                IpRecognizer.BeginV6(ref scan, start);
            }

            if (next is ':' or '-' or '.' && length is 2 or 4)
            {
                MacRecognizer.Begin(ref scan, start);
            }
        }

        DocumentRecognizer.Is(ref scan, start, end, digits);
        AddressRecognizer.AtPostalCode(ref scan, start, end, digits);
    }

    // "AB 12 34 56 C" begins before its first digit.
    private static int LettersBefore(ReadOnlySpan<char> text, int start)
    {
        var at = start - 2;
        if (at < 0 || Characters.Separator(text[start - 1]) is not (' ' or '-' or '\n'))
        {
            return -1;
        }

        var first = at;
        while (first >= 0 && at - first < 4 && char.IsAsciiLetter(text[first]))
        {
            first--;
        }

        var length = at - first;
        return length is >= 1 and <= 3 && (first < 0 || !Characters.IsGroup(text[first])) ? first + 1 : -1;
    }
}
