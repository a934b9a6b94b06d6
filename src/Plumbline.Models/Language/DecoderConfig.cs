using Plumbline.Torch.Functions;

namespace Plumbline.Models.Language;

/// <summary>
/// The shape of a decoder-only transformer. Every model type that Plumbline reads is a setting of these options; none has code of its own. The defaults are
/// Llama's: RMS norms before attention and feed-forward, rotary positions, a gated feed-forward with SiLU.
/// </summary>
public sealed record DecoderConfig
{
    /// <summary>Hugging Face's <c>model_type</c>: <c>llama</c>, <c>gemma2</c>, <c>gpt2</c> …; decides the names in files.</summary>
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

    /// <summary>The normalisation of hidden states, and of heads where <see cref="QueryKeyNorm"/> is set.</summary>
    /// <value><see cref="NormKind.RootMeanSquare"/></value>
    public NormKind Norm { get; init; } = NormKind.RootMeanSquare;

    /// <summary>ε of the norms.</summary>
    /// <value>1e-5</value>
    public double NormEpsilon { get; init; } = 1e-5;

    /// <summary>Whether what attention and feed-forward return is normalised, too, before it joins the residual stream (Gemma 2 and 3).</summary>
    public bool PostNorms { get; init; }

    /// <summary>Whether attention and feed-forward read the same hidden state and are added together (GPT-NeoX).</summary>
    public bool ParallelResidual { get; init; }

    /// <summary>The non-linearity of the feed-forward.</summary>
    /// <value><see cref="ActivationKind.Silu"/></value>
    public ActivationKind Activation { get; init; } = ActivationKind.Silu;

    /// <summary>Whether the feed-forward is down(activation(gate(x)) · up(x)); otherwise it is down(activation(up(x))).</summary>
    /// <value>true</value>
    public bool GatedFeedForward { get; init; } = true;

    /// <summary>Experts in place of one feed-forward; null for none.</summary>
    public ExpertOptions? Experts { get; init; }

    /// <summary>Which layers have experts where <see cref="Experts"/> is set, one entry per layer; empty for all.</summary>
    public IReadOnlyList<bool> ExpertLayers { get; init; } = [];

    /// <summary>Factor on the embedding (Gemma: √(hidden size)).</summary>
    /// <value>1</value>
    public double EmbeddingScale { get; init; } = 1;

    /// <summary>Whether positions are learned vectors added to the embedding (GPT-2) instead of rotations.</summary>
    public bool LearnedPositions { get; init; }

    /// <summary>Base of the rotary frequencies.</summary>
    /// <value>10000</value>
    public double RopeTheta { get; init; } = 10_000;

    /// <summary>Base of the rotary frequencies of layers with a sliding window, which are never scaled (Gemma 3); null for the same as all others.</summary>
    public double? SlidingRopeTheta { get; init; }

    /// <summary>The share of each head that is rotated, from its front (GPT-NeoX: 0.25).</summary>
    /// <value>1</value>
    public double RotaryShare { get; init; } = 1;

    /// <summary>How frequencies are stretched for sequences longer than in pretraining; null for not at all.</summary>
    public RopeScaling? RopeScaling { get; init; }

    /// <summary>Which layers rotate queries and keys, one entry per layer; empty for all (SmolLM3 leaves out every fourth).</summary>
    public IReadOnlyList<bool> RotaryLayers { get; init; } = [];

    /// <summary>The longest sequence the model was made for, in tokens.</summary>
    /// <value>2048</value>
    public int MaxPositions { get; init; } = 2048;

    /// <summary>The longest sequence with <see cref="RopeScaling"/> where that is more than <see cref="MaxPositions"/>; null where it is not.</summary>
    public int? ScaledMaxPositions { get; init; }

    /// <summary>The longest sequence that is accepted, in tokens.</summary>
    public int ContextLength => ScaledMaxPositions ?? MaxPositions;

    /// <summary>Keys that a query sees in layers with a sliding window, its own included; null where no layer has one.</summary>
    public int? SlidingWindow { get; init; }

    /// <summary>Which layers have the <see cref="SlidingWindow"/>, one entry per layer; empty for all.</summary>
    public IReadOnlyList<bool> SlidingLayers { get; init; } = [];

    /// <summary>Attention scores are divided by the root of this number (Gemma's <c>query_pre_attn_scalar</c>); null for the head size.</summary>
    public double? QueryScalar { get; init; }

    /// <summary>Soft cap of attention scores (Gemma 2); null for none.</summary>
    public double? AttentionSoftCap { get; init; }

    /// <summary>Soft cap of the logits (Gemma 2); null for none.</summary>
    public double? LogitSoftCap { get; init; }

    /// <summary>Whether the output projection is the embedding itself.</summary>
    public bool TieWordEmbeddings { get; init; }

    /// <summary>Whether query, key and value projections have a bias (Qwen2, or Llama with <c>attention_bias</c>).</summary>
    public bool QueryKeyValueBias { get; init; }

    /// <summary>Whether the attention's output projection has a bias (GPT-2, GPT-NeoX, Llama with <c>attention_bias</c>).</summary>
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

    /// <summary>Values of each head that are rotated: even, at most the head size.</summary>
    public int RotarySize => (int)(HeadSize * RotaryShare) / 2 * 2;

    /// <summary>How the scores of a layer's attention are made.</summary>
    /// <param name="layer">From 0.</param>
    public AttentionRule AttentionOf(int layer) =>
        new(1 / Math.Sqrt(QueryScalar ?? HeadSize), IsSliding(layer) ? SlidingWindow : null, AttentionSoftCap);

    /// <summary>Whether a layer's queries see only the <see cref="SlidingWindow"/>.</summary>
    public bool IsSliding(int layer) => SlidingWindow is not null && (SlidingLayers.Count == 0 || SlidingLayers[layer]);

    /// <summary>Whether a layer rotates queries and keys.</summary>
    public bool IsRotary(int layer) => !LearnedPositions && (RotaryLayers.Count == 0 || RotaryLayers[layer]);

    /// <summary>Whether a layer has experts in place of one feed-forward.</summary>
    public bool HasExperts(int layer) => Experts is not null && (ExpertLayers.Count == 0 || ExpertLayers[layer]);

    /// <summary>Weights that one token meets in matrix multiplies, the output projection included and the embedding look-up not: N of "6·N·tokens".</summary>
    public long MatrixParameterCount =>
        (long)LayerCount * HiddenSize * (Layout.RowSize + Layout.QuerySize)
        + Enumerable.Range(0, LayerCount).Sum(FeedForwardParameterCount)
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

    private long FeedForwardParameterCount(int layer)
    {
        var matrices = GatedFeedForward ? 3L : 2L;
        return HasExperts(layer)
            ? HiddenSize
                * (
                    Experts!.Count
                    + (matrices * Experts.PerToken * Experts.IntermediateSize)
                    + (matrices * (Experts.SharedIntermediateSize ?? 0))
                )
            : matrices * HiddenSize * IntermediateSize;
    }
}

/// <summary>A normalisation.</summary>
public enum NormKind
{
    /// <summary>x / √(mean(x²) + ε) · w (arXiv 1910.07467).</summary>
    RootMeanSquare,

    /// <summary>The same with 1 + w in place of w (Gemma).</summary>
    RootMeanSquareOffset,

    /// <summary>(x − mean(x)) / √(var(x) + ε) · w + b (arXiv 1607.06450).</summary>
    Layer,
}

/// <summary>A mixture of experts: a router sends each token to a few of many feed-forwards (arXiv 2101.03961, 2401.04088).</summary>
public sealed record ExpertOptions
{
    /// <summary>Experts in a layer.</summary>
    public required int Count { get; init; }

    /// <summary>Experts that one token meets.</summary>
    public required int PerToken { get; init; }

    /// <summary>Inner width of one expert.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Whether the chosen experts' probabilities are scaled to sum to 1 (Mixtral, Qwen3).</summary>
    public bool NormalizeWeights { get; init; }

    /// <summary>Inner width of an expert that every token meets beside, weighted by a gate of its own (Qwen2-MoE); null for none.</summary>
    public int? SharedIntermediateSize { get; init; }

    /// <summary>Weight of the load-balancing loss in training.</summary>
    /// <value>0.001</value>
    public double AuxiliaryLossWeight { get; init; } = 0.001;
}
