using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Training.Preferences;
using static TorchSharp.torch;

namespace Plumbline.Benchmarks.Preferences;

/// <summary>A way to take one step of DPO, up to the optimiser: forward, backward, gradients back to 0.</summary>
internal abstract class PreferenceSide : IDisposable
{
    /// <summary>TRL's default.</summary>
    internal const double Beta = 0.1;

    /// <summary>The weights that gradients are for.</summary>
    protected abstract IEnumerable<Tensor> Weights { get; }

    /// <summary>One step.</summary>
    internal void Step(IReadOnlyList<TokenizedPair> batch)
    {
        Differentiate(batch);
        ZeroGradients();
    }

    /// <summary>The norm of the step's gradient: at the start of DPO every side's loss is ln 2, whatever it computes; the gradient is not.</summary>
    internal double GradientNorm(IReadOnlyList<TokenizedPair> batch)
    {
        Differentiate(batch);
        var squares = 0.0;
        foreach (var weight in Weights)
        {
            using var scope = NewDisposeScope();
            squares += weight.grad?.to(ScalarType.Float32).square().sum().item<float>() ?? 0;
        }

        ZeroGradients();
        return Math.Sqrt(squares);
    }

    /// <summary>Forward and backward pass.</summary>
    protected abstract void Differentiate(IReadOnlyList<TokenizedPair> batch);

    private void ZeroGradients()
    {
        foreach (var weight in Weights)
        {
            using var gradient = weight.grad;
            gradient?.zero_();
        }
    }

    /// <summary>The side of that kind, with weights of its own.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="config">The model's shape.</param>
    /// <param name="batches">All batches that it will see.</param>
    /// <param name="folder">Where log-probabilities of the reference are kept.</param>
    internal static PreferenceSide Make(
        PreferenceSideKind kind,
        DecoderConfig config,
        IReadOnlyList<IReadOnlyList<TokenizedPair>> batches,
        string folder
    ) =>
        kind switch
        {
            PreferenceSideKind.SharedPrecomputed => SharedPromptSide.Precomputed(config, batches, folder),
            PreferenceSideKind.SharedFrozen => SharedPromptSide.Frozen(config),
            PreferenceSideKind.PaddedAutocast => new PaddedSide(config, ScalarType.Float32, autocast: true),
            PreferenceSideKind.PaddedBFloat16 => new PaddedSide(config, ScalarType.BFloat16, autocast: false),
            PreferenceSideKind.PaddedFloat32 => new PaddedSide(config, ScalarType.Float32, autocast: false),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
        };

    /// <summary>The policy, on every side the same; at its start it is its own reference.</summary>
    protected static Decoder Policy(DecoderConfig config) => new(config, new Seed(1));

    /// <inheritdoc/>
    public virtual void Dispose() { }
}

/// <summary>The sides.</summary>
internal enum PreferenceSideKind
{
    /// <summary>Ours, the reference's log-probabilities computed beforehand.</summary>
    SharedPrecomputed,

    /// <summary>Ours, with a frozen reference in memory.</summary>
    SharedFrozen,

    /// <summary>The usual way in fp32 weights under bf16 autocast.</summary>
    PaddedAutocast,

    /// <summary>The usual way in bf16 weights.</summary>
    PaddedBFloat16,

    /// <summary>The usual way in fp32.</summary>
    PaddedFloat32,
}
