using Plumbline.Configuration;
using Plumbline.Models.Language;
using Plumbline.Tokenization;

namespace Plumbline.Cli.Pipelines;

/// <summary>The shape of a small Llama-style model that a pipeline makes itself.</summary>
public sealed record TinyModelOptions : IValidatedOptions
{
    /// <summary>Entries of the tokenizer that is trained for it.</summary>
    /// <value>4096</value>
    public int VocabularySize { get; init; } = 4096;

    /// <summary>Width of the residual stream.</summary>
    /// <value>256</value>
    public int HiddenSize { get; init; } = 256;

    /// <summary>Inner width of the feed-forward.</summary>
    /// <value>704</value>
    public int IntermediateSize { get; init; } = 704;

    /// <summary>Blocks.</summary>
    /// <value>4</value>
    public int Layers { get; init; } = 4;

    /// <summary>Query heads; divides the hidden size.</summary>
    /// <value>4</value>
    public int Heads { get; init; } = 4;

    /// <summary>Key heads; divides the heads.</summary>
    /// <value>2</value>
    public int KeyValueHeads { get; init; } = 2;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        (bool Holds, string Option, object Value, string Range)[] checks =
        [
            (VocabularySize is >= 300 and <= 65_536, nameof(VocabularySize), VocabularySize, "between 300 and 65536"),
            (HiddenSize is >= 16 and <= 4096, nameof(HiddenSize), HiddenSize, "between 16 and 4096"),
            (IntermediateSize is >= 16 and <= 16_384, nameof(IntermediateSize), IntermediateSize, "between 16 and 16384"),
            (Layers is >= 1 and <= 64, nameof(Layers), Layers, "between 1 and 64"),
            (Heads >= 1 && HiddenSize % (2 * Heads) == 0, nameof(Heads), Heads, "a divisor of half the hidden_size"),
            (KeyValueHeads >= 1 && Heads % KeyValueHeads == 0, nameof(KeyValueHeads), KeyValueHeads, "a divisor of heads"),
        ];
        return from check in checks where !check.Holds select new OptionProblem(check.Option, check.Value, check.Range);
    }

    /// <summary>The decoder's shape, for a tokenizer and the longest sequence it shall read.</summary>
    internal DecoderConfig ToConfig(Tokenizer tokenizer, int maxLength) =>
        new()
        {
            ModelType = "llama",
            VocabularySize = tokenizer.VocabularySize,
            HiddenSize = HiddenSize,
            IntermediateSize = IntermediateSize,
            LayerCount = Layers,
            HeadCount = Heads,
            KeyValueHeadCount = KeyValueHeads,
            HeadSize = HiddenSize / Heads,
            MaxPositions = maxLength,
            TieWordEmbeddings = true,
            BosTokenId = tokenizer.BosTokenId,
            EosTokenIds = tokenizer.EosTokenId is { } end ? [end] : [],
            PadTokenId = tokenizer.PadTokenId,
        };
}
