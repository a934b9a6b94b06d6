using Plumbline.Torch.Functions;
using Plumbline.Torch.Kernels;

namespace Plumbline.Torch.Blocks;

/// <summary>The sizes and variations of a transformer block, x + attention(norm(x)), then x + feed-forward(norm(x)), with RMS norms.</summary>
public sealed record BlockShape
{
    /// <summary>Width of the residual stream.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Inner width of the feed-forward.</summary>
    public required int FeedForwardSize { get; init; }

    /// <summary>How a row of queries, keys and values is cut into heads.</summary>
    public required HeadLayout Layout { get; init; }

    /// <summary>Scale and window of the scores.</summary>
    public required AttentionRule Rule { get; init; }

    /// <summary>ε of the norms.</summary>
    public required double NormEpsilon { get; init; }

    /// <summary>Added to the norms' weights: 1 for Gemma, else 0.</summary>
    public double NormOffset { get; init; }

    /// <summary>Values of a head that turn with a partner, the rotated size / 2; 0 without rotations.</summary>
    public int RotaryHalf { get; init; }

    /// <summary>Whether queries and keys are normalised head by head before they are rotated.</summary>
    public bool QueryKeyNorm { get; init; }

    /// <summary>The non-linearity of the feed-forward.</summary>
    public ActivationKind Activation { get; init; } = ActivationKind.Silu;

    /// <summary>Whether the feed-forward is down(activation(gate(x)) · up(x)); otherwise it is down(activation(up(x))).</summary>
    public bool Gated { get; init; } = true;

    /// <summary>Whether all widths that kernels walk along are whole vector registers, and the attention has no soft cap.</summary>
    internal bool FitsKernels =>
        Rule.SoftCap is null
        && HiddenSize % TensorMemory.Lanes == 0
        && FeedForwardSize % TensorMemory.Lanes == 0
        && RotaryHalf % TensorMemory.Lanes == 0
        && (!QueryKeyNorm || Layout.HeadSize % TensorMemory.Lanes == 0);

    internal NormShape Norm => new(HiddenSize, (float)NormEpsilon, (float)NormOffset);

    internal HeadNormShape QueryNorm => new(Layout.RowSize, 0, Layout.Heads, HeadNorm);

    internal HeadNormShape KeyNorm => new(Layout.RowSize, Layout.Heads, Layout.KeyValueHeads, HeadNorm);

    internal RotaryShape Rotary => new(Layout.RowSize, Layout.Heads + Layout.KeyValueHeads, Layout.HeadSize, RotaryHalf);

    private NormShape HeadNorm => new(Layout.HeadSize, (float)NormEpsilon, (float)NormOffset);
}
