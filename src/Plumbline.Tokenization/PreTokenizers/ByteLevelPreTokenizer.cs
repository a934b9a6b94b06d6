using Plumbline.Tokenization.Normalizers;

namespace Plumbline.Tokenization.PreTokenizers;

/// <summary>Hugging Face's <c>ByteLevel</c>: an optional leading space, optionally GPT-2's pattern, then the bytes of each piece.</summary>
/// <param name="addPrefixSpace">Puts a space before a text that does not start with one.</param>
/// <param name="split">GPT-2's splitting, or null where an earlier step has split.</param>
/// <param name="writesBytes">Writes the pieces in byte-level characters; else the model takes the bytes itself.</param>
internal sealed class ByteLevelPreTokenizer(bool addPrefixSpace, PreTokenizer? split, bool writesBytes) : PreTokenizer
{
    /// <summary>The pattern of GPT-2 (Radford et al. 2019): contractions, words, numbers, other signs, spaces.</summary>
    public const string Pattern = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    private readonly ByteLevelNormalizer writer = new();
    private readonly PrependNormalizer space = new(" ");

    /// <inheritdoc/>
    public override void Split(AlignedText text, int start, int end, List<Piece> pieces, List<TextRange> matches)
    {
        if (addPrefixSpace && text.Text[start] != ' ')
        {
            text = space.Normalize(text.Slice(start, end));
            (start, end) = (0, text.Text.Length);
        }

        var first = pieces.Count;
        if (split is null)
        {
            pieces.Add(new Piece(text, start, end));
        }
        else
        {
            split.Split(text, start, end, pieces, matches);
        }

        for (var i = first; writesBytes && i < pieces.Count; i++)
        {
            var written = writer.Normalize(pieces[i].Text.Slice(pieces[i].Start, pieces[i].End));
            pieces[i] = new Piece(written, 0, written.Text.Length);
        }
    }
}
