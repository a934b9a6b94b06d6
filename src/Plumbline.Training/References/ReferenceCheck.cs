using Plumbline.Models.Language;
using Plumbline.Training.Loop;
using Plumbline.Training.Packing;
using Plumbline.Training.Supervised;

namespace Plumbline.Training.References;

/// <summary>Whether a reference can be what the policy started from.</summary>
public static class ReferenceCheck
{
    /// <summary>Sequences that are enough to tell.</summary>
    public const int SampleSize = 8;

    // Above rounding in bf16, below any training worth the name.
    private const double LargestGap = 0.02;

    /// <summary>Refuses a model that cannot read the policy's token ids.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="other">A model that is asked about the policy's tokens.</param>
    /// <param name="what">What it is to the policy: <c>reference</c>.</param>
    /// <exception cref="InvalidInputException">The two have different vocabularies.</exception>
    public static void ThrowIfOtherVocabulary(Decoder policy, Decoder other, string what)
    {
        if (policy.Config.VocabularySize != other.Config.VocabularySize)
        {
            throw new InvalidInputException(
                $"The {what} has a vocabulary of {other.Config.VocabularySize} tokens, the policy one of {policy.Config.VocabularySize}.",
                $"Use a {what} with the policy's tokenizer."
            );
        }
    }

    /// <summary>What a user should know before the first step.</summary>
    /// <param name="policy">The policy at its start, adapters on.</param>
    /// <param name="reference">The reference.</param>
    /// <param name="sample">Some sequences of the data.</param>
    /// <param name="options">Tokens per pass, and the precision.</param>
    /// <returns>Sentences for people; none where all is well.</returns>
    /// <exception cref="InvalidInputException">The two have different vocabularies: their log-probabilities cannot be compared.</exception>
    public static IReadOnlyList<string> Warnings(
        Decoder policy,
        Decoder reference,
        IReadOnlyList<TokenizedExample> sample,
        TrainingOptions options
    )
    {
        ThrowIfOtherVocabulary(policy, reference, "reference");
        var (ours, theirs) = (policy.Config, reference.Config);
        var warnings = new List<string>();
        if (
            (ours.ModelType, ours.HiddenSize, ours.LayerCount, ours.IntermediateSize)
            != (theirs.ModelType, theirs.HiddenSize, theirs.LayerCount, theirs.IntermediateSize)
        )
        {
            warnings.Add(
                $"The reference is another stack than the policy ({theirs.ModelType}, {theirs.LayerCount} layers of {theirs.HiddenSize}, against {ours.ModelType}, {ours.LayerCount} of {ours.HiddenSize}): the policy is pulled towards it from the first step on."
            );
        }

        var gap = Gap(policy, reference, sample, options);
        if (gap > LargestGap)
        {
            warnings.Add(
                $"Policy and reference start {gap:G3} nats per token apart, so the reference is not what the policy starts from: rewards do not start at 0. If that is not intended, name the folder of the starting policy as the reference."
            );
        }

        return warnings;
    }

    private static double Gap(Decoder policy, Decoder reference, IReadOnlyList<TokenizedExample> sample, TrainingOptions options)
    {
        IReadOnlyList<IReadOnlyList<TokenizedExample>> groups = [.. sample.Select(sequence => new[] { sequence })];
        var ours = TargetLogProbabilities.Of(policy, groups, options, null, CancellationToken.None);
        var theirs = TargetLogProbabilities.Of(reference, groups, options, null, CancellationToken.None);
        var differences = ours.Zip(theirs).SelectMany(pair => pair.First.Zip(pair.Second, (left, right) => Math.Abs((double)left - right)));
        return differences.DefaultIfEmpty(0).Average();
    }
}
