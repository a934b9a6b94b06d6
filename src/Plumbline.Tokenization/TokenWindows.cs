using Plumbline.Findings;

namespace Plumbline.Tokenization;

/// <summary>Cuts the tokens of a text into windows of the length that a model reads.</summary>
/// <param name="content">Tokens of the text in a window.</param>
/// <param name="overlap">Tokens that two neighbours share; below <paramref name="content"/>.</param>
internal sealed class TokenWindows(int content, int overlap)
{
    /// <summary>The windows, in order; together they hold every token. A text without tokens is one empty window.</summary>
    /// <remarks>The last window is as long as the others: it reaches back instead of seeing only an end.</remarks>
    public IEnumerable<TokenWindow> Of(int tokens)
    {
        var start = 0;
        for (; start + content < tokens; start += content - overlap)
        {
            yield return new TokenWindow(start, content);
        }

        start = Math.Max(0, Math.Min(start, tokens - content));
        yield return new TokenWindow(start, tokens - start);
    }
}

/// <summary>Some tokens of a text.</summary>
/// <param name="Start">The first one.</param>
/// <param name="Count">How many.</param>
internal readonly record struct TokenWindow(int Start, int Count)
{
    /// <summary>Where they stand in the text.</summary>
    /// <param name="tokens">The text's tokens.</param>
    /// <param name="length">The text's length.</param>
    public TextSpan In(TokenizedText tokens, int length)
    {
        // What stands before the first token (spaces that were dropped) and behind the last belongs to the outer windows.
        var from = Start == 0 ? 0 : tokens.Starts[Start];
        var end = Start + Count;
        // A character of several tokens may begin a window that its last token ends.
        return TextSpan.Between(from, end == tokens.Ids.Length ? length : Math.Max(from, EndOf(tokens, end, length)));
    }

    private static int EndOf(TokenizedText tokens, int end, int length)
    {
        // Tokens of one character have the same start: the window then holds the beginning of that character, and so all of it.
        var last = tokens.Starts[end - 1];
        for (var next = end; next < tokens.Starts.Length; next++)
        {
            if (tokens.Starts[next] > last)
            {
                return tokens.Starts[next];
            }
        }

        return length;
    }
}
