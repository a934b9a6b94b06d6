using Plumbline.Tokenization.Decoders;
using Plumbline.Tokenization.Models;
using Plumbline.Tokenization.Normalizers;
using Plumbline.Tokenization.PreTokenizers;

namespace Plumbline.Tokenization;

/// <summary>What a tokenizer's file says, whether it is a <c>tokenizer.json</c> or a SentencePiece model.</summary>
/// <param name="Vocabulary">Token to id, without the added tokens that are not in it.</param>
/// <param name="Model">The model.</param>
/// <param name="Normalizer">The normaliser; null where texts stay as they are.</param>
/// <param name="PreTokenizers">The steps that cut texts into pieces.</param>
/// <param name="Decoder">The stages that turn tokens into text, first to last.</param>
/// <param name="AddedTokens">The added tokens, special or not.</param>
internal sealed record TokenizerDefinition(
    IReadOnlyDictionary<string, int> Vocabulary,
    SubwordModel Model,
    Normalizer? Normalizer,
    IReadOnlyList<PreTokenizer> PreTokenizers,
    IReadOnlyList<StageFactory> Decoder,
    IReadOnlyList<AddedToken> AddedTokens
)
{
    /// <summary>The most entries a vocabulary may have: several times the largest known.</summary>
    public const int MaximumVocabulary = 1 << 22;

    /// <summary>The most characters one token may have.</summary>
    public const int MaximumTokenLength = 1 << 16;

    /// <summary>The special tokens the post-processor puts before a single text.</summary>
    public IReadOnlyList<string> Prefix { get; init; } = [];

    /// <summary>Those it puts behind.</summary>
    public IReadOnlyList<string> Suffix { get; init; } = [];

    /// <summary>The token that begins a text, where the tokenizer's own file says so.</summary>
    public string? Bos { get; init; }

    /// <summary>The token that ends a text, where the tokenizer's own file says so.</summary>
    public string? Eos { get; init; }

    /// <summary>The token that fills batches, where the tokenizer's own file says so.</summary>
    public string? Pad { get; init; }

    /// <summary>Whether texts begin with <see cref="Bos"/> where nothing else is said.</summary>
    public bool AddsBosByDefault { get; init; }
}
