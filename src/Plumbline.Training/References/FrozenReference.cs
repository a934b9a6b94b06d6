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
    /// <summary>A reference with the weights that a model has now, in no more memory than its multiplies need.</summary>
    /// <param name="start">The model; not owned.</param>
    /// <param name="options">The run's, with its precision.</param>
    /// <exception cref="InvalidInputException">bf16 was asked for and this libtorch cannot.</exception>
    public static FrozenReference Of(Decoder start, TrainingOptions options) => new(Copy(start, options));

    /// <summary>The model of <see cref="Of"/>.</summary>
    /// <inheritdoc cref="Of"/>
    public static Decoder Copy(Decoder start, TrainingOptions options) =>
        start.FrozenCopy(ComputePrecision.Resolve(options.Precision, start.Config) == Precision.Bf16 ? ScalarType.BFloat16 : null);

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
