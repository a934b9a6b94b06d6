using Plumbline.Findings;
using Plumbline.Moderation.Canonicalization.Language;

namespace Plumbline.Moderation.Canonicalization.Readings;

/// <summary>Finds runs of the digits of an encoding in words that are no prose, lines that continue each other joined.</summary>
internal static class CodeRuns
{
    private const int ShortestFullLine = 16;

    /// <summary>Turns the digits of a run into bytes; null where they are none of the encoding.</summary>
    public delegate byte[]? Decoder(ReadOnlySpan<char> digits);

    /// <summary>Decodes every run that is a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="words">The words to look in.</param>
    /// <param name="digits">The encoding's digits.</param>
    /// <param name="padding">What may follow them; the null character for nothing.</param>
    /// <param name="shortest">The fewest digits of a run.</param>
    /// <param name="decode">Reads a run.</param>
    public static List<UnwrappedRun> Decode(
        string text,
        IReadOnlyList<TextSpan> words,
        System.Buffers.SearchValues<char> digits,
        char padding,
        int shortest,
        Decoder decode
    )
    {
        var runs = new List<UnwrappedRun>();
        var done = 0;
        foreach (var word in words)
        {
            for (var at = Math.Max(word.Start, done); at < word.End; )
            {
                var skipped = text.AsSpan(at, word.End - at).IndexOfAny(digits);
                if (skipped < 0)
                {
                    break;
                }

                at += skipped;
                var (end, code) = RunFrom(text, at, digits, padding);
                if (code.Length >= shortest && decode(code) is { } bytes && TextLikeness.Decode(bytes) is { } decoded)
                {
                    runs.Add(new UnwrappedRun(at, end, decoded));
                }

                done = at = end;
            }
        }

        return runs;
    }

    // A line as long as those of mail programs goes on in the next one.
    private static (int End, string Code) RunFrom(string text, int start, System.Buffers.SearchValues<char> digits, char padding)
    {
        var end = LineEnd(text, start, digits);
        var code = new System.Text.StringBuilder();
        code.Append(text, start, end - start);
        var length = end - start;
        while (
            length >= ShortestFullLine
            && NextLine(text, end) is var next and > 0
            && LineEnd(text, next, digits) is var nextEnd
            && nextEnd > next
            && nextEnd - next <= length
        )
        {
            // Prose goes on in words.
            if (nextEnd < text.Length && text[nextEnd] == ' ')
            {
                break;
            }

            code.Append(text, next, nextEnd - next);
            end = nextEnd;
            if (nextEnd - next < length)
            {
                break;
            }
        }

        while (padding != '\0' && end < text.Length && text[end] == padding)
        {
            end++;
        }

        return (end, code.ToString());
    }

    private static int LineEnd(string text, int start, System.Buffers.SearchValues<char> digits)
    {
        var length = text.AsSpan(start).IndexOfAnyExcept(digits);
        return length < 0 ? text.Length : start + length;
    }

    private static int NextLine(string text, int end)
    {
        var at = end;
        if (at < text.Length && text[at] == '\r')
        {
            at++;
        }

        return at < text.Length && text[at] == '\n' && at + 1 < text.Length ? at + 1 : -1;
    }
}
