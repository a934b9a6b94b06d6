using System.Buffers;
using System.Text;

namespace Plumbline.Moderation.Languages;

/// <summary>
/// The words of a text in letters (<see cref="Letters"/>), one gap between two: addresses, mentions and words with digits are left out, and so is what a long text has beyond a sample.
/// </summary>
internal static class LetterText
{
    /// <summary>How much of a text is read, in UTF-16 units. A longer one is read in <see cref="Windows"/> windows, evenly spread from its beginning to its end.</summary>
    public const int Sample = 4096;

    /// <summary>In how many windows a long text is read.</summary>
    public const int Windows = 8;

    /// <summary>The room that the letters of any text need.</summary>
    public const int Room = Sample + 2 * Windows + 2;

    private static readonly SearchValues<char> WhiteSpace = SearchValues.Create(
        " \t\r\n\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u2028\u2029\u202F\u205F\u3000"
    );
    private static readonly SearchValues<char> Coded = SearchValues.Create("0123456789_@\\");

    /// <summary>Reads a text.</summary>
    /// <param name="text">Any UTF-16.</param>
    /// <param name="letters">Where the letters go, <see cref="Room"/> of them; they begin and end with a gap.</param>
    /// <returns>How many were written; 0 for a text without letters.</returns>
    public static int Read(ReadOnlySpan<char> text, Span<char> letters)
    {
        letters[0] = Letters.Gap;
        var written = 1;
        if (text.Length <= Sample)
        {
            written = ReadWindow(text, letters, written);
        }
        else
        {
            const int Size = Sample / Windows;
            for (var window = 0; window < Windows; window++)
            {
                var start = (int)((long)(text.Length - Size) * window / (Windows - 1));
                written = ReadWindow(text.Slice(start, Size), letters, written);
            }
        }

        return written == 1 ? 0 : written;
    }

    /// <summary>Counts the letters of each script, and gives the script of most, by what they say (<see cref="Scripts.Weight"/>).</summary>
    /// <param name="letters">Letters with gaps.</param>
    /// <param name="share">The share of the script's letters in all, by what they say.</param>
    public static Script MainScript(ReadOnlySpan<char> letters, out double share)
    {
        Span<int> counts = stackalloc int[(int)Script.Zzzz + 1];
        counts.Clear();
        foreach (var letter in letters)
        {
            counts[(int)Scripts.Of(letter)]++;
        }

        counts[(int)Script.Zyyy] = 0;
        var (main, most, all) = (Script.Zyyy, 0, 0);
        for (var script = 1; script < counts.Length; script++)
        {
            var weight = counts[script] * Scripts.Weight((Script)script);
            all += weight;
            if (weight > most)
            {
                (main, most) = ((Script)script, weight);
            }
        }

        share = all == 0 ? 0 : (double)most / all;
        return main;
    }

    /// <summary>Leaves the letters of one script, gaps for all others; gives how many characters are left.</summary>
    public static int Keep(Span<char> letters, Script script)
    {
        var written = 0;
        foreach (var letter in letters)
        {
            var kept = letter is '\'' || Letters.IsMark(letter) || Scripts.Of(letter) == script ? letter : Letters.Gap;
            if (kept != Letters.Gap || written == 0 || letters[written - 1] != Letters.Gap)
            {
                letters[written++] = kept;
            }
        }

        return written;
    }

    private static int ReadWindow(ReadOnlySpan<char> text, Span<char> letters, int written)
    {
        while (!text.IsEmpty)
        {
            var end = text.IndexOfAny(WhiteSpace);
            var word = end < 0 ? text : text[..end];
            text = end < 0 ? [] : text[(end + 1)..];
            written = ReadWord(word, letters, written);
        }

        return written;
    }

    private static int ReadWord(ReadOnlySpan<char> word, Span<char> letters, int written)
    {
        if (word.IsEmpty || IsAddress(word))
        {
            return written;
        }

        var start = written;
        var hasLetter = false;
        foreach (var value in word)
        {
            var letter = Letters.Of(value);
            if (Letters.IsMark(value))
            {
                written = AddMark(value, letters, written, start);
                continue;
            }

            if (letter == Letters.Nothing || Repeats(letter, letters[..written]))
            {
                continue;
            }

            hasLetter |= letter is not (Letters.Gap or '\'');
            letters[written++] = letter;
        }

        if (!hasLetter)
        {
            return start;
        }

        if (letters[written - 1] != Letters.Gap)
        {
            letters[written++] = Letters.Gap;
        }

        return written;
    }

    /// <summary>A third of the same letter says no more than two, and neither does a second gap.</summary>
    private static bool Repeats(char letter, ReadOnlySpan<char> before) =>
        before[^1] == letter && (letter == Letters.Gap || (before.Length > 1 && before[^2] == letter));

    private static int AddMark(char mark, Span<char> letters, int written, int start)
    {
        if (written == start || letters[written - 1] == Letters.Gap || Letters.IsMark(letters[written - 1]))
        {
            return written;
        }

        var composed = Letters.Composed(letters[written - 1], mark);
        if (composed != Letters.Nothing)
        {
            letters[written - 1] = composed;
            return written;
        }

        letters[written] = mark;
        return written + 1;
    }

    /// <summary>
    /// Whether a word is written by a rule that no language knows: an address, a mention, a number, a name in code. What holds letters beyond ASCII is none, because
    /// Chinese, Thai and others write whole sentences without a space.
    /// </summary>
    private static bool IsAddress(ReadOnlySpan<char> word) =>
        Ascii.IsValid(word)
        && (word.IndexOfAny(Coded) >= 0 || word.IndexOf("://") >= 0 || word.StartsWith("www.", StringComparison.OrdinalIgnoreCase));
}
