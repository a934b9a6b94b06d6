using System.Buffers;
using Plumbline.Moderation.PersonalData.Scanning;

namespace Plumbline.Moderation.PersonalData.Recognizers;

/// <summary>Finds <c>user:password</c> in addresses such as <c>postgres://user:password@host</c> (RFC 3986, 3.2.1).</summary>
internal static class LoginRecognizer
{
    private const int Longest = 512;
    private static readonly SearchValues<char> Ends = SearchValues.Create("/?# \t\r\n\"'<>`|\\{}");

    /// <summary>Whether an address goes on after its scheme at a colon.</summary>
    internal static bool Begins(ReadOnlySpan<char> text, int at) => at + 2 < text.Length && text[at + 1] == '/' && text[at + 2] == '/';

    /// <summary>Looks for one after a scheme.</summary>
    /// <param name="scan">The scan.</param>
    /// <param name="at">Where <c>://</c> stands.</param>
    /// <returns>Where to look on from.</returns>
    internal static int After(ref TextScan scan, int at)
    {
        var start = at + 3;
        var authority = scan.Text[start..Math.Min(scan.Text.Length, start + Longest)];
        var length = authority.IndexOfAny(Ends);
        authority = length < 0 ? authority : authority[..length];
        scan.Work += authority.Length;
        var user = authority.LastIndexOf('@');
        var colon = user < 0 ? -1 : authority[..user].IndexOf(':');
        if (colon >= 0 && colon < user - 1 && at > 0 && char.IsAsciiLetterOrDigit(scan.Text[at - 1]) && scan.Plan.Login is { } slot)
        {
            scan.Add(slot.Rule, null, start, start + user, PersonalDataConfidence.Of(slot.Rule.Chance, PersonalDataConfidence.Own, 0));
        }

        return start;
    }
}
