using Plumbline.Findings;
using Plumbline.Moderation.Canonicalization.Language;

namespace Plumbline.Moderation.Canonicalization.Readings;

/// <summary>Finds the runs of a text in which a sum over pairs of neighbouring letters is high (Kadane's maximum subarrays, one after the other).</summary>
internal static class LetterRuns
{
    /// <summary>How much may be lost, in nats, to reach the end of a line or a quotation.</summary>
    private const double Slack = 6;
    private const string Bounds = "\n\r\"`<>[]{}|:“”";

    /// <summary>What a pair counts, in eighths of a nat.</summary>
    /// <param name="before">The state before.</param>
    /// <param name="state">The state at <paramref name="index"/>.</param>
    /// <param name="index">Where the second stands.</param>
    public delegate int Weight(int before, int state, int index);

    /// <summary>The runs, in order, whose sums exceed a threshold; each begins where the sum leaves 0 and ends where it is highest.</summary>
    /// <param name="text">The text.</param>
    /// <param name="threshold">In nats.</param>
    /// <param name="weigh">What each pair counts.</param>
    public static List<TextSpan> Find(string text, double threshold, Weight weigh)
    {
        var runs = new List<TextSpan>(0);
        var least = (int)(threshold * LetterPairs.PerNat);
        var (sum, peak, start, end, before) = (0, 0, 0, 0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            var state = LetterPairs.StateOf(text[i]);
            if ((before | state) == 0)
            {
                continue;
            }

            sum += weigh(before, state, i);
            before = state;
            if (sum <= 0)
            {
                Close();
            }
            else
            {
                // What falls this far below its peak is another text.
                (peak, end) = sum > peak ? (sum, i + 1) : (peak, end);
                if (peak >= least && peak - sum >= least)
                {
                    Close();
                }
            }

            void Close()
            {
                if (peak >= least)
                {
                    runs.Add(TextSpan.Between(start, end));
                }

                (sum, peak, start) = (0, 0, i + 1);
            }
        }

        if (peak >= least)
        {
            runs.Add(TextSpan.Between(start, end));
        }

        return runs;
    }

    /// <summary>Widens runs to whole words, and to the ends of their line or quotation where that costs little; runs that meet become one.</summary>
    public static List<TextSpan> Widen(string text, IReadOnlyList<TextSpan> runs, Weight weigh)
    {
        var wide = new List<TextSpan>(runs.Count);
        var floor = 0;
        for (var i = 0; i < runs.Count; i++)
        {
            var ceiling = i + 1 < runs.Count ? runs[i + 1].Start : text.Length;
            var (start, end) = (WordStart(text, runs[i].Start, floor), WordEnd(text, runs[i].End, text.Length));
            var lineStart = start;
            while (lineStart > floor && !Bounds.Contains(text[lineStart - 1], StringComparison.Ordinal))
            {
                lineStart--;
            }

            var lineEnd = end;
            while (lineEnd < ceiling && !Bounds.Contains(text[lineEnd], StringComparison.Ordinal))
            {
                lineEnd++;
            }

            start = Sum(text, lineStart, start, weigh) > -Slack ? lineStart : start;
            end = Sum(text, end, lineEnd, weigh) > -Slack ? Math.Max(end, lineEnd) : end;
            if (wide.Count > 0 && start <= wide[^1].End)
            {
                wide[^1] = TextSpan.Between(wide[^1].Start, Math.Max(end, wide[^1].End));
            }
            else
            {
                wide.Add(Trim(text, start, end));
            }

            floor = wide[^1].End;
        }

        return wide;
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

        return (before < 0 || Bounds.Contains(text[before], StringComparison.Ordinal))
            && (after >= text.Length || Bounds.Contains(text[after], StringComparison.Ordinal));
    }

    /// <summary>What the pairs of a run count together, in nats.</summary>
    public static double Sum(string text, int start, int end, Weight weigh)
    {
        var (before, sum) = (0, 0L);
        for (var i = start; i < end; i++)
        {
            var state = LetterPairs.StateOf(text[i]);
            sum += (before | state) == 0 ? 0 : weigh(before, state, i);
            before = state;
        }

        return (double)sum / LetterPairs.PerNat;
    }

    private static int WordStart(string text, int at, int floor)
    {
        while (at > floor && char.IsLetterOrDigit(text[at - 1]))
        {
            at--;
        }

        return at;
    }

    private static int WordEnd(string text, int at, int ceiling)
    {
        while (at < ceiling && char.IsLetterOrDigit(text[at]))
        {
            at++;
        }

        return at;
    }
}
