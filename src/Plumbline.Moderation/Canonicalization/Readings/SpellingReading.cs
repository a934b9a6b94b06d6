using System.Text;

namespace Plumbline.Moderation.Canonicalization.Readings;

/// <summary>Words spelled by the spelling alphabet: <c>hotel echo lima papa</c>. A slash, a bar, a wider gap or the word "space" divides words.</summary>
internal sealed class SpellingReading : Reading
{
    private const int FewestWords = 3;

    /// <inheritdoc/>
    public override void Read(string text, TextProfile profile, ICollection<UnwrappedText> found)
    {
        if (profile.SpelledRun < FewestWords)
        {
            return;
        }

        var runs = new List<UnwrappedRun>();
        var letters = new StringBuilder();
        var (start, end, gap) = (-1, 0, false);
        for (var at = 0; at <= text.Length; )
        {
            var next = WordEnd(text, at);
            var word = at < text.Length ? text.AsSpan(at, next - at) : default;
            var letter = SpellingAlphabet.LetterOf(word);
            if (letter != '\0')
            {
                start = letters.Length == 0 ? at : start;
                letters.Append(gap && letters.Length > 0 ? " " : string.Empty).Append(letter);
                // The sign behind a word divides as well.
                (end, gap) = (next, word[^1] is '/' or '|' or '.' or ';');
            }
            else if (word is "/" or "|" or "-" or "space" or "SPACE" or "Space")
            {
                gap = true;
            }
            else
            {
                Close(runs, letters, start, end);
            }

            var begin = NextWord(text, next);
            gap |= begin - next > 1;
            at = begin == at ? begin + 1 : begin;
            if (next >= text.Length)
            {
                break;
            }
        }

        Close(runs, letters, start, end);
        if (runs.Count > 0)
        {
            found.Add(new UnwrappedText("spelling-alphabet", runs));
        }
    }

    private static void Close(List<UnwrappedRun> runs, StringBuilder letters, int start, int end)
    {
        if (letters.Length >= FewestWords)
        {
            runs.Add(new UnwrappedRun(start, end, letters.ToString()));
        }

        letters.Clear();
    }

    private static int WordEnd(string text, int start)
    {
        while (start < text.Length && !char.IsWhiteSpace(text[start]))
        {
            start++;
        }

        return start;
    }

    private static int NextWord(string text, int start)
    {
        while (start < text.Length && char.IsWhiteSpace(text[start]))
        {
            start++;
        }

        return start;
    }
}
