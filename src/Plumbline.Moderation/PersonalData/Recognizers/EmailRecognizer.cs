using Plumbline.Moderation.PersonalData.Scanning;

namespace Plumbline.Moderation.PersonalData.Recognizers;

/// <summary>Finds e-mail addresses around an <c>@</c>: dot-atoms without what also stands in code and prose (RFC 5321, 4.1.2), letters of other scripts (RFC 6531), domains of IDNA.</summary>
internal static class EmailRecognizer
{
    private const int LongestLocal = 64;
    private const int LongestDomain = 253;
    private const int LongestLabel = 63;

    // "icon@2x.png" and packages with their versions look the same.
    private static readonly string[] Files =
    [
        "png",
        "jpg",
        "jpeg",
        "gif",
        "svg",
        "webp",
        "css",
        "js",
        "json",
        "html",
        "htm",
        "txt",
        "pdf",
        "xml",
        "yml",
        "yaml",
        "zip",
    ];

    /// <summary>Looks for one.</summary>
    /// <param name="scan">The scan.</param>
    /// <param name="at">Where the <c>@</c> stands.</param>
    internal static void Around(ref TextScan scan, int at)
    {
        if (scan.Plan.Email is not { } slot)
        {
            return;
        }

        scan.Work++;
        if (at == 0 || scan.Text[at - 1] == '@')
        {
            return;
        }

        var start = LocalStart(scan.Text, at);
        var end = start < at ? DomainEnd(scan.Text, at + 1) : at;
        scan.Work += Math.Max(0, end - start);
        if (end <= at + 1 || IsRemoteOfGit(scan.Text, start, at, end))
        {
            return;
        }

        scan.Add(slot.Rule, null, start, end, PersonalDataConfidence.Of(slot.Rule.Chance, 0, 0));
    }

    private static int LocalStart(ReadOnlySpan<char> text, int at)
    {
        var start = at;
        while (start > 0 && at - start <= LongestLocal && IsLocal(text[start - 1]))
        {
            start--;
        }

        if (start == at)
        {
            while (start > 0 && at - start <= LongestLocal && char.IsLetter(text[start - 1]))
            {
                start--;
            }
        }

        if (at - start > LongestLocal || (start < at && text[at - 1] == '.'))
        {
            return at;
        }

        // What stands before two dots is no part of it, nor is punctuation in front.
        var dots = text[start..at].LastIndexOf("..");
        start = dots < 0 ? start : start + dots + 2;
        while (start < at && text[start] is '.' or '-' or '+' or '%' or '&')
        {
            start++;
        }

        return start;
    }

    private static int DomainEnd(ReadOnlySpan<char> text, int start)
    {
        var (at, label, labels, last) = (start, start, 0, start);
        while (at < text.Length && at - start <= LongestDomain)
        {
            // Chinese or Japanese goes on right after an address in ASCII.
            var far = IsFarLetter(text[at]);
            if (!IsLabel(text[at]) || (far && at > label && !IsFarLetter(text[at - 1])))
            {
                break;
            }

            at++;
            if (
                at < text.Length
                && text[at] is '.' or '\u3002'
                && at + 1 < text.Length
                && IsLabel(text[at + 1])
                && at - label <= LongestLabel
            )
            {
                labels++;
                at++;
                label = at;
                last = at;
            }
        }

        var end = at;
        while (end > last && text[end - 1] == '-')
        {
            end--;
        }

        return labels > 0 && IsTopLevel(text[last..end]) && text[start] != '-' ? end : start - 1;
    }

    private static bool IsTopLevel(ReadOnlySpan<char> label)
    {
        if (label.Length is < 2 or > LongestLabel)
        {
            return false;
        }

        if (label.StartsWith("xn--", StringComparison.OrdinalIgnoreCase))
        {
            return label.Length > 4;
        }

        foreach (var c in label)
        {
            if (!IsLetterOrMark(c))
            {
                return false;
            }
        }

        foreach (var file in Files)
        {
            if (label.Equals(file, StringComparison.OrdinalIgnoreCase))
            {
                return false;
            }
        }

        return true;
    }

    // git@github.com:owner/repository names a server.
    private static bool IsRemoteOfGit(ReadOnlySpan<char> text, int start, int at, int end) =>
        text[start..at].SequenceEqual("git") && end < text.Length && text[end] is ':' or '/';

    private static bool IsLocal(char c) =>
        char.IsAsciiLetterOrDigit(c)
        || c is '.' or '_' or '%' or '+' or '-' or '&'
        || (c >= 0x80 && !IsFarLetter(c) && (IsLetterOrMark(c) || Characters.IsDigit(c)));

    private static bool IsLabel(char c) => char.IsAsciiLetterOrDigit(c) || c == '-' || (c >= 0x80 && IsLetterOrMark(c));

    private static bool IsLetterOrMark(char c) =>
        char.IsLetter(c)
        || char.GetUnicodeCategory(c)
            is System.Globalization.UnicodeCategory.NonSpacingMark
                or System.Globalization.UnicodeCategory.SpacingCombiningMark;

    // Scripts that are written without spaces: an address of ASCII ends where they begin.
    private static bool IsFarLetter(char c) => c >= 0x2E80 || c is >= '\u0E00' and <= '\u0EFF';
}
