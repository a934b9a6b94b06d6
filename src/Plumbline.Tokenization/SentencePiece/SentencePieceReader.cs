using Plumbline.Tokenization.Decoders;
using Plumbline.Tokenization.Models;
using Plumbline.Tokenization.Normalizers;
using Plumbline.Tokenization.PreTokenizers;

namespace Plumbline.Tokenization.SentencePiece;

/// <summary>
/// Makes a tokenizer of a SentencePiece model file (Kudo and Richardson 2018, arXiv 1808.06226). Each stretch between special tokens is encoded as
/// SentencePiece encodes a text of its own.
/// </summary>
internal sealed class SentencePieceReader
{
    private const int Unigram = 1;
    private const int BytePairs = 2;

    private readonly SentencePieceModel model;
    private readonly string file;
    private readonly Dictionary<string, int> vocabulary = new(StringComparer.Ordinal);

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
        var specials = added.Where(token => token.IsSpecial).Select(token => token.Id).ToHashSet();
        var builder = new SentencePieceSubwords(model, vocabulary, specials, file);
        SubwordModel subwords = model.ModelType == Unigram ? builder.BuildUnigram() : builder.BuildBytePairs();
        var map = model.CharacterMap.Length > 0 ? new CharacterMap(model.CharacterMap, file) : null;
        return new TokenizerDefinition(
            vocabulary,
            subwords,
            new SentencePieceNormalizer(model, map, builder.UserDefined),
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

        var (ids, contents) = (new HashSet<int>(), new HashSet<string>(StringComparer.Ordinal));
        foreach (var token in configuration.AddedTokens)
        {
            if (!ids.Add(token.Id) || !contents.Add(token.Content))
            {
                throw Invalid($"The files beside give '{token.Content}' and the id {token.Id} more than once.");
            }

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
