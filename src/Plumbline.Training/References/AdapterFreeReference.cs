using Plumbline.Models.Language;
using Plumbline.Training.Packing;
using Plumbline.Training.Supervised;

namespace Plumbline.Training.References;

/// <summary>The policy itself with the adapters that are being trained switched off: costs no memory.</summary>
public sealed class AdapterFreeReference : ReferencePolicy
{
    private readonly Decoder policy;

    /// <summary>The start of a policy whose adapters are trained.</summary>
    /// <param name="policy">The policy; not owned.</param>
    /// <exception cref="InvalidInputException">No adapter is trained: the policy without it would be the policy, and the loss could not move.</exception>
    public AdapterFreeReference(Decoder policy) =>
        this.policy = policy.Adapters.Active.Any(entry => entry.Adapter.IsTrainable)
            ? policy
            : throw new InvalidInputException(
                "There is no reference: no adapter is trained that could be switched off.",
                "Give a frozen copy of the starting policy."
            );

    /// <inheritdoc/>
    internal override ReferenceScores Score(PackedExamples packed, IReadOnlyList<TokenizedExample> sequences, bool withLogits = false)
    {
        using var start = policy.Adapters.SwitchOffTrained();
        return packed.ScoreAsReference(policy, withLogits);
    }
}
