using System.Text;
using Plumbline.Tokenization.Decoders;
using Plumbline.Tokenization.Models;

namespace Plumbline.Tokenization.SentencePiece;

/// <summary>
/// Makes the Unigram or BPE model of a SentencePiece file's pieces. A BPE piece marked as unused is never made, not even on the way to a longer one.
/// </summary>
internal sealed class SentencePieceSubwords
{
    private readonly SentencePieceModel model;
    private readonly Dictionary<string, int> vocabulary;
    private readonly HashSet<int> specials;
    private readonly string file;

    /// <param name="model">What the file says.</param>
    /// <param name="vocabulary">Its pieces with their ids.</param>
    /// <param name="specials">The ids that no text may become.</param>
    /// <param name="file">The file, for messages.</param>
    public SentencePieceSubwords(SentencePieceModel model, Dictionary<string, int> vocabulary, HashSet<int> specials, string file)
    {
        this.model = model;
        this.vocabulary = vocabulary;
        this.specials = specials;
        this.file = file;
        var userDefined = Reachable(PieceKind.UserDefined).ToArray();
        UserDefined = userDefined.Length > 0 ? new TokenTrie(userDefined) : null;
    }

    /// <summary>The user-defined symbols, which are found before anything else; null where there are none.</summary>
    public TokenTrie? UserDefined { get; }

    /// <summary>The Unigram model.</summary>
    public UnigramModel BuildUnigram()
    {
        var normal = model
            .Pieces.Where(piece => piece.Kind == PieceKind.Normal)
            .Select(piece => (double)piece.Score)
            .DefaultIfEmpty()
            .ToArray();
        // SentencePiece begins the search for the highest score at the smallest positive number, so with log-probabilities it ends there too.
        var best = Math.Max(normal.Max(), 1.1754943508222875e-38);
        var scores = model
            .Pieces.Select(piece =>
                // SentencePiece's rule: better than any way to cut the symbol.
                piece.Kind == PieceKind.UserDefined
                    ? (Encoding.UTF8.GetByteCount(piece.Text) * best) - 0.1
                    : piece.Score
            )
            .ToArray();
        return new UnigramModel(
            [.. Reachable(PieceKind.Normal, PieceKind.UserDefined)],
            scores,
            normal.Min(),
            UnknownId(),
            ByteIds(),
            file
        );
    }

    /// <summary>The BPE model.</summary>
    public CharacterBytePairModel BuildBytePairs()
    {
        var reachable = Reachable(PieceKind.Normal, PieceKind.UserDefined).ToDictionary(StringComparer.Ordinal);
        return new CharacterBytePairModel(
            new BytePairSettings(reachable, Merges(reachable))
            {
                UnknownId = UnknownId(),
                FuseUnknown = true,
                ByteIds = ByteIds(),
                WholeSymbols = UserDefined,
            }
        );
    }

    /// <summary>
    /// The file has scores instead of merges: any two neighbours whose joint text is a piece merge, the highest score first. User-defined symbols
    /// never take part.
    /// </summary>
    private MergeTable Merges(Dictionary<string, int> reachable)
    {
        var ranks = model
            .Pieces.Select(piece => piece.Score)
            .Distinct()
            .OrderDescending()
            .Index()
            .ToDictionary(entry => entry.Item, entry => entry.Index);
        var lookup = reachable.GetAlternateLookup<ReadOnlySpan<char>>();
        var found = new List<(int Left, int Right, int Merged)>();
        foreach (var (text, id) in reachable)
        {
            for (var cut = 1; cut < text.Length; cut++)
            {
                if (
                    lookup.TryGetValue(text.AsSpan(0, cut), out var left)
                    && lookup.TryGetValue(text.AsSpan(cut), out var right)
                    && model.Pieces[left].Kind == PieceKind.Normal
                    && model.Pieces[right].Kind == PieceKind.Normal
                )
                {
                    found.Add((left, right, id));
                }
            }
        }

        var merges = new MergeTable(found.Count);
        foreach (var (left, right, merged) in found)
        {
            merges.Add(left, right, ranks[model.Pieces[merged].Score], merged);
        }

        return merges;
    }

    private int UnknownId()
    {
        for (var id = 0; id < model.Pieces.Count; id++)
        {
            if (model.Pieces[id].Kind == PieceKind.Unknown)
            {
                return id;
            }
        }

        throw Invalid("The file has no piece for what is unknown.");
    }

    private int[]? ByteIds()
    {
        if (!model.ByteFallback)
        {
            return null;
        }

        var ids = ByteTokens.IdsIn(vocabulary);
        return ids is not null && Array.TrueForAll(ids, id => id >= 0 && model.Pieces[id].Kind == PieceKind.Byte)
            ? ids
            : throw Invalid("The file asks for byte_fallback and lacks pieces of bytes.");
    }

    private IEnumerable<KeyValuePair<string, int>> Reachable(params PieceKind[] kinds) =>
        vocabulary.Where(token => kinds.Contains(model.Pieces[token.Value].Kind) && !specials.Contains(token.Value));

    private InvalidInputException Invalid(string problem) =>
        new(problem, "Download or export the SentencePiece model again, or use a tokenizer.json.", new InputPosition(file));
}
