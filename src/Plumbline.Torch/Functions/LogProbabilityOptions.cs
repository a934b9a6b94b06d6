using static TorchSharp.torch;

namespace Plumbline.Torch.Functions;

/// <summary>
/// Which distribution log-probabilities are taken of, and what is asked beside them. Logits are made in this order: hidden · weightᵀ, then the soft cap
/// (it belongs to the model), then the scale (it belongs to whoever asks, as a sampler's temperature does).
/// </summary>
public sealed record LogProbabilityOptions
{
    private readonly double logitScale = 1;
    private readonly double? softCap;

    /// <summary>Factor on the capped logits: 1 / temperature, or a model's own scale. Finite, above 0.</summary>
    /// <value>1.</value>
    /// <exception cref="ArgumentOutOfRangeException">It is not finite and above 0.</exception>
    public double LogitScale
    {
        get => logitScale;
        init => logitScale = Positive(value, nameof(LogitScale));
    }

    /// <summary>Logits become cap · tanh(logit / cap) (Gemma 2, arXiv 2408.00118). Finite, above 0; null for none.</summary>
    /// <value>null.</value>
    /// <exception cref="ArgumentOutOfRangeException">It is not finite and above 0.</exception>
    public double? SoftCap
    {
        get => softCap;
        init => softCap = value is { } cap ? Positive(cap, nameof(SoftCap)) : null;
    }

    /// <summary>Whether the entropy has a gradient.</summary>
    /// <value>false.</value>
    public bool EntropyGradient { get; init; }

    /// <summary>The reference whose distance is asked; null for none.</summary>
    /// <value>null.</value>
    public ReferenceLogits? Reference { get; init; }

    /// <summary>
    /// What a sampler's filters left of each row: all that is returned is of the distribution over these entries, the reference's too. Every target must be
    /// among its row's. Null for the whole vocabulary.
    /// </summary>
    /// <value>null.</value>
    public KeptEntries? Kept { get; init; }

    /// <summary>
    /// Whether the gradient of the weight is added to its <c>grad</c> chunk by chunk, where that can be, instead of being handed to autograd whole: a matrix as large as
    /// the vocabulary less. <c>autograd.grad</c> with respect to the weight then sees nothing.
    /// </summary>
    internal bool AddsToWeightGradient { get; init; }

    internal static double Positive(double value, string name) =>
        double.IsFinite(value) && value > 0
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}: give a finite number above 0.");
}

/// <summary>What a reference's logits are made of; constants, whatever their tensors say. The policy's <see cref="LogProbabilityOptions.LogitScale"/> applies to them too.</summary>
/// <param name="Hidden">[rows, reference width], row for row beside the policy's; not owned.</param>
/// <param name="Weight">[vocabulary, reference width], over the policy's vocabulary; not owned.</param>
/// <param name="SoftCap">The reference's own soft cap; null for none.</param>
public sealed record ReferenceLogits(Tensor Hidden, Tensor Weight, double? SoftCap = null)
{
    /// <summary>The reference's own soft cap, finite and above 0; null for none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not finite and above 0.</exception>
    public double? SoftCap { get; } = SoftCap is { } cap ? LogProbabilityOptions.Positive(cap, nameof(SoftCap)) : null;
}
