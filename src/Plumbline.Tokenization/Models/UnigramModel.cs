using System.Buffers;
using System.Text;

namespace Plumbline.Tokenization.Models;

/// <summary>
/// Unigram language model (Kudo 2018, arXiv 1804.10959): of all ways to cut a piece into tokens, the one whose scores (log-probabilities) add up to
/// the most, found by Viterbi's algorithm. A character that no token covers costs the lowest score minus 10, as in SentencePiece, and neighbours of
/// the kind become one unknown token, or their bytes where the vocabulary has them.
/// </summary>
internal sealed class UnigramModel : SubwordModel
{
    private const double UnknownPenalty = 10;
    private const char Mark = PreTokenizers.MetaspacePreTokenizer.Mark;

    private readonly TokenTrie trie;
    private readonly double[] scores;
    private readonly double unknownScore;
    private readonly int? unknownId;
    private readonly int[]? byteIds;
    private readonly bool markOnlyBegins;
    private readonly string file;

    /// <param name="reachable">The tokens that text may become, with their ids.</param>
    /// <param name="scores">Per id, the score.</param>
    /// <param name="lowestScore">The lowest score, which the unknown token's is derived from.</param>
    /// <param name="unknownId">The unknown token; null where the file names none.</param>
    /// <param name="byteIds">The tokens of the 256 bytes; null where unknown characters are not written as bytes.</param>
    /// <param name="file">The file, for messages.</param>
    public UnigramModel(
        IReadOnlyCollection<KeyValuePair<string, int>> reachable,
        double[] scores,
        double lowestScore,
        int? unknownId,
        int[]? byteIds,
        string file
    )
    {
        trie = new TokenTrie(reachable);
        this.scores = scores;
        unknownScore = lowestScore - UnknownPenalty;
        this.unknownId = unknownId;
        this.byteIds = byteIds;
        this.file = file;
        // An unknown mark could be one token together with its neighbours.
        markOnlyBegins = Knows(Mark) && TokenTrie.OnlyBegins(reachable.Select(token => token.Key), Mark);
    }

    /// <inheritdoc/>
    public override bool OnlyBegins(char character) => character == Mark && markOnlyBegins;

    /// <inheritdoc/>
    public override void Encode(ReadOnlySpan<char> piece, TokenBuffer tokens)
    {
        var paths = ArrayPool<Path>.Shared.Rent(piece.Length + 1);
        try
        {
            FindBest(piece, paths.AsSpan(0, piece.Length + 1));
            Emit(piece, paths, tokens);
        }
        finally
        {
            ArrayPool<Path>.Shared.Return(paths);
        }
    }

    /// <summary>For every position, the best way to cut the text before it.</summary>
    private void FindBest(ReadOnlySpan<char> piece, Span<Path> best)
    {
        best.Fill(new Path(double.NegativeInfinity, -1, -1));
        best[0] = new Path(0, 0, -1);
        for (var start = 0; start < piece.Length; )
        {
            var width = char.IsHighSurrogate(piece[start]) && start + 1 < piece.Length ? 2 : 1;
            var score = best[start].Score;
            var coversCharacter = false;
            var node = TokenTrie.Root;
            for (var end = start; end < piece.Length; )
            {
                node = trie.Step(node, piece[end++]);
                if (node < 0)
                {
                    break;
                }

                var id = trie.IdAt(node);
                if (id >= 0)
                {
                    coversCharacter |= end - start == width;
                    Offer(ref best[end], score + scores[id], start, id);
                }
            }

            if (!coversCharacter)
            {
                Offer(ref best[start + width], score + unknownScore, start, -1);
            }

            start += width;
        }
    }

    private static void Offer(ref Path path, double score, int start, int id)
    {
        // Of equal scores the first found stays, which is the longer last token.
        if (path.Start < 0 || score > path.Score)
        {
            path = new Path(score, start, id);
        }
    }

    private void Emit(ReadOnlySpan<char> piece, Path[] best, TokenBuffer tokens)
    {
        var first = tokens.Count;
        for (var end = piece.Length; end > 0; )
        {
            var path = best[end];
            var start = path.Start;
            if (path.Id >= 0)
            {
                tokens.Add(path.Id, start);
            }
            else
            {
                while (start > 0 && best[start].Id < 0)
                {
                    start = best[start].Start;
                }

                EmitUnknown(piece[start..end], start, tokens);
            }

            end = start;
        }

        tokens.ReverseFrom(first);
    }

    /// <summary>Adds what stands for unknown characters, last first.</summary>
    private void EmitUnknown(ReadOnlySpan<char> characters, int start, TokenBuffer tokens)
    {
        if (byteIds is not null)
        {
            Span<byte> bytes = stackalloc byte[4];
            for (var end = characters.Length; end > 0; )
            {
                Rune.DecodeLastFromUtf16(characters[..end], out var rune, out var length);
                end -= length;
                for (var i = rune.EncodeToUtf8(bytes) - 1; i >= 0; i--)
                {
                    tokens.Add(byteIds[bytes[i]], start + end);
                }
            }

            return;
        }

        tokens.Add(
            unknownId
                ?? throw new InvalidInputException(
                    $"The text has '{characters}', which no token covers, and the model names no unknown token.",
                    "Use a model with an unk_id or byte_fallback, or leave the characters out.",
                    new InputPosition(file)
                ),
            start
        );
    }

    private bool Knows(char character) => trie.Step(TokenTrie.Root, character) is var node and >= 0 && trie.IdAt(node) >= 0;

    private readonly record struct Path(double Score, int Start, int Id);
}
