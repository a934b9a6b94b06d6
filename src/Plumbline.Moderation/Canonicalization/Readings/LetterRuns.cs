using System.Buffers;
using Plumbline.Findings;
using Plumbline.Moderation.Canonicalization.Language;

namespace Plumbline.Moderation.Canonicalization.Readings;

/// <summary>What a pair of neighbouring letters counts in a sum.</summary>
internal interface IPairWeight
{
    /// <summary>In eighths of a nat.</summary>
    /// <param name="before">The state before.</param>
    /// <param name="state">The state at <paramref name="index"/>.</param>
    /// <param name="text">The text.</param>
    /// <param name="index">Where the second stands.</param>
    int Weigh(int before, int state, string text, int index);
}

/// <summary>Finds the runs of a text in which a sum over pairs of neighbouring letters is high (Kadane's maximum subarrays, one after the other).</summary>
internal static class LetterRuns
{
    /// <summary>How much may be lost, in nats, to reach the end of a line or a quotation.</summary>
    private const double Slack = 6;
    private static readonly SearchValues<char> Bounds = SearchValues.Create("\n\r\"`<>[]{}|:“”");

    /// <summary>Whether some run exceeds a threshold: a pass without branches that spares most texts the search.</summary>
    /// <param name="text">The text.</param>
    /// <param name="threshold">In nats.</param>
    /// <param name="weights">What each pair counts, by both states; two that are no letters must count nothing.</param>
    /// <param name="capitalAtEnd">What a capital counts between a small letter and none.</param>
    public static bool MayExceed(string text, double threshold, sbyte[] weights, int capitalAtEnd)
    {
        // Cases of the last three characters, two bits each: small, capital, none.
        const int OddEnd = (1 << 4) | (2 << 2);
        var (sum, peak, before, cases) = (0, 0, 0, 0);
        foreach (var unit in text)
        {
            var state = LetterPairs.StateOf(unit);
            cases = ((cases << 2) & 0x3F) | (state == 0 ? 0 : 2 - (unit >> 5 & 1));
            sum = Math.Max(0, sum + weights[(before * LetterPairs.States) + state] + (cases == OddEnd ? capitalAtEnd : 0));
            peak = Math.Max(peak, sum);
            before = state;
        }

        return peak >= (int)(threshold * LetterPairs.PerNat);
    }

    /// <summary>The runs, in order, whose sums exceed a threshold; each begins where the sum leaves 0 and ends where it is highest.</summary>
    /// <param name="text">The text.</param>
    /// <param name="threshold">In nats.</param>
    /// <param name="weight">What each pair counts.</param>
    public static List<TextSpan>? Find<TWeight>(string text, double threshold, TWeight weight)
        where TWeight : struct, IPairWeight
    {
        List<TextSpan>? runs = null;
        var least = (int)(threshold * LetterPairs.PerNat);
        var (sum, peak, start, end, before) = (0, 0, 0, 0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            var state = LetterPairs.StateOf(text[i]);
            if ((before | state) == 0)
            {
                continue;
            }

            sum += weight.Weigh(before, state, text, i);
            before = state;
            (peak, end) = sum > peak ? (sum, i + 1) : (peak, end);
            // What falls this far below its peak is another text.
            if (sum <= 0 || (peak >= least && peak - sum >= least))
            {
                if (peak >= least)
                {
                    (runs ??= []).Add(TextSpan.Between(start, end));
                }

                (sum, peak, start) = (0, 0, i + 1);
            }
        }

        if (peak >= least)
        {
            (runs ??= []).Add(TextSpan.Between(start, end));
        }

        return runs;
    }

    /// <summary>Widens runs to whole words, and to the ends of their line or quotation where that costs little; runs that meet become one.</summary>
    public static List<TextSpan> Widen<TWeight>(string text, IReadOnlyList<TextSpan> runs, TWeight weight)
        where TWeight : struct, IPairWeight
    {
        var wide = new List<TextSpan>(runs.Count);
        var floor = 0;
        for (var i = 0; i < runs.Count; i++)
        {
            var ceiling = i + 1 < runs.Count ? runs[i + 1].Start : text.Length;
            var (start, end) = (WordStart(text, Math.Max(runs[i].Start, floor), floor), WordEnd(text, runs[i].End));
            var bound = text.AsSpan(floor, Math.Max(0, start - floor)).LastIndexOfAny(Bounds);
            var lineStart = Math.Min(start, floor + bound + 1);
            var lineEnd =
                end >= ceiling ? end
                : text.AsSpan(end, ceiling - end).IndexOfAny(Bounds) is var next and >= 0 ? end + next
                : ceiling;
            start = Sum(text, lineStart, start, weight) > -Slack ? lineStart : start;
            end = Sum(text, end, lineEnd, weight) > -Slack ? lineEnd : end;
            if (wide.Count > 0 && start <= wide[^1].End)
            {
                wide[^1] = TextSpan.Between(wide[^1].Start, Math.Max(end, wide[^1].End));
            }
            else if (Trim(text, start, end) is { Length: > 0 } trimmed)
            {
                wide.Add(trimmed);
            }

            floor = wide.Count > 0 ? wide[^1].End : 0;
        }

        return wide;
    }

    /// <summary>Whether a run reaches from one bound of a line or quotation to the next.</summary>
    public static bool FillsLine(string text, TextSpan run)
    {
        var (before, after) = (run.Start - 1, run.End);
        while (before >= 0 && text[before] == ' ')
        {
            before--;
        }

        while (after < text.Length && text[after] == ' ')
        {
            after++;
        }

        return (before < 0 || Bounds.Contains(text[before])) && (after >= text.Length || Bounds.Contains(text[after]));
    }

    /// <summary>Whether most of a run is letters and the spaces between them.</summary>
    public static bool IsProse(ReadOnlySpan<char> run)
    {
        var count = 0;
        foreach (var unit in run)
        {
            count += char.IsLetter(unit) || unit == ' ' ? 1 : 0;
        }

        return count * 100 >= run.Length * 80;
    }

    /// <summary>What the pairs of a run count together, in nats.</summary>
    public static double Sum<TWeight>(string text, int start, int end, TWeight weight)
        where TWeight : struct, IPairWeight
    {
        var (before, sum) = (0, 0L);
        for (var i = start; i < end; i++)
        {
            var state = LetterPairs.StateOf(text[i]);
            sum += (before | state) == 0 ? 0 : weight.Weigh(before, state, text, i);
            before = state;
        }

        return (double)sum / LetterPairs.PerNat;
    }

    private static TextSpan Trim(string text, int start, int end)
    {
        while (start < end && char.IsWhiteSpace(text[start]))
        {
            start++;
        }

        while (end > start && char.IsWhiteSpace(text[end - 1]))
        {
            end--;
        }

        return TextSpan.Between(start, end);
    }

    private static int WordStart(string text, int at, int floor)
    {
        while (at > floor && char.IsLetterOrDigit(text[at - 1]))
        {
            at--;
        }

        return at;
    }

    private static int WordEnd(string text, int at)
    {
        while (at < text.Length && char.IsLetterOrDigit(text[at]))
        {
            at++;
        }

        return at;
    }
}
