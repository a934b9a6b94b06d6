using Plumbline.Findings;

namespace Plumbline.Moderation.PersonalData.Scanning;

/// <summary>One text while it is scanned: what was found, how far words were read, buffers.</summary>
internal ref struct TextScan
{
    private const int Before = 48;
    private const int After = 24;
    private const int LongestWord = 32;

    private readonly Span<int> lastWord;
    private int wordsRead;

    internal TextScan(
        ScanPlan plan,
        ReadOnlySpan<char> text,
        List<PersonalDataMatch> matches,
        Span<int> lastWord,
        Span<char> value,
        Span<int> places
    )
    {
        Plan = plan;
        Text = text;
        Matches = matches;
        Value = value;
        Places = places;
        this.lastWord = lastWord;
        lastWord.Fill(-1);
    }

    internal ScanPlan Plan { get; }

    internal ReadOnlySpan<char> Text { get; }

    internal List<PersonalDataMatch> Matches { get; }

    /// <summary>A buffer for a value without separators.</summary>
    internal Span<char> Value { get; }

    /// <summary>A buffer for where each of its characters stands.</summary>
    internal Span<int> Places { get; }

    /// <summary>Up to where secrets were looked for.</summary>
    internal int SecretsRead { get; set; }

    /// <summary>Where the next end of a PEM block stands; −1 for not looked for yet.</summary>
    internal int NextPemEnd { get; set; } = -1;

    /// <summary>Characters looked at one by one: what grows where a text is hostile.</summary>
    internal long Work { get; set; }

    /// <summary>Whether a word of the group ends at most <paramref name="before"/> characters before the place, or begins soon after it.</summary>
    internal bool IsNear(int group, int start, int end, int before = Before, int after = After)
    {
        ReadWords(start, end, Before, After);
        var (from, to) = (Math.Max(0, start - before), end + after + LongestWord);
        return Within(lastWord[2 * group], from, to) || Within(lastWord[(2 * group) + 1], from, to);
    }

    /// <summary>Whether a word of the group ends before the place, and not more than <paramref name="before"/> characters.</summary>
    internal bool IsBehind(int group, int start, int before)
    {
        ReadWords(start, start, Before, 0);
        var from = Math.Max(0, start - before);
        return Within(lastWord[2 * group], from, start) || Within(lastWord[(2 * group) + 1], from, start);
    }

    /// <summary>Takes a match down where it is sure enough.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="country">The country; null for the rule's own.</param>
    /// <param name="start">Its first character.</param>
    /// <param name="end">The first one after it.</param>
    /// <param name="confidence">How sure it is.</param>
    internal readonly bool Add(PersonalDataRule rule, string? country, int start, int end, double confidence)
    {
        if (confidence < Plan.LeastConfidence - 1e-9)
        {
            return false;
        }

        Matches.Add(new PersonalDataMatch(rule, country ?? rule.Country, TextSpan.Between(start, end), confidence));
        return true;
    }

    private static bool Within(int word, int from, int to) => word >= from && word <= to;

    private void ReadWords(int start, int end, int before, int after)
    {
        var from = Math.Max(wordsRead, start - before);
        var to = Math.Min(Text.Length, end + after);
        if (from < to)
        {
            Work += to - from;
            Plan.Words.Scan(Text, from, to, lastWord);
            wordsRead = to;
        }
    }
}
