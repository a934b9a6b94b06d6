using System.Text.RegularExpressions;

namespace Plumbline.Rewards;

/// <summary>
/// Regular expressions whose matching takes time linear in the text, so that no answer can hang a run. Look-around, backreferences and atomic groups do not exist
/// in them.
/// </summary>
internal static class LinearPattern
{
    /// <summary>The longest pattern in characters.</summary>
    private const int MaxLength = 4096;

    // The last match is found by way of all before it, each of which may look at the whole text.
    private const int MostMatches = 10_000;

    /// <summary>What may stand in an option that holds a pattern, to be read after "must be".</summary>
    public const string Range = "a regular expression that matches in linear time";

    /// <summary>Compiles a pattern.</summary>
    /// <exception cref="ArgumentException">It is no regular expression, or too long.</exception>
    /// <exception cref="NotSupportedException">It cannot be matched in linear time.</exception>
    public static Regex Compile(string pattern, RegexOptions options = RegexOptions.None) =>
        pattern.Length <= MaxLength
            ? new Regex(pattern, options | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, Regex.InfiniteMatchTimeout)
            : throw new ArgumentException($"it has more than {MaxLength} characters.", nameof(pattern));

    /// <summary>Why a pattern cannot be used, as a mend; null where it can.</summary>
    public static string? Fault(string pattern)
    {
        try
        {
            Compile(pattern);
            return null;
        }
        catch (Exception failure) when (failure is ArgumentException or NotSupportedException)
        {
            return $"{failure.Message} Look-around, backreferences, atomic groups and very large repetitions are not supported.";
        }
    }

    /// <summary>
    /// What the last match holds: its group <c>answer</c>, else its first group, else all of it. Null where there is none, or more than 10,000 matches.
    /// </summary>
    public static string? Extract(Regex pattern, string text)
    {
        Match? last = null;
        var count = 0;
        for (var match = pattern.Match(text); match.Success; match = match.NextMatch())
        {
            if (++count > MostMatches)
            {
                return null;
            }

            last = match;
        }

        if (last is null)
        {
            return null;
        }

        var group =
            pattern.GroupNumberFromName("answer") >= 0 ? last.Groups["answer"]
            : last.Groups.Count > 1 ? last.Groups[1]
            : last;
        return group.Success ? group.Value : null;
    }
}
