using Plumbline.Models.Language;
using Plumbline.Training.Loop;
using Plumbline.Training.Packing;
using Plumbline.Training.Supervised;
using static TorchSharp.torch;

namespace Plumbline.Training.References;

/// <summary>
/// A second model that does not learn, which computes the very same packed tokens as the policy: where the two have the same weights they agree to the bit.
/// </summary>
/// <param name="reference">Usually <see cref="Decoder.FrozenCopy"/> of the starting policy; owned.</param>
public sealed class FrozenReference(Decoder reference) : ReferencePolicy
{
    /// <summary>A reference with the weights that the policy has now, in no more memory than its multiplies need.</summary>
    /// <param name="policy">The policy at its start; not owned.</param>
    /// <param name="options">The run's, with its precision.</param>
    /// <exception cref="InvalidInputException">bf16 was asked for and this libtorch cannot.</exception>
    public static FrozenReference Of(Decoder policy, TrainingOptions options) => new(Copy(policy, policy.Config, options));

    /// <summary>A frozen copy of a model that is to be the reference of a policy, which may be another stack.</summary>
    /// <param name="start">The model; not owned.</param>
    /// <param name="policy">The policy's shape: its precision is the one that both compute in.</param>
    /// <param name="options">The run's, with its precision.</param>
    /// <exception cref="InvalidInputException">bf16 was asked for and this libtorch cannot.</exception>
    public static Decoder Copy(Decoder start, DecoderConfig policy, TrainingOptions options)
    {
        bool IsHalf(DecoderConfig config) => ComputePrecision.Resolve(options.Precision, config) == Precision.Bf16;
        // Where one of the two would choose float32 by itself, float32 weights serve both.
        return start.FrozenCopy(IsHalf(policy) && IsHalf(start.Config) ? ScalarType.BFloat16 : null);
    }

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
