using Plumbline.Training.Packing;
using Plumbline.Training.Supervised;
using static TorchSharp.torch;

namespace Plumbline.Training.References;

/// <summary>What the policy is held to: where the reference's log-probabilities come from.</summary>
public abstract class ReferencePolicy : IDisposable
{
    /// <summary>The reference's log-probabilities of the targets, [targets], detached. Called without gradients, under the precision of the policy's pass.</summary>
    /// <param name="packed">The pass, as the policy computes it.</param>
    /// <param name="sequences">Its sequences, in their order.</param>
    internal abstract Tensor Score(PackedExamples packed, IReadOnlyList<TokenizedExample> sequences);

    /// <summary>Called when the policy's weights have moved.</summary>
    /// <param name="step">Steps done.</param>
    internal virtual void EndStep(long step) { }

    /// <summary>Writes what changes from step to step into a checkpoint's folder.</summary>
    internal virtual void SaveState(string folder) { }

    /// <summary>Reads what <see cref="SaveState"/> wrote.</summary>
    internal virtual void LoadState(string folder) { }

    /// <inheritdoc/>
    public virtual void Dispose() => GC.SuppressFinalize(this);
}
