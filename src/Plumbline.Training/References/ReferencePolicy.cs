using Plumbline.Torch.Functions;
using Plumbline.Training.Packing;
using Plumbline.Training.Supervised;
using static TorchSharp.torch;

namespace Plumbline.Training.References;

/// <summary>What the policy is held to: where the reference's log-probabilities come from.</summary>
public abstract class ReferencePolicy : IDisposable
{
    /// <summary>What the reference says of a pass's targets. Called without gradients, under the precision of the policy's pass.</summary>
    /// <param name="packed">The pass, as the policy computes it.</param>
    /// <param name="sequences">Its sequences, in their order.</param>
    /// <param name="withLogits">Whether the whole distribution is asked for.</param>
    /// <exception cref="InvalidInputException">The distribution is asked for and was not kept.</exception>
    internal abstract ReferenceScores Score(PackedExamples packed, IReadOnlyList<TokenizedExample> sequences, bool withLogits = false);

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

/// <summary>What a reference says of the targets of one pass.</summary>
/// <param name="LogProbabilities">[targets], detached.</param>
/// <param name="Logits">What its distribution at each target is made of; null where nobody asked.</param>
internal sealed record ReferenceScores(Tensor LogProbabilities, ReferenceLogits? Logits = null);
