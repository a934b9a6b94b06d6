using Plumbline.Torch.Functions;

namespace Plumbline.Models.Language;

/// <summary>
/// The shape of a Llama-family decoder: RMSNorm before attention and before a SwiGLU feed-forward, rotary positions, grouped key heads. Llama 2,
/// Mistral, Qwen2, Qwen2.5, Qwen3 and SmolLM2 are settings of it.
/// </summary>
public sealed record DecoderConfig
{
    /// <summary>Hugging Face's <c>model_type</c>: llama, mistral, qwen2 or qwen3.</summary>
    public required string ModelType { get; init; }

    /// <summary>Rows of the embedding.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Width of the residual stream.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Inner width of the feed-forward.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Number of blocks.</summary>
    public required int LayerCount { get; init; }

    /// <summary>Query heads.</summary>
    public required int HeadCount { get; init; }

    /// <summary>Key and value heads; divides <see cref="HeadCount"/>.</summary>
    public required int KeyValueHeadCount { get; init; }

    /// <summary>Width of one head, even.</summary>
    public required int HeadSize { get; init; }

    /// <summary>ε of the norms.</summary>
    /// <value>1e-5</value>
    public double RmsNormEpsilon { get; init; } = 1e-5;

    /// <summary>Base of the rotary frequencies.</summary>
    /// <value>10000</value>
    public double RopeTheta { get; init; } = 10_000;

    /// <summary>The longest sequence the model was made for, in tokens.</summary>
    /// <value>2048</value>
    public int MaxPositions { get; init; } = 2048;

    /// <summary>How far back a token sees, in tokens; null for all the way. Sequences beyond it are refused.</summary>
    public int? SlidingWindow { get; init; }

    /// <summary>Whether the output projection is the embedding itself.</summary>
    public bool TieWordEmbeddings { get; init; }

    /// <summary>Whether query, key and value projections have a bias (Qwen2, or Llama with <c>attention_bias</c>).</summary>
    public bool QueryKeyValueBias { get; init; }

    /// <summary>Whether the attention's output projection has a bias (Llama with <c>attention_bias</c>).</summary>
    public bool OutputBias { get; init; }

    /// <summary>Whether the feed-forward projections have biases (Llama with <c>mlp_bias</c>).</summary>
    public bool FeedForwardBias { get; init; }

    /// <summary>Whether queries and keys are normalised per head (Qwen3).</summary>
    public bool QueryKeyNorm { get; init; }

    /// <summary>Standard deviation of new weights.</summary>
    /// <value>0.02</value>
    public double InitializerRange { get; init; } = 0.02;

    /// <summary>The token that starts a text; null where there is none.</summary>
    public int? BosTokenId { get; init; }

    /// <summary>The tokens that end a text.</summary>
    public IReadOnlyList<int> EosTokenIds { get; init; } = [];

    /// <summary>The padding token; null where there is none.</summary>
    public int? PadTokenId { get; init; }

    /// <summary>How a row of projected queries, keys and values is cut into heads.</summary>
    public HeadLayout Layout => new(HeadCount, KeyValueHeadCount, HeadSize);

    /// <summary>Weights in matrix multiplies, the output projection included and the embedding look-up not: N of "6·N·tokens".</summary>
    public long MatrixParameterCount =>
        (long)LayerCount
            * ((long)HiddenSize * Layout.RowSize + ((long)Layout.QuerySize * HiddenSize) + (3L * HiddenSize * IntermediateSize))
        + ((long)VocabularySize * HiddenSize);

    /// <summary>
    /// Floating-point operations of one training step: 6 per weight and token, and causal attention's two products (2·2·T²/2·width forward, twice
    /// that backward) for each sequence.
    /// </summary>
    /// <param name="sequenceLengths">Tokens of each sequence.</param>
    public double TrainingFlops(IEnumerable<int> sequenceLengths)
    {
        double flops = 0;
        foreach (var length in sequenceLengths)
        {
            flops += (6.0 * MatrixParameterCount * length) + (3.0 * 2.0 * length * length * Layout.QuerySize * LayerCount);
        }

        return flops;
    }
}
