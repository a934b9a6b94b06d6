using System.Text;
using Plumbline.Models.Tokenization.Decoders;
using Plumbline.Models.Tokenization.Models;
using Plumbline.Models.Tokenization.Normalizers;
using Plumbline.Models.Tokenization.PreTokenizers;

namespace Plumbline.Models.Tokenization.SentencePiece;

/// <summary>
/// Makes a tokenizer of a SentencePiece model file (Kudo and Richardson 2018, arXiv 1808.06226). Each stretch between special tokens is encoded as
/// SentencePiece encodes a text of its own. A BPE piece marked as unused is never made, not even on the way to a longer one.
/// </summary>
internal sealed class SentencePieceReader
{
    private const int Unigram = 1;
    private const int BytePairs = 2;

    private readonly SentencePieceModel model;
    private readonly string file;
    private readonly Dictionary<string, int> vocabulary = new(StringComparer.Ordinal);
    private readonly HashSet<int> specials = [];

    private SentencePieceReader(SentencePieceModel model, string file)
    {
        this.model = model;
        this.file = file;
    }

    /// <summary>Understands the file's content, or says why not.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <param name="configuration">What the files beside it say: which pieces are special, and tokens beyond the file's.</param>
    /// <exception cref="InvalidInputException">The file is broken or of a kind that is not supported.</exception>
    public static TokenizerDefinition Read(ReadOnlySpan<byte> bytes, string file, TokenizerConfiguration configuration) =>
        new SentencePieceReader(SentencePieceModel.Read(bytes, file), file).Build(configuration);

    private TokenizerDefinition Build(TokenizerConfiguration configuration)
    {
        RequireSupported();
        for (var id = 0; id < model.Pieces.Count; id++)
        {
            var text = model.Pieces[id].Text;
            if (!vocabulary.TryAdd(text, id))
            {
                throw Invalid($"The piece '{text}' stands twice, at {vocabulary[text]} and at {id}.");
            }
        }

        var added = AddedTokens(configuration);
        specials.UnionWith(added.Where(token => token.IsSpecial).Select(token => token.Id));
        var userDefined = Reachable(PieceKind.UserDefined).ToArray();
        var whole = userDefined.Length > 0 ? new TokenTrie(userDefined) : null;
        SubwordModel subwords = model.ModelType == Unigram ? BuildUnigram() : BuildBytePairs(whole);
        var map = model.CharacterMap.Length > 0 ? new CharacterMap(model.CharacterMap, file) : null;
        return new TokenizerDefinition(
            vocabulary,
            subwords,
            new SentencePieceNormalizer(model, map, whole),
            subwords.OnlyBegins(MetaspacePreTokenizer.Mark) ? [new WordStartPreTokenizer(MetaspacePreTokenizer.Mark)] : [],
            Decoder(),
            added
        )
        {
            Bos = TextOf(model.BosId),
            Eos = TextOf(model.EosId),
            Pad = TextOf(model.PadId),
            AddsBosByDefault = model.ModelType == BytePairs,
        };
    }

    private void RequireSupported()
    {
        if (model.Pieces.Count == 0)
        {
            throw Invalid("The file has no pieces.");
        }

        if (model.ModelType is not (Unigram or BytePairs))
        {
            throw Invalid($"The model is of type {model.ModelType}; supported are 1 (Unigram) and 2 (BPE).");
        }

        if (model.TreatsWhitespaceAsSuffix)
        {
            throw Invalid("The model marks spaces behind words (treat_whitespace_as_suffix), which is not supported.");
        }
    }

    /// <summary>Control pieces and what the files beside call special are found as they stand in trusted text, and never in other text.</summary>
    private List<AddedToken> AddedTokens(TokenizerConfiguration configuration)
    {
        var tokens = new Dictionary<string, AddedToken>(StringComparer.Ordinal);
        for (var id = 0; id < model.Pieces.Count; id++)
        {
            var piece = model.Pieces[id];
            if (piece.Kind is PieceKind.Control or PieceKind.Unknown || configuration.SpecialTokens.Contains(piece.Text))
            {
                tokens[piece.Text] = new AddedToken(id, piece.Text);
            }
        }

        foreach (var token in configuration.AddedTokens)
        {
            var isSpecial = token.IsSpecial || configuration.SpecialTokens.Contains(token.Content);
            if (vocabulary.TryGetValue(token.Content, out var known) && known != token.Id)
            {
                throw Invalid($"'{token.Content}' has the id {known} here and {token.Id} in the files beside.");
            }

            if (token.Id < model.Pieces.Count && model.Pieces[token.Id].Text != token.Content)
            {
                throw Invalid($"The id {token.Id} is '{model.Pieces[token.Id].Text}' here and '{token.Content}' in the files beside.");
            }

            // User-defined symbols that are not special stay the model's business.
            if (isSpecial || token.Id >= model.Pieces.Count)
            {
                tokens[token.Content] = token with { IsSpecial = isSpecial };
            }
        }

        return [.. tokens.Values];
    }

    private IEnumerable<KeyValuePair<string, int>> Reachable(params PieceKind[] kinds) =>
        vocabulary.Where(token => kinds.Contains(model.Pieces[token.Value].Kind) && !specials.Contains(token.Value));

    private UnigramModel BuildUnigram()
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

    private CharacterBytePairModel BuildBytePairs(TokenTrie? whole)
    {
        var reachable = Reachable(PieceKind.Normal, PieceKind.UserDefined).ToDictionary(StringComparer.Ordinal);
        return new CharacterBytePairModel(
            new BytePairSettings(reachable, Merges(reachable))
            {
                UnknownId = UnknownId(),
                FuseUnknown = true,
                ByteIds = ByteIds(),
                WholeSymbols = whole,
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

    private int? UnknownId()
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

    private List<StageFactory> Decoder()
    {
        var spaces =
            model.RemovesExtraWhitespace ? int.MaxValue
            : model.AddsDummyPrefix ? 1
            : 0;
        return
        [
            next => new ReplaceCharacterStage(MetaspacePreTokenizer.Mark, " ", next),
            next => new ByteFallbackStage(next),
            next => new FuseStage(next),
            next => new StripStage(' ', spaces, 0, next),
        ];
    }

    private string? TextOf(int id) =>
        id < 0 ? null
        : id < model.Pieces.Count ? model.Pieces[id].Text
        : throw Invalid($"The file gives a role to the id {id} and has {model.Pieces.Count} pieces.");

    private InvalidInputException Invalid(string problem) =>
        new(problem, "Download or export the SentencePiece model again, or use a tokenizer.json.", new InputPosition(file));
}
