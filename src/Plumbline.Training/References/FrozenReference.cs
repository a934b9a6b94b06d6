using Plumbline.Models.Language;
using Plumbline.Training.Packing;
using Plumbline.Training.Supervised;

namespace Plumbline.Training.References;

/// <summary>
/// A second model that does not learn, which computes the very same packed tokens as the policy: where the two have the same weights they agree to the bit.
/// </summary>
/// <param name="reference">Usually <see cref="Decoder.FrozenCopy"/> of the starting policy; owned.</param>
public sealed class FrozenReference(Decoder reference) : ReferencePolicy
{
    /// <inheritdoc/>
    internal override ReferenceScores Score(PackedExamples packed, IReadOnlyList<TokenizedExample> sequences, bool withLogits = false) =>
        packed.ScoreAsReference(reference, withLogits);

    /// <inheritdoc/>
    public override void Dispose()
    {
        reference.Dispose();
        base.Dispose();
    }
}
