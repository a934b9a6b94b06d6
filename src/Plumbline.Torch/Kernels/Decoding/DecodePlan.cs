using Plumbline.Torch.Functions;
using static TorchSharp.torch;

namespace Plumbline.Torch.Kernels.Decoding;

/// <summary>
/// What a decoder computes for one token, in the terms of the decode kernels. Weights are given by functions that are called, without gradients, when the
/// engine packs them: at construction and after each update of the policy. They return what the product shall use (adapters merged, for example); their
/// results are read as float32 on the CPU and disposed with the scope they were made in.
/// </summary>
internal sealed record DecodePlan
{
    /// <summary>[vocabulary, hidden size], float32 on the CPU: the model's own tensor, read in place.</summary>
    internal required Tensor Embedding { get; init; }

    /// <summary>Factor on the embedded token.</summary>
    internal float EmbeddingScale { get; init; } = 1;

    /// <summary>[positions, hidden size], float32 on the CPU, added to the embedded token and read in place; null for none.</summary>
    internal Tensor? PositionEmbedding { get; init; }

    /// <summary>The blocks.</summary>
    internal required IReadOnlyList<DecodeLayerPlan> Layers { get; init; }

    /// <summary>The norm before the head.</summary>
    internal required NormPlan FinalNorm { get; init; }

    /// <summary>Scores over the vocabulary.</summary>
    internal required MatrixPlan Head { get; init; }

    /// <summary>c in c · tanh(score / c); null for none.</summary>
    internal float? LogitSoftCap { get; init; }

    /// <summary>The longest sequence, in tokens.</summary>
    internal required int MaxPositions { get; init; }

    /// <summary>Width of the residual stream.</summary>
    internal int HiddenSize => Head.Inputs;
}

/// <summary>One block: x + attention(norm(x)), then x + feed-forward(norm(x)).</summary>
/// <param name="Attention">The attention.</param>
/// <param name="FeedForward">The feed-forward.</param>
/// <param name="Parallel">Whether both read the same x and their results are added together.</param>
internal sealed record DecodeLayerPlan(DecodeAttentionPlan Attention, FeedForwardPlan FeedForward, bool Parallel = false);

/// <summary>Attention over the cached keys and values.</summary>
internal sealed record DecodeAttentionPlan
{
    /// <summary>The norm of what goes in; null for none.</summary>
    internal NormPlan? Norm { get; init; }

    /// <summary>The norm of what comes out, before it is added; null for none.</summary>
    internal NormPlan? PostNorm { get; init; }

    /// <summary>Queries, keys and values in one matrix, cut as <see cref="Layout"/> says.</summary>
    internal required MatrixPlan QueryKeyValue { get; init; }

    /// <summary>The output projection.</summary>
    internal required MatrixPlan Output { get; init; }

    /// <summary>The heads.</summary>
    internal required HeadLayout Layout { get; init; }

    /// <summary>Factor on the scores.</summary>
    internal required float Scale { get; init; }

    /// <summary>c in c · tanh(score / c); null for none.</summary>
    internal float? SoftCap { get; init; }

    /// <summary>How many tokens a token sees, itself included; null for all.</summary>
    internal int? Window { get; init; }

    /// <summary>The norm of each query head before it is rotated; null for none.</summary>
    internal NormPlan? QueryNorm { get; init; }

    /// <summary>The norm of each key head before it is rotated; null for none.</summary>
    internal NormPlan? KeyNorm { get; init; }

    /// <summary>The rotation of queries and keys; null for none. Layers that rotate alike should share one.</summary>
    internal RotaryPlan? Rotary { get; init; }
}

/// <summary>
/// Rotary positions in the half-split layout: element j &lt; n of a head turns with element j + n by position · frequency j, where n is the number of
/// frequencies; elements from 2n on stay.
/// </summary>
/// <param name="Frequencies">Radians per position.</param>
/// <param name="Factor">On sine and cosine (YaRN's attention factor).</param>
internal sealed record RotaryPlan(float[] Frequencies, float Factor = 1);

/// <summary>down(act(gate) · up), or down(act(up)) where there is no gate.</summary>
internal sealed record FeedForwardPlan
{
    /// <summary>The norm of what goes in; null for none.</summary>
    internal NormPlan? Norm { get; init; }

    /// <summary>The norm of what comes out, before it is added; null for none.</summary>
    internal NormPlan? PostNorm { get; init; }

    /// <summary>The gate; null for none.</summary>
    internal MatrixPlan? Gate { get; init; }

    /// <summary>The inner projection.</summary>
    internal required MatrixPlan Up { get; init; }

    /// <summary>Back to the residual stream.</summary>
    internal required MatrixPlan Down { get; init; }

    /// <summary>The non-linearity.</summary>
    internal ActivationKind Activation { get; init; }
}

/// <summary>A matrix multiply, y = W x + b.</summary>
/// <param name="Outputs">Rows of W.</param>
/// <param name="Inputs">Columns of W.</param>
/// <param name="Weight">[outputs, inputs].</param>
/// <param name="Bias">[outputs]; null for none.</param>
internal sealed record MatrixPlan(int Outputs, int Inputs, Func<Tensor> Weight, Func<Tensor>? Bias = null);

/// <summary>(x − m) / √(mean((x − m)²) + ε) · (weight + offset) + bias, with m the mean where centred (LayerNorm) and 0 where not (RMSNorm).</summary>
/// <param name="Width">Values normalised together.</param>
/// <param name="Weight">[width].</param>
/// <param name="Bias">[width]; null for none.</param>
/// <param name="Epsilon">Above 0.</param>
/// <param name="Offset">1 where the weight is stored as the difference to 1.</param>
/// <param name="Centred">Whether the mean is subtracted.</param>
internal sealed record NormPlan(
    int Width,
    Func<Tensor> Weight,
    double Epsilon,
    Func<Tensor>? Bias = null,
    float Offset = 0,
    bool Centred = false
);
