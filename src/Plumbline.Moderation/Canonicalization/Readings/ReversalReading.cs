using System.Text;
using Plumbline.Findings;
using Plumbline.Moderation.Canonicalization.Language;

namespace Plumbline.Moderation.Canonicalization.Readings;

/// <summary>
/// Text written backwards: letter by letter, each word for itself, or word by word. Letters are judged in Latin script by likelihood and by capitals at the end of words, the order of words by
/// English function words.
/// </summary>
internal sealed class ReversalReading : Reading
{
    /// <summary>In nats: what a run must gain by being read backwards. Languages reach this by chance in runs of some ten thousand letters.</summary>
    private const double LeastGain = 15;

    /// <summary>In nats: what is enough where a whole line or quotation gains.</summary>
    private const double LeastLineGain = 7;
    private const double NoiseCost = 3.05;
    private const int CapitalAtEnd = 3 * LetterPairs.PerNat;

    private static readonly sbyte[] TurnWeights = LetterPairs.Weights(
        (before, state) => LetterPairs.Cost(before, state) - LetterPairs.Cost(state, before)
    );

    /// <inheritdoc/>
    public override void Read(string text, TextProfile profile, ICollection<UnwrappedText> found)
    {
        if (WordOrder.IsReversed(text))
        {
            found.Add(new UnwrappedText("reversed-words", [new UnwrappedRun(0, text.Length, WordsBackwards(text))]));
        }

        if (
            !LetterRuns.MayExceed(text, LeastLineGain, TurnWeights, CapitalAtEnd)
            || LetterRuns.Find(text, LeastLineGain, new Turn()) is not { } gaining
        )
        {
            return;
        }

        var runs = Choose(text, LetterRuns.Widen(text, gaining, new Turn()));
        if (runs.Count > 0)
        {
            found.Add(
                new UnwrappedText(
                    "reversed",
                    [.. runs.Select(run => new UnwrappedRun(run.Start, run.End, Backwards(run.Of(text)), KindOf(run.Of(text))))]
                )
            );
            found.Add(
                new UnwrappedText(
                    "reversed-letters",
                    [.. runs.Select(run => new UnwrappedRun(run.Start, run.End, EachBackwards(text[run.Start..run.End])))]
                )
            );
        }
    }

    // Where most of a text gains all of it was written backwards, whatever the signs within it seem to bound.
    private static List<TextSpan> Choose(string text, List<TextSpan> wide)
    {
        var chosen = wide.FindAll(run =>
            LetterRuns.Sum(text, run.Start, run.End, new Turn()) >= (LetterRuns.FillsLine(text, run) ? LeastLineGain : LeastGain)
            && LetterPairs.MeanCostBackwards(run.Of(text)) < NoiseCost
            && LetterRuns.IsProse(run.Of(text))
        );
        return chosen.Sum(run => run.Length) * 10L >= text.Length * 6L ? [new TextSpan(0, text.Length)] : chosen;
    }

    // What a pair gains when read from its end.
    private readonly struct Turn : IPairWeight
    {
        public int Weigh(int before, int state, string text, int index) =>
            TurnWeights[(before * LetterPairs.States) + state] + (state == 0 && index >= 2 ? CapitalCue(text, index) : 0);

        // "olleH": a capital closes a word that small letters open.
        private static int CapitalCue(string text, int index) =>
            char.IsAsciiLetterUpper(text[index - 1]) && char.IsAsciiLetterLower(text[index - 2]) ? CapitalAtEnd : 0;
    }

    private static MapKind KindOf(ReadOnlySpan<char> run) => run.ContainsAnyInRange('\uD800', '\uDFFF') ? MapKind.Whole : MapKind.Reverse;

    private static string Backwards(ReadOnlySpan<char> run)
    {
        var units = new char[run.Length];
        var at = run.Length;
        foreach (var rune in run.EnumerateRunes())
        {
            at -= rune.Utf16SequenceLength;
            rune.EncodeToUtf16(units.AsSpan(at));
        }

        return new string(units);
    }

    private static string WordsBackwards(string text) =>
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Reverse());

    private static string EachBackwards(string run)
    {
        var joined = new StringBuilder(run.Length);
        for (var at = 0; at < run.Length; )
        {
            var end = at;
            while (end < run.Length && !char.IsWhiteSpace(run[end]))
            {
                end++;
            }

            joined.Append(Backwards(run.AsSpan(at, end - at)));
            if (end < run.Length)
            {
                joined.Append(run[end]);
            }

            at = end + 1;
        }

        return joined.ToString();
    }
}
