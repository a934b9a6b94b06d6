using Plumbline.Moderation.PersonalData.Scanning;

namespace Plumbline.Moderation.PersonalData.Recognizers;

/// <summary>Finds hardware addresses (IEEE 802): <c>00:1B:44:11:3A:B7</c>, with hyphens, or <c>001b.4411.3ab7</c>.</summary>
internal static class MacRecognizer
{
    private const int Length = 17;
    private const int DottedLength = 14;

    /// <summary>Looks for one that begins with the group at a place.</summary>
    internal static void Begin(ref TextScan scan, int start)
    {
        var text = scan.Text;
        if (scan.Plan.Mac is not { } slot || start + DottedLength > text.Length)
        {
            return;
        }

        var separator = text[start + 2] is ':' or '-' ? text[start + 2] : '.';
        var (group, length) = separator == '.' ? (4, DottedLength) : (2, Length);
        var end = start + length;
        if (end > text.Length || !IsAddress(text[start..end], separator, group))
        {
            return;
        }

        var before = start > 0 ? text[start - 1] : ' ';
        var after = end < text.Length ? text[end] : ' ';
        var further = end + 1 < text.Length ? text[end + 1] : ' ';
        if (
            char.IsAsciiLetterOrDigit(before)
            || before == separator
            || char.IsAsciiLetterOrDigit(after)
            || (after == separator && char.IsAsciiHexDigit(further))
        )
        {
            return;
        }

        scan.Work += length;
        scan.Add(slot.Rule, null, start, end, PersonalDataConfidence.Of(slot.Rule.Chance, 0, 0));
    }

    private static bool IsAddress(ReadOnlySpan<char> value, char separator, int group)
    {
        for (var i = 0; i < value.Length; i++)
        {
            var apart = i % (group + 1) == group;
            if (apart ? value[i] != separator : !char.IsAsciiHexDigit(value[i]))
            {
                return false;
            }
        }

        // No digit is a word or a list, and neither "nothing" nor "everyone" is an address.
        return value.ContainsAnyExcept("0:-.")
            && value.ContainsAnyExcept("fF:-.")
            && (separator != '.' || value.ContainsAnyInRange('0', '9'));
    }
}
