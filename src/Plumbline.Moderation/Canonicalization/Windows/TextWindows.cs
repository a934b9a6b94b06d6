using System.Buffers;
using Plumbline.Configuration;
using Plumbline.Findings;

namespace Plumbline.Moderation.Canonicalization;

/// <summary>
/// Cuts a view into windows, so that a request among many harmless turns is judged for itself: at turns ("Human:", "Q:", numbered items, empty lines), and where a turn is too long at the end
/// of a line, a sentence or a word, with overlap.
/// </summary>
public static class TextWindows
{
    private const int LongestMarker = 16;
    private static readonly SearchValues<char> SentenceEnds = SearchValues.Create(".!?。！？");

    private static readonly string[] Speakers =
    [
        "human",
        "user",
        "assistant",
        "system",
        "ai",
        "bot",
        "q",
        "a",
        "question",
        "answer",
        "input",
        "output",
        "prompt",
        "response",
        "instruction",
        "request",
        "person",
        "customer",
        "model",
    ];

    /// <summary>The windows in order; together they hold the whole view. A view without turns that is short enough is one window.</summary>
    /// <param name="view">The view.</param>
    /// <param name="options">How to cut; null for the defaults.</param>
    /// <exception cref="InvalidInputException">An option is out of range.</exception>
    public static IReadOnlyList<TextWindow> Of(CanonicalView view, TextWindowOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(view);
        options = OptionsValidation.ThrowIfInvalid(options ?? new TextWindowOptions());
        var windows = new List<TextWindow>();
        var start = 0;
        for (var line = 0; line < view.Text.Length; )
        {
            var next = view.Text.IndexOf('\n', line) is var end and >= 0 ? end + 1 : view.Text.Length;
            if (line > start && BeginsTurn(view.Text, line, next))
            {
                Cut(view, start, line, options, windows);
                start = line;
            }

            line = next;
        }

        Cut(view, start, view.Text.Length, options, windows);
        return windows;
    }

    private static void Cut(CanonicalView view, int start, int end, TextWindowOptions options, List<TextWindow> windows)
    {
        while (end - start > options.MaxLength)
        {
            var cut = CutBefore(view.Text, start + (options.MaxLength / 2), start + options.MaxLength);
            Add(view, start, cut, windows);
            start = Math.Max(start + 1, WordAfter(view.Text, cut - options.Overlap, cut));
        }

        Add(view, start, end, windows);
    }

    private static void Add(CanonicalView view, int start, int end, List<TextWindow> windows)
    {
        if (end > start)
        {
            var span = TextSpan.Between(start, end);
            windows.Add(new TextWindow(span, view.OriginOf(span)));
        }
    }

    // The last good place to cut: a line's end, a sentence's, a word's; never within a surrogate pair.
    private static int CutBefore(string text, int least, int most)
    {
        var part = text.AsSpan(least, most - least);
        var line = part.LastIndexOf('\n');
        if (line >= 0)
        {
            return least + line + 1;
        }

        var sentence = part.LastIndexOfAny(SentenceEnds);
        if (sentence >= 0)
        {
            return least + sentence + 1;
        }

        var space = part.LastIndexOf(' ');
        return space >= 0 ? least + space + 1
            : char.IsLowSurrogate(text[most]) && char.IsHighSurrogate(text[most - 1]) ? most - 1
            : most;
    }

    private static int WordAfter(string text, int from, int limit)
    {
        var space = text.AsSpan(from, limit - from).IndexOfAny(' ', '\n');
        var at = space >= 0 ? from + space + 1 : from;
        return at < limit && char.IsLowSurrogate(text[at]) ? at + 1 : at;
    }

    private static bool BeginsTurn(string text, int start, int end)
    {
        var line = text.AsSpan(start, end - start).TrimStart(" \t#*>-[(<|");
        if (line.IsWhiteSpace())
        {
            // An empty line ends a paragraph; it goes with what follows.
            return end - start <= 2 && start >= 2 && text[start - 1] == '\n' && text[start - 2] != '\n';
        }

        return BeginsWithNumber(line) || BeginsWithSpeaker(line);
    }

    // "12." "12)" "12:" and the like.
    private static bool BeginsWithNumber(ReadOnlySpan<char> line)
    {
        var digits = line.IndexOfAnyExceptInRange('0', '9');
        return digits is > 0 and <= 4 && line[digits] is '.' or ')' or ':' or ']';
    }

    private static bool BeginsWithSpeaker(ReadOnlySpan<char> line)
    {
        var colon = line[..Math.Min(LongestMarker, line.Length)].IndexOfAny(":]>|");
        if (colon <= 0)
        {
            return false;
        }

        // "Question 3" is a question.
        var name = line[..colon].TrimEnd(" 0123456789*#_");
        foreach (var speaker in Speakers)
        {
            if (name.Equals(speaker, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
