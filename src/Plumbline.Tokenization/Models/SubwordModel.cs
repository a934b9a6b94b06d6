namespace Plumbline.Tokenization.Models;

/// <summary>Turns pieces of text into tokens. Thread-safe.</summary>
internal abstract class SubwordModel
{
    /// <summary>Adds the tokens of a piece; their starts count UTF-16 units from the piece's first.</summary>
    /// <param name="piece">The piece: whole characters, at least one.</param>
    /// <param name="tokens">Where they go.</param>
    public abstract void Encode(ReadOnlySpan<char> piece, TokenBuffer tokens);

    /// <summary>
    /// Whether no token holds <paramref name="character"/> behind another character: then cutting a text before each run of it changes nothing,
    /// and the pieces are short enough to be remembered.
    /// </summary>
    public abstract bool OnlyBegins(char character);
}
