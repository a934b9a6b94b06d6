using System.Buffers;
using System.Text;
using Plumbline.Moderation.Canonicalization.Language;

namespace Plumbline.Moderation.Canonicalization.Readings;

/// <summary>Words whose letters were put apart: <c>h e l l o</c>, <c>h.e.l.l.o</c>, <c>h-e-l-l-o</c>. Wider gaps divide words.</summary>
internal sealed class SpacedReading : Reading
{
    private const int FewestLetters = 4;
    private const double NoiseCost = 3.6;
    private static readonly SearchValues<char> Separators = SearchValues.Create(" .-_*|/·,:;+~");

    /// <inheritdoc/>
    public override void Read(string text, TextProfile profile, ICollection<UnwrappedText> found)
    {
        var runs = new List<UnwrappedRun>(0);
        if (profile.SingleRun >= FewestLetters - 1 || profile.OddWords.Any(word => IsAlternating(word.Of(text))))
        {
            Find(text, runs);
        }

        if (runs.Count > 0)
        {
            found.Add(new UnwrappedText("spaced", runs) { StandsAlone = false });
        }
    }

    // One sign after each of its first letters.
    private static bool IsAlternating(ReadOnlySpan<char> word) =>
        word.Length >= 5 && word[1] == word[3] && char.IsLetter(word[0]) && !char.IsLetterOrDigit(word[1]);

    private static void Find(string text, List<UnwrappedRun> runs)
    {
        for (var at = 0; at + (2 * FewestLetters) - 2 < text.Length; )
        {
            var separator = text[at + 1];
            if (
                char.IsLetterOrDigit(separator)
                || !char.IsLetterOrDigit(text[at])
                || (at > 0 && char.IsLetterOrDigit(text[at - 1]))
                || text[at + 2] == separator
                || !Separators.Contains(separator)
            )
            {
                at++;
                continue;
            }

            var end = ReadRun(text, at, separator, out var joined, out var letters);
            if (letters >= FewestLetters && LetterPairs.MeanCost(joined, out _) < NoiseCost)
            {
                runs.Add(new UnwrappedRun(at, end, joined));
            }

            at = Math.Max(end, at + 1);
        }
    }

    private static int ReadRun(string text, int start, char separator, out string joined, out int letters)
    {
        var read = new StringBuilder();
        var at = start;
        letters = 0;
        while (true)
        {
            // At a single character: what follows decides whether the word goes on, a new one begins, or the run has ended.
            read.Append(text[at]);
            letters += char.IsLetter(text[at]) ? 1 : 0;
            var end = at + 1;
            var next = NextUnit(text, end, separator, out var isGap);
            if (next < 0)
            {
                joined = read.ToString();
                return end;
            }

            // The next one must be single as well, or it is a word of the sentence around.
            if (next + 1 < text.Length && char.IsLetterOrDigit(text[next]) && char.IsLetterOrDigit(text[next + 1]))
            {
                joined = read.ToString();
                return end;
            }

            if (isGap)
            {
                read.Append(' ');
            }

            at = next;
        }
    }

    private static int NextUnit(string text, int at, char separator, out bool isGap)
    {
        isGap = false;
        if (at >= text.Length)
        {
            return -1;
        }

        // Signs stay beside their letter: a comma or full stop that is not the separator belongs to the word.
        if (text[at] != separator && !char.IsWhiteSpace(text[at]))
        {
            return char.IsPunctuation(text[at]) && at + 1 < text.Length && text[at + 1] == separator ? at : -1;
        }

        var end = at;
        while (end < text.Length && end - at < 6 && (text[end] == separator || text[end] is ' ' or '\n' or '/' or '|'))
        {
            end++;
        }

        isGap = end - at > 1 || text[at] != separator;
        return end < text.Length && !char.IsWhiteSpace(text[end]) && text[end] != separator ? end : -1;
    }
}
