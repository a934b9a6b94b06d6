using System.Text;

namespace Plumbline.Models.Tokenization;

/// <summary>Tokens with the place each one starts at.</summary>
/// <param name="Ids">The tokens.</param>
/// <param name="Starts">Per token, the UTF-16 position in the encoded text of the character its first byte belongs to. Ascending.</param>
public sealed record TokenizedText(int[] Ids, int[] Starts);

/// <summary>
/// A byte-level BPE tokenizer read from Hugging Face's files (GPT-2, Llama 3, Qwen 2 and 3, SmolLM 2, Mistral Nemo and their kin). Text that users
/// write cannot make special tokens: <see cref="Encode(string)"/> never recognises them. Thread-safe.
/// </summary>
/// <remarks>
/// Added tokens that their file does not call special (Qwen's <c>&lt;think&gt;</c>) are ordinary words and are found in every text, as in
/// Hugging Face. Lone surrogates count as U+FFFD.
/// </remarks>
public sealed class Tokenizer
{
    private readonly TokenizerFiles files;
    private readonly TokenizerDefinition definition;
    private readonly TokenTable table;
    private readonly BytePairEncoder encoder;
    private readonly AddedTokenMatcher originalMatcher;
    private readonly AddedTokenMatcher normalizedMatcher;

    private Tokenizer(TokenizerFiles files, string folder)
    {
        this.files = files;
        definition = TokenizerReader.Read(files.Tokenizer, Path.Combine(folder, TokenizerFiles.TokenizerName));
        table = new TokenTable(definition.Vocabulary, definition.AddedTokens);
        encoder = new BytePairEncoder(definition.Model);
        // Without a normaliser both kinds are looked for in the same text, but still one after the other, as Hugging Face does.
        originalMatcher = new AddedTokenMatcher(definition.AddedTokens.Where(token => !token.Normalized));
        normalizedMatcher = new AddedTokenMatcher(
            definition
                .AddedTokens.Where(token => token.Normalized)
                .Select(token => token with { Content = Normalize(new AlignedText(token.Content)).Text })
        );
        var configuration = TokenizerConfiguration.Read(files, folder);
        BosTokenId = Resolve(configuration.Bos, "bos_token", folder);
        EosTokenId = Resolve(configuration.Eos, "eos_token", folder);
        PadTokenId = Resolve(configuration.Pad, "pad_token", folder);
        ChatTemplate = configuration.ChatTemplate;
        var bos = BosTokenId is { } id ? table.TokenOf(id) : null;
        AddBos = bos is not null && (definition.Prefix.Contains(bos) || (definition.Prefix.Count == 0 && configuration.AddBos == true));
    }

    /// <summary>The largest id plus one: how many rows the model's embedding needs at least.</summary>
    public int VocabularySize => table.Size;

    /// <summary>The token that begins a text; null where the model has none.</summary>
    public int? BosTokenId { get; }

    /// <summary>The token that ends a text; null where the model has none.</summary>
    public int? EosTokenId { get; }

    /// <summary>The token that fills batches; null where the model has none.</summary>
    public int? PadTokenId { get; }

    /// <summary>Whether the model expects <see cref="BosTokenId"/> before a text. The encoding methods leave that to the caller.</summary>
    public bool AddBos { get; }

    /// <summary>The tokens that are found in the text as they stand, special or not.</summary>
    public IReadOnlyList<AddedToken> SpecialTokens => definition.AddedTokens;

    /// <summary>The source of the model's chat template; null where it has none.</summary>
    public string? ChatTemplate { get; }

    internal TokenTable Table => table;

    /// <summary>
    /// Reads <c>tokenizer.json</c> and, where they exist, <c>tokenizer_config.json</c>, <c>special_tokens_map.json</c> and
    /// <c>chat_template.jinja</c>.
    /// </summary>
    /// <param name="folder">The model's folder.</param>
    /// <exception cref="InvalidInputException">A file is missing, broken, too large, or of a kind that is not supported.</exception>
    public static Tokenizer Load(string folder) => FromFiles(TokenizerFiles.Read(folder), folder);

    /// <summary>Makes a tokenizer from the contents of its files.</summary>
    internal static Tokenizer FromFiles(TokenizerFiles files, string folder) => new(files, folder);

    /// <summary>Writes the files that were loaded or trained; transformers loads them.</summary>
    /// <param name="folder">The folder, made where there is none.</param>
    public void Save(string folder) => files.Write(folder);

    /// <summary>The same tokenizer with another chat template, which <see cref="Save"/> then writes.</summary>
    /// <param name="template">The template's source.</param>
    public Tokenizer WithChatTemplate(string template) => FromFiles(TokenizerConfiguration.WithChatTemplate(files, template), string.Empty);

    /// <summary>The tokens of text from outside: what looks like a special token becomes ordinary tokens.</summary>
    public int[] Encode(string text) => Encode(text, TrustedRanges.None).Ids;

    /// <summary>The tokens of text that this program wrote or trusts: special tokens in it are recognised.</summary>
    public int[] EncodeWithSpecialTokens(string text) => Encode(text, TrustedRanges.All).Ids;

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
        var bytes = new System.Buffers.ArrayBufferWriter<byte>(Math.Max(16, ids.Length * 4));
        foreach (var id in ids)
        {
            table.Check(id);
            if (!skipSpecialTokens || !table.IsSpecial(id))
            {
                System.Buffers.BuffersExtensions.Write(bytes, table.BytesOf(id));
            }
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    /// <summary>A decoder that takes tokens one by one.</summary>
    /// <param name="skipSpecialTokens">Leaves special tokens out.</param>
    public StreamingDecoder CreateStreamingDecoder(bool skipSpecialTokens = true) => new(table, skipSpecialTokens);

    /// <summary>The id of a token as the vocabulary writes it (byte-level characters: a space is <c>Ġ</c>); null where there is none.</summary>
    public int? TokenToId(string token) => table.IdOf(token);

    /// <summary>The token as the vocabulary writes it; null where no token has the id.</summary>
    public string? IdToToken(int id) => table.TokenOf(id);

    /// <summary>Encodes with special tokens recognised where every one of their characters is trusted.</summary>
    internal TokenizedText Encode(string text, TrustedRanges trusted)
    {
        ArgumentNullException.ThrowIfNull(text);
        var ids = new List<int>((text.Length / 3) + 4);
        var starts = new List<int>(ids.Capacity);
        foreach (var (stretch, special) in Cut(new AlignedText(ReplaceLoneSurrogates(text)), originalMatcher, trusted))
        {
            if (special is { } id)
            {
                Add(id, stretch.OriginOf(0));
                continue;
            }

            foreach (var (part, normalizedId) in Cut(Normalize(stretch), normalizedMatcher, trusted))
            {
                if (normalizedId is { } found)
                {
                    Add(found, part.OriginOf(0));
                }
                else
                {
                    EncodeStretch(part, ids, starts);
                }
            }
        }

        return new TokenizedText([.. ids], [.. starts]);

        void Add(int id, int start)
        {
            ids.Add(id);
            starts.Add(start);
        }
    }

    private void EncodeStretch(AlignedText text, List<int> ids, List<int> starts)
    {
        var pieces = new List<PreTokenizer.Piece>((text.Text.Length / 4) + 1);
        definition.PreTokenizer.Split(text, 0, text.Text.Length, pieces);
        foreach (var piece in pieces)
        {
            var encoded = encoder.Encode(piece.Text.Text.AsSpan(piece.Start, piece.End - piece.Start));
            ids.AddRange(encoded.Ids);
            foreach (var start in encoded.Starts)
            {
                starts.Add(piece.Text.OriginOf(piece.Start + start));
            }
        }
    }

    private AlignedText Normalize(AlignedText text) =>
        definition.Normalization switch
        {
            NormalizationKind.FormC => UnicodeNormalizer.Normalize(text, compose: true),
            NormalizationKind.FormD => UnicodeNormalizer.Normalize(text, compose: false),
            _ => text,
        };

    /// <summary>Cuts a text into added tokens (with their id) and the non-empty stretches between them.</summary>
    private static List<(AlignedText Stretch, int? Id)> Cut(AlignedText text, AddedTokenMatcher matcher, TrustedRanges trusted)
    {
        var found = new List<(TextRange Range, int Id)>();
        if (!matcher.IsEmpty)
        {
            matcher.Find(text, trusted, found);
        }

        var parts = new List<(AlignedText, int?)>((found.Count * 2) + 1);
        var at = 0;
        foreach (var (range, id) in found)
        {
            AddPlain(range.Start);
            parts.Add((text.Slice(range.Start, range.End), id));
            at = range.End;
        }

        AddPlain(text.Text.Length);
        return parts;

        void AddPlain(int end)
        {
            if (end > at)
            {
                parts.Add((text.Slice(at, end), null));
            }
        }
    }

    private static string ReplaceLoneSurrogates(string text)
    {
        if (text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0)
        {
            return text;
        }

        // Each lone surrogate is one unit and so is U+FFFD: positions stay.
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            clean.Append(rune.ToString());
        }

        return clean.ToString();
    }

    private int? Resolve(string? token, string property, string folder) =>
        token is null ? null
        : table.IdOf(token) is { } id ? id
        : throw new InvalidInputException(
            $"The {property} '{token}' is not in the vocabulary.",
            "Add it to tokenizer.json's added_tokens or name another token.",
            new InputPosition(Path.Combine(folder, TokenizerFiles.ConfigurationName))
        );
}
