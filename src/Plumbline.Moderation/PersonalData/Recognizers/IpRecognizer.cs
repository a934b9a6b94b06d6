using Plumbline.Moderation.PersonalData.Scanning;

namespace Plumbline.Moderation.PersonalData.Recognizers;

/// <summary>Finds public addresses of the Internet.</summary>
internal static class IpRecognizer
{
    private const int LongestV6 = 45;
    private static readonly string[] VersionWords =
    [
        "version",
        "ver.",
        "v.",
        "release",
        "build",
        "firmware",
        "driver",
        "section",
        "chapter",
    ];

    /// <summary>Looks for an IPv4 address that begins with the digits at a place.</summary>
    internal static void BeginV4(ref TextScan scan, int start)
    {
        var text = scan.Text;
        if (
            scan.Plan.IpV4 is not { } slot
            || (start > 0 && text[start - 1] is '.' or '_' or '-' or '/' && start > 1 && char.IsAsciiLetterOrDigit(text[start - 2]))
        )
        {
            return;
        }

        Span<int> parts = stackalloc int[4];
        var at = start;
        for (var part = 0; part < 4; part++)
        {
            if (part > 0 && (at >= text.Length || text[at++] != '.'))
            {
                return;
            }

            var first = at;
            while (at < text.Length && at - first < 4 && char.IsAsciiDigit(text[at]))
            {
                at++;
            }

            if (at - first is 0 or > 3 || (at - first > 1 && text[first] == '0') || int.Parse(text[first..at]) is > 255 and var value)
            {
                return;
            }

            parts[part] = int.Parse(text[first..at]);
        }

        var goesOn =
            at < text.Length
            && (
                Characters.IsGroup(text[at])
                || text[at] == '_'
                || (text[at] == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1]))
            );
        if (goesOn || !IsPublicV4(parts) || IsVersion(text, start))
        {
            return;
        }

        var near = scan.IsNear(slot.Group, start, at) ? PersonalDataConfidence.Near : 0;
        var small = parts[0] < 20 && parts[1] < 20 && parts[2] < 20 && parts[3] < 20;
        scan.Add(slot.Rule, null, start, at, PersonalDataConfidence.Of(small ? 1 : slot.Rule.Chance, 0, near));
    }

    /// <summary>Looks for an IPv6 address that begins with the group at a place.</summary>
    internal static void BeginV6(ref TextScan scan, int start)
    {
        var text = scan.Text;
        if (scan.Plan.IpV6 is not { } slot || text[start] is not ('2' or '3') || (start > 0 && text[start - 1] is ':' or '.' or '_' or '-'))
        {
            return;
        }

        var (end, colons) = (start, 0);
        while (end < text.Length && end - start <= LongestV6 && (char.IsAsciiHexDigit(text[end]) || text[end] is ':' or '.'))
        {
            colons += text[end] == ':' ? 1 : 0;
            end++;
        }

        scan.Work += end - start;
        while (end > start && (text[end - 1] == '.' || (text[end - 1] == ':' && text[end - 2] != ':')))
        {
            end--;
        }

        if (colons < 2 || end - start > LongestV6 || (end < text.Length && Characters.IsGroup(text[end])))
        {
            return;
        }

        if (TryParseV6(text[start..end], out var first, out var second) && IsPublicV6(first, second))
        {
            scan.Add(slot.Rule, null, start, end, PersonalDataConfidence.Of(slot.Rule.Chance, 0, 0));
        }
    }

    /// <summary>Whether it may be somebody's: in none of RFC 6890's ranges for private use, documentation, tests, or groups.</summary>
    internal static bool IsPublicV4(ReadOnlySpan<int> parts) =>
        (parts[0], parts[1], parts[2]) switch
        {
            (0 or 10 or 127 or >= 224, _, _) => false,
            (100, >= 64 and <= 127, _) => false,
            (169, 254, _) => false,
            (172, >= 16 and <= 31, _) => false,
            (192, 168, _) => false,
            (192, 0, 0 or 2) => false,
            (192, 88, 99) => false,
            (198, 18 or 19, _) => false,
            (198, 51, 100) => false,
            (203, 0, 113) => false,
            _ => true,
        };

    private static bool IsPublicV6(int first, int second) =>
        first is >= 0x2000 and <= 0x3FFF && !(first == 0x2001 && second is 0xDB8 or < 0x200) && first != 0x2002 && first != 0x3FFF;

    // Eight groups of up to four digits; "::" for one or more groups of zeros; the last two may be an IPv4 address.
    private static bool TryParseV6(ReadOnlySpan<char> text, out int first, out int second)
    {
        (first, second) = (0, 0);
        var (groups, gap, at) = (0, false, 0);
        while (at < text.Length)
        {
            if (text[at] == ':')
            {
                if (at + 1 < text.Length && text[at + 1] == ':')
                {
                    if (gap)
                    {
                        return false;
                    }

                    gap = true;
                    at += 2;
                    continue;
                }

                at++;
            }

            var (start, value) = (at, 0);
            while (at < text.Length && char.IsAsciiHexDigit(text[at]) && at - start < 5)
            {
                value = (value * 16) + Convert.ToInt32(Hex(text[at++]));
            }

            if (at < text.Length && text[at] == '.')
            {
                groups += 2;
                return text[start..].Count('.') == 3 && (groups == 8 || (gap && groups < 8));
            }

            if (at - start is 0 or > 4)
            {
                return false;
            }

            first = groups == 0 ? value : first;
            second = groups == 1 && !gap ? value : second;
            groups++;
        }

        return groups == 8 ? !gap : gap && groups < 8;
    }

    private static int Hex(char c) => char.IsAsciiDigit(c) ? c - '0' : (c | 0x20) - 'a' + 10;

    private static bool IsVersion(ReadOnlySpan<char> text, int start)
    {
        var before = text[Math.Max(0, start - 12)..start].TrimEnd(" :=");
        foreach (var word in VersionWords)
        {
            if (before.EndsWith(word, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return start > 0 && text[start - 1] is 'v' or 'V';
    }
}
