using System.Buffers;
using Plumbline.Findings;

namespace Plumbline.Moderation.Languages;

/// <summary>Cuts a text into runs of one language each.</summary>
/// <remarks>
/// A window ends behind what ends a sentence, a line or a quotation, where letters of another script begin, and at <see cref="Longest"/> units. A window of few letters joins the
/// next of the same script. What stays unknown and is short goes to the run before it: a name, a number, an interjection.
/// </remarks>
internal static class LanguageSegmentation
{
    /// <summary>The longest window, in UTF-16 units.</summary>
    public const int Longest = 240;

    /// <summary>Windows that say less than this many Latin letters would are joined with the next.</summary>
    private const int Short = 24;

    /// <summary>A change of script that says less than this stays in its window: a name, a formula.</summary>
    private const int Brief = 6;

    private static readonly SearchValues<char> Ends = SearchValues.Create(".!?\n\r\u0085\u2028\u2029:;\"\u201C\u201D\u201E\u00AB\u00BB()[]{}<>|\u3002\uFF01\uFF1F\uFF1A\u300C\u300D\u061F\u06D4\u0964\u0965\u1362\u104B\u17D4\u0F0D");

    /// <summary>The runs of a text.</summary>
    public static IReadOnlyList<LanguageRun> Of(LanguageIdentifier identifier, ReadOnlySpan<char> text)
    {
        var runs = new List<LanguageRun>();
        for (var start = 0; start < text.Length; )
        {
            var (length, said) = Window(text[start..]);
            var guess = identifier.Identify(text.Slice(start, length));
            Add(runs, new LanguageRun(new TextSpan(start, length), guess), said < Short);
            start += length;
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
                if (said >= Short && other == Script.Zyyy && (Ends.Contains(text[i]) || (i >= Longest && text[i] == ' ')))
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
                (other, otherSaid, otherAt) = other == script ? (other, otherSaid + Scripts.Weight(script), otherAt) : (script, Scripts.Weight(script), i);
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

    private static void Add(List<LanguageRun> runs, LanguageRun run, bool isShort)
    {
        if (runs.Count == 0)
        {
            runs.Add(run);
            return;
        }

        var last = runs[^1];
        if (run.Guess.Language == last.Guess.Language && (run.Guess.Script == last.Guess.Script || isShort) || (isShort && !run.Guess.IsKnown))
        {
            var guess = last.Guess with { Probability = Math.Min(last.Guess.Probability, isShort && !run.Guess.IsKnown ? 1 : run.Guess.Probability) };
            runs[^1] = new LanguageRun(last.Span.Joined(run.Span), guess);
        }
        else
        {
            runs.Add(run);
        }
    }
}
