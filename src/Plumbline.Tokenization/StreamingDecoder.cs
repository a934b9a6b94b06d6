using Plumbline.Tokenization.Decoders;

namespace Plumbline.Tokenization;

/// <summary>
/// Turns tokens into text one by one. A character whose bytes are spread over several tokens comes out with the last of them, so what was
/// returned together is exactly what <see cref="Tokenizer.Decode"/> returns for all tokens at once. Not thread-safe: one per text.
/// </summary>
public sealed class StreamingDecoder
{
    private readonly TokenTable tokens;
    private readonly bool skipSpecialTokens;
    private readonly TextCollector collector = new();
    private readonly DecodingStage first;

    internal StreamingDecoder(TokenTable tokens, IReadOnlyList<StageFactory> stages, bool skipSpecialTokens)
    {
        this.tokens = tokens;
        this.skipSpecialTokens = skipSpecialTokens;
        first = stages.Reverse().Aggregate((DecodingStage)collector, (next, stage) => stage(next));
    }

    /// <summary>Takes the next token and returns the text that is complete with it, often empty.</summary>
    /// <param name="id">The token.</param>
    /// <exception cref="ArgumentOutOfRangeException">The vocabulary has no such id.</exception>
    public string Append(int id)
    {
        Write(id);
        return collector.Take();
    }

    /// <summary>Ends the text: bytes that never became a character come out as U+FFFD. The decoder is ready for another text.</summary>
    public string Finish()
    {
        first.Finish();
        return collector.Take();
    }

    /// <summary>Takes the next token; its text waits for the next call that returns some.</summary>
    internal void Write(int id)
    {
        tokens.Check(id);
        // An id that no token has stands for nothing, as in Hugging Face.
        if (tokens.TokenOf(id) is { } token && !(skipSpecialTokens && tokens.IsSpecial(id)))
        {
            first.Write(token, begins: true, ends: true);
        }
    }
}
