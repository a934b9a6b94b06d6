using Plumbline.Tokenization.Models;
using Plumbline.Tokenization.PreTokenizers;
using Plumbline.Tokenization.SentencePiece;

namespace Plumbline.Tokenization;

/// <summary>Tokens with the place each one starts at.</summary>
/// <param name="Ids">The tokens.</param>
/// <param name="Starts">Per token, the UTF-16 position in the encoded text of the character its first byte belongs to. Ascending.</param>
public sealed record TokenizedText(int[] Ids, int[] Starts);

/// <summary>
/// A tokenizer read from Hugging Face's files: byte-level BPE (GPT-2, Llama 3, Qwen, SmolLM, Mistral Nemo), BPE in the manner of SentencePiece
/// (Llama 2, Mistral, Gemma), Unigram (T5, XLM-R) and WordPiece (BERT), or from a SentencePiece model. Text that users write cannot make special
/// tokens: <see cref="Encode(string)"/> never recognises them, and the vocabulary entries behind them are out of the model's reach. Thread-safe.
/// </summary>
/// <remarks>
/// Added tokens that their file does not call special (Qwen's <c>&lt;think&gt;</c>) are ordinary words and are found in every text, as in
/// Hugging Face. Lone surrogates count as U+FFFD. What no token covers becomes the unknown token, where the model has one.
/// </remarks>
public sealed class Tokenizer
{
    private static readonly List<(TextRange Range, int Id)> NothingFound = [];

    private readonly TokenizerFiles files;
    private readonly TokenizerDefinition definition;
    private readonly PreTokenizerSequence preTokenizers;
    private readonly PieceCache pieces;
    private readonly AddedTokenMatcher originalMatcher;
    private readonly AddedTokenMatcher normalizedMatcher;

    private Tokenizer(TokenizerFiles files, string folder)
    {
        this.files = files;
        var configuration = TokenizerConfiguration.Read(files, folder);
        definition = files.Tokenizer is { } json
            ? TokenizerReader.Read(json, Path.Combine(folder, TokenizerFiles.TokenizerName))
            : SentencePieceReader.Read(files.SentencePiece!.Content, Path.Combine(folder, files.SentencePiece.Name), configuration);
        Table = new TokenTable(definition.Vocabulary, definition.AddedTokens);
        preTokenizers = new PreTokenizerSequence(definition.PreTokenizers);
        pieces = new PieceCache(definition.Model);
        // Without a normaliser both kinds are looked for in the same text, but still one after the other, as Hugging Face does.
        originalMatcher = new AddedTokenMatcher(definition.AddedTokens.Where(token => !token.Normalized));
        normalizedMatcher = new AddedTokenMatcher(
            definition
                .AddedTokens.Where(token => token.Normalized)
                .Select(token => token with { Content = Normalize(new AlignedText(token.Content)).Text })
                .Where(token => token.Content.Length > 0)
        );
        BosTokenId = Resolve(configuration.Bos ?? definition.Bos, "bos_token", folder);
        EosTokenId = Resolve(configuration.Eos ?? definition.Eos, "eos_token", folder);
        PadTokenId = Resolve(configuration.Pad ?? definition.Pad, "pad_token", folder);
        PrefixTokenIds = [.. definition.Prefix.Select(token => Resolve(token, "post-processor's token", folder)!.Value)];
        SuffixTokenIds = [.. definition.Suffix.Select(token => Resolve(token, "post-processor's token", folder)!.Value)];
        ChatTemplate = configuration.ChatTemplate;
        AddBos =
            BosTokenId is { } bos
            && (PrefixTokenIds.Contains(bos) || (PrefixTokenIds.Count == 0 && (configuration.AddBos ?? definition.AddsBosByDefault)));
    }

    /// <summary>The largest id plus one: how many rows the model's embedding needs at least.</summary>
    public int VocabularySize => Table.Size;

    /// <summary>The token that begins a text; null where the model has none.</summary>
    public int? BosTokenId { get; }

    /// <summary>The token that ends a text; null where the model has none.</summary>
    public int? EosTokenId { get; }

    /// <summary>The token that fills batches; null where the model has none.</summary>
    public int? PadTokenId { get; }

    /// <summary>Whether the model expects <see cref="BosTokenId"/> before a text. The encoding methods leave that to the caller.</summary>
    public bool AddBos { get; }

    /// <summary>What the file's post-processor puts before a single text (BERT's <c>[CLS]</c>). The encoding methods leave that to the caller.</summary>
    public IReadOnlyList<int> PrefixTokenIds { get; }

    /// <summary>What the file's post-processor puts behind a single text (BERT's <c>[SEP]</c>). The encoding methods leave that to the caller.</summary>
    public IReadOnlyList<int> SuffixTokenIds { get; }

    /// <summary>The tokens that are found in the text as they stand, special or not.</summary>
    public IReadOnlyList<AddedToken> SpecialTokens => definition.AddedTokens;

    /// <summary>The source of the model's chat template; null where it has none.</summary>
    public string? ChatTemplate { get; }

    internal TokenTable Table { get; }

    /// <summary>
    /// Reads <c>tokenizer.json</c>, or where there is none the SentencePiece model <c>tokenizer.model</c> or <c>spiece.model</c>, and, where they exist,
    /// <c>tokenizer_config.json</c>, <c>special_tokens_map.json</c>, <c>added_tokens.json</c> and <c>chat_template.jinja</c>.
    /// </summary>
    /// <param name="folder">The model's folder.</param>
    /// <exception cref="InvalidInputException">A file is missing, broken, too large, or of a kind that is not supported.</exception>
    public static Tokenizer Load(string folder) => FromFiles(TokenizerFiles.Read(folder), folder);

    /// <summary>Makes a tokenizer from the contents of its files.</summary>
    internal static Tokenizer FromFiles(TokenizerFiles files, string folder) => new(files, folder);

    /// <summary>
    /// Writes the files that were loaded or trained, byte for byte; transformers loads them. A SentencePiece model is copied as it is, no
    /// <c>tokenizer.json</c> is made of it.
    /// </summary>
    /// <param name="folder">The folder, made where there is none.</param>
    public void Save(string folder) => files.Write(folder);

    /// <summary>The same tokenizer with another chat template, which <see cref="Save"/> then writes.</summary>
    /// <param name="template">The template's source.</param>
    public Tokenizer WithChatTemplate(string template) => FromFiles(TokenizerConfiguration.WithChatTemplate(files, template), string.Empty);

    /// <summary>The tokens of text from outside: what looks like a special token becomes ordinary tokens.</summary>
    public int[] Encode(string text) => Encode(text, TrustedRanges.None, withStarts: false).Ids;

    /// <summary>The tokens of text that this program wrote or trusts: special tokens in it are recognised.</summary>
    public int[] EncodeWithSpecialTokens(string text) => Encode(text, TrustedRanges.All, withStarts: false).Ids;

    /// <summary>The tokens of a text and where each starts.</summary>
    /// <param name="text">The text.</param>
    /// <param name="parseSpecialTokens">Whether the text is trusted, so that special tokens in it are recognised.</param>
    public TokenizedText EncodeWithOffsets(string text, bool parseSpecialTokens) =>
        Encode(text, parseSpecialTokens ? TrustedRanges.All : TrustedRanges.None);

    /// <summary>The text of tokens; bytes that form no character come out as U+FFFD.</summary>
    /// <param name="ids">The tokens.</param>
    /// <param name="skipSpecialTokens">Leaves special tokens out.</param>
    /// <exception cref="ArgumentOutOfRangeException">The vocabulary has no such id.</exception>
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = true)
    {
        var decoder = CreateStreamingDecoder(skipSpecialTokens);
        foreach (var id in ids)
        {
            decoder.Write(id);
        }

        return decoder.Finish();
    }

    /// <summary>A decoder that takes tokens one by one.</summary>
    /// <param name="skipSpecialTokens">Leaves special tokens out.</param>
    public StreamingDecoder CreateStreamingDecoder(bool skipSpecialTokens = true) => new(Table, definition.Decoder, skipSpecialTokens);

    /// <summary>The id of a token as the vocabulary writes it (byte-level characters: a space is <c>Ġ</c>); null where there is none.</summary>
    public int? TokenToId(string token) => Table.IdOf(token);

    /// <summary>The token as the vocabulary writes it; null where no token has the id.</summary>
    public string? IdToToken(int id) => Table.TokenOf(id);

    /// <summary>Encodes with special tokens recognised where every one of their characters is trusted.</summary>
    /// <param name="text">The text.</param>
    /// <param name="trusted">Its trusted stretches.</param>
    /// <param name="withStarts">Whether the starts are asked for; else they come back empty.</param>
    internal TokenizedText Encode(string text, TrustedRanges trusted, bool withStarts = true)
    {
        ArgumentNullException.ThrowIfNull(text);
        var scratch = EncodingScratch.Rent();
        try
        {
            scratch.Tokens.Reset(withStarts);
            var source = new AlignedText(ReplaceLoneSurrogates(text)) { IsTracked = withStarts || trusted.DependOnPosition };
            var at = 0;
            foreach (var (range, id) in Find(originalMatcher, source, trusted))
            {
                EncodeBetween(source, at, range.Start, trusted, scratch);
                scratch.Tokens.Add(id, source.OriginOf(range.Start));
                at = range.End;
            }

            EncodeBetween(source, at, source.Text.Length, trusted, scratch);
            return new TokenizedText(scratch.Tokens.Ids.ToArray(), scratch.Tokens.Starts.ToArray());
        }
        finally
        {
            scratch.Return();
        }
    }

    /// <summary>Encodes what lies between two added tokens of the text as it stands.</summary>
    private void EncodeBetween(AlignedText source, int start, int end, TrustedRanges trusted, EncodingScratch scratch)
    {
        if (start == end)
        {
            return;
        }

        if (definition.Normalizer is not null || !normalizedMatcher.IsEmpty)
        {
            source = Normalize(source.Slice(start, end));
            (start, end) = (0, source.Text.Length);
        }

        foreach (var (range, id) in Find(normalizedMatcher, source, trusted))
        {
            EncodeStretch(source, start, range.Start, scratch);
            scratch.Tokens.Add(id, source.OriginOf(range.Start));
            start = range.End;
        }

        EncodeStretch(source, start, end, scratch);
    }

    private void EncodeStretch(AlignedText text, int start, int end, EncodingScratch scratch)
    {
        if (start == end)
        {
            return;
        }

        preTokenizers.Cut(text, start, end, scratch);
        foreach (var piece in scratch.Pieces)
        {
            var first = scratch.Tokens.Count;
            pieces.Encode(piece.Text.Text.AsSpan(piece.Start, piece.End - piece.Start), scratch.Tokens, scratch.PieceTokens);
            scratch.Tokens.Locate(first, piece.Text, piece.Start);
        }
    }

    private AlignedText Normalize(AlignedText text) => definition.Normalizer?.Normalize(text) ?? text;

    private static List<(TextRange Range, int Id)> Find(AddedTokenMatcher matcher, AlignedText text, TrustedRanges trusted)
    {
        if (matcher.IsEmpty)
        {
            return NothingFound;
        }

        var found = new List<(TextRange, int)>();
        matcher.Find(text, trusted, found);
        return found;
    }

    private static string ReplaceLoneSurrogates(string text)
    {
        if (text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0)
        {
            return text;
        }

        // Each lone surrogate is one unit and so is U+FFFD: positions stay.
        char[]? clean = null;
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                clean ??= text.ToCharArray();
                clean[i] = '\uFFFD';
            }
        }

        return clean is null ? text : new string(clean);
    }

    private int? Resolve(string? token, string property, string folder) =>
        token is null ? null
        : Table.IdOf(token) is { } id ? id
        : throw new InvalidInputException(
            $"The {property} '{token}' is not in the vocabulary.",
            "Add it to tokenizer.json's added_tokens or name another token.",
            new InputPosition(Path.Combine(folder, TokenizerFiles.ConfigurationName))
        );
}
