namespace Plumbline.Models.Tokenization;

/// <summary>How a text is normalised before it is cut.</summary>
internal enum NormalizationKind
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Canonical composition (Qwen).</summary>
    FormC,

    /// <summary>Canonical decomposition.</summary>
    FormD,
}

/// <summary>What a <c>tokenizer.json</c> says.</summary>
/// <param name="Vocabulary">Token to id, without the added tokens that are not in it.</param>
/// <param name="Model">The BPE model.</param>
/// <param name="Normalization">The normaliser.</param>
/// <param name="PreTokenizer">The pre-tokenizer.</param>
/// <param name="AddedTokens">The added tokens, special or not.</param>
/// <param name="Prefix">The special tokens the post-processor puts before a single text.</param>
/// <param name="Suffix">Those it puts behind.</param>
internal sealed record TokenizerDefinition(
    Dictionary<string, int> Vocabulary,
    BytePairModel Model,
    NormalizationKind Normalization,
    PreTokenizer PreTokenizer,
    IReadOnlyList<AddedToken> AddedTokens,
    IReadOnlyList<string> Prefix,
    IReadOnlyList<string> Suffix
)
{
    /// <summary>The most entries a vocabulary may have: several times the largest known.</summary>
    public const int MaximumVocabulary = 1 << 22;

    /// <summary>The most characters one token may have.</summary>
    public const int MaximumTokenLength = 1 << 16;
}
