using System.Text;

namespace Plumbline.Models.Tokenization;

/// <summary>
/// Turns tokens into text one by one. A character whose bytes are spread over several tokens comes out with the last of them, so what was
/// returned together is exactly what <see cref="Tokenizer.Decode"/> returns for all tokens at once. Not thread-safe: one per text.
/// </summary>
public sealed class StreamingDecoder
{
    private readonly TokenTable tokens;
    private readonly bool skipSpecialTokens;
    private readonly Decoder decoder = Encoding.UTF8.GetDecoder();

    internal StreamingDecoder(TokenTable tokens, bool skipSpecialTokens)
    {
        this.tokens = tokens;
        this.skipSpecialTokens = skipSpecialTokens;
    }

    /// <summary>Takes the next token and returns the text that is complete with it, often empty.</summary>
    /// <param name="id">The token.</param>
    /// <exception cref="ArgumentOutOfRangeException">The vocabulary has no such id.</exception>
    public string Append(int id)
    {
        tokens.Check(id);
        return skipSpecialTokens && tokens.IsSpecial(id) ? string.Empty : Decode(tokens.BytesOf(id), flush: false);
    }

    /// <summary>Ends the text: bytes that never became a character come out as U+FFFD. The decoder is ready for another text.</summary>
    public string Finish() => Decode([], flush: true);

    private string Decode(ReadOnlySpan<byte> bytes, bool flush)
    {
        var characters = new char[decoder.GetCharCount(bytes, flush)];
        var count = decoder.GetChars(bytes, characters, flush);
        return new string(characters, 0, count);
    }
}
