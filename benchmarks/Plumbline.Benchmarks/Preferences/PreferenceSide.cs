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

    /// <summary>One step.</summary>
    /// <returns>The loss.</returns>
    internal abstract double Step(IReadOnlyList<TokenizedPair> batch);

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

    /// <summary>The policy, on every side the same.</summary>
    protected static Decoder Policy(DecoderConfig config) => new(config, new Seed(1));

    /// <summary>The reference, another model so that the loss says something.</summary>
    protected static Decoder Reference(DecoderConfig config)
    {
        using var start = new Decoder(config, new Seed(2));
        return start.FrozenCopy();
    }

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
