namespace Plumbline.Tokenization.Models;

/// <summary>
/// WordPiece as BERT uses it (Devlin et al. 2018, arXiv 1810.04805): the longest token a word begins with, then the longest that goes on, again and
/// again; a word that cannot be covered so, or is too long, is unknown as a whole.
/// </summary>
/// <param name="reachable">The tokens that text may become.</param>
/// <param name="continuingPrefix">What marks a token that goes on within a word: <c>##</c>.</param>
/// <param name="unknownId">The unknown token.</param>
/// <param name="longestWord">The most characters of a word that is looked at.</param>
internal sealed class WordPieceModel(
    IReadOnlyCollection<KeyValuePair<string, int>> reachable,
    string continuingPrefix,
    int unknownId,
    int longestWord
) : SubwordModel
{
    private readonly TokenTrie beginnings = new(reachable);
    private readonly TokenTrie continuations = new(
        reachable
            .Where(token => token.Key.StartsWith(continuingPrefix, StringComparison.Ordinal))
            .Select(token => KeyValuePair.Create(token.Key[continuingPrefix.Length..], token.Value))
    );

    /// <inheritdoc/>
    public override bool OnlyBegins(char character) => false;

    /// <inheritdoc/>
    public override void Encode(ReadOnlySpan<char> piece, TokenBuffer tokens)
    {
        var first = tokens.Count;
        if (IsTooLong(piece))
        {
            tokens.Add(unknownId, 0);
            return;
        }

        for (var at = 0; at < piece.Length; )
        {
            var trie = at == 0 ? beginnings : continuations;
            if (!trie.TryLongest(piece[at..], out var length, out var id))
            {
                tokens.TruncateTo(first);
                tokens.Add(unknownId, 0);
                return;
            }

            tokens.Add(id, at);
            at += length;
        }
    }

    private bool IsTooLong(ReadOnlySpan<char> piece)
    {
        if (piece.Length <= longestWord)
        {
            return false;
        }

        var characters = 0;
        foreach (var unit in piece)
        {
            characters += char.IsLowSurrogate(unit) ? 0 : 1;
        }

        return characters > longestWord;
    }
}
