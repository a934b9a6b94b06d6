using System.Buffers;
using Plumbline.Findings;

namespace Plumbline.Moderation.Languages;

/// <summary>Cuts a text into runs of one language each.</summary>
/// <remarks>
/// A window ends behind what ends a sentence, a line or a quotation, where letters of another script begin, and at <see cref="Longest"/> units. One that says little begins no run
/// unless its language is certain: a name, a number, an interjection goes to the run before it.
/// </remarks>
internal static class LanguageSegmentation
{
    /// <summary>The longest window, in UTF-16 units.</summary>
    public const int Longest = 240;

    /// <summary>A sentence that says less than this many Latin letters would is read with the next, and a window that does is short.</summary>
    private const int Short = 24;

    /// <summary>The same for what stands before a quotation, a list or the end of a line.</summary>
    private const int VeryShort = 8;

    /// <summary>How likely its language must be for a short window to begin a run.</summary>
    private const double Certain = 0.95;

    /// <summary>A change of script that says less than this stays in its window: a name, a formula.</summary>
    private const int Brief = 6;

    private static readonly SearchValues<char> Ends = SearchValues.Create(
        ".!?;\u3002\uFF01\uFF1F\u061F\u06D4\u0964\u0965\u1362\u104B\u17D4\u0F0D"
    );

    private static readonly SearchValues<char> Breaks = SearchValues.Create(
        "\n\r\u0085\u2028\u2029:\"\u201C\u201D\u201E\u00AB\u00BB()[]{}<>|\uFF1A\u300C\u300D"
    );

    /// <summary>The runs of a text.</summary>
    public static IReadOnlyList<LanguageRun> Of(LanguageIdentifier identifier, ReadOnlySpan<char> text)
    {
        var runs = new List<LanguageRun>();
        for (var start = 0; start < text.Length; )
        {
            var (length, said) = Window(text[start..]);
            var guess = identifier.Identify(text.Slice(start, length));
            var end = start + length;
            // What says too little at the beginning goes to the first run.
            if (runs.Count > 0 || said >= Short || guess.IsKnown || end == text.Length)
            {
                Add(runs, new LanguageRun(TextSpan.Between(runs.Count == 0 ? 0 : start, end), guess), said < Short);
            }

            start = end;
        }

        return runs;
    }

    /// <summary>The next window: its length and how much it says.</summary>
    private static (int Length, int Said) Window(ReadOnlySpan<char> text)
    {
        var (main, said, other, otherSaid, otherAt) = (Script.Zyyy, 0, Script.Zyyy, 0, 0);
        var i = 0;
        for (; i < text.Length; i++)
        {
            var script = Scripts.Of(text[i]);
            if (script == Script.Zyyy)
            {
                if (other == Script.Zyyy && IsEnd(text[i], i, said))
                {
                    i++;
                    break;
                }
            }
            else if (main == Script.Zyyy || script == main)
            {
                (main, said, other, otherSaid) = (script, said + Scripts.Weight(script), Script.Zyyy, 0);
            }
            else
            {
                (other, otherSaid, otherAt) =
                    other == script ? (other, otherSaid + Scripts.Weight(script), otherAt) : (script, Scripts.Weight(script), i);
                if (otherSaid >= Brief)
                {
                    return (otherAt, said);
                }
            }

            if (i >= 2 * Longest)
            {
                break;
            }
        }

        // A pair of surrogates stays together.
        i += i > 0 && i < text.Length && char.IsHighSurrogate(text[i - 1]) && char.IsLowSurrogate(text[i]) ? 1 : 0;
        return (Math.Min(i, text.Length), said);
    }

    private static bool IsEnd(char value, int at, int said) =>
        (said >= Short && (Ends.Contains(value) || (at >= Longest && value == ' '))) || (said >= VeryShort && Breaks.Contains(value));

    private static void Add(List<LanguageRun> runs, LanguageRun run, bool isShort)
    {
        if (runs.Count == 0)
        {
            runs.Add(run);
            return;
        }

        var last = runs[^1];
        var isSame = run.Guess.Language == last.Guess.Language && run.Guess.Script == last.Guess.Script;
        var isPassedOver = isShort && (!run.Guess.IsKnown || run.Guess.Probability < Certain || run.Guess.Language == last.Guess.Language);
        if (isSame || isPassedOver)
        {
            var probability = isPassedOver ? last.Guess.Probability : Math.Min(last.Guess.Probability, run.Guess.Probability);
            runs[^1] = new LanguageRun(last.Span.Joined(run.Span), last.Guess with { Probability = probability });
        }
        else
        {
            runs.Add(run);
        }
    }
}
