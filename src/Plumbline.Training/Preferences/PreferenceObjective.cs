using Plumbline.Models.Language;
using Plumbline.Torch.Dispatch;
using Plumbline.Torch.Functions;
using Plumbline.Training.Loop;
using Plumbline.Training.Packing;
using Plumbline.Training.Preferences.Losses;
using Plumbline.Training.References;
using Plumbline.Training.Supervised;
using static TorchSharp.torch;

namespace Plumbline.Training.Preferences;

/// <summary>
/// Learns from pairs against a reference. Both answers share their prompt's rows, and a live reference computes the very same packed tokens: before the first
/// update policy and reference agree to the bit and the loss is exactly ln 2.
/// </summary>
/// <param name="policy">The model in training; not owned.</param>
/// <param name="reference">What it is held to; not owned.</param>
/// <param name="beta">How strongly the policy is held to the reference, above 0.</param>
public sealed class PreferenceObjective(Decoder policy, ReferencePolicy reference, double beta) : IObjective<TokenizedPair>
{
    private readonly PreferenceLossOptions options = new() { Beta = beta };

    /// <inheritdoc/>
    public ITrainedModel Model { get; } = new TrainedDecoder(policy);

    /// <inheritdoc/>
    public ExampleSize Size(TokenizedPair example) => SharedBeginning.Size(policy, Sides(example));

    /// <inheritdoc/>
    public Tensor Evaluate(IReadOnlyList<TokenizedPair> examples, StepNormalizer normalizer, MetricSums metrics)
    {
        var packed = new PackedExamples(policy, examples.Select(Sides));
        var (referenceChosen, referenceRejected) = ScoreReference(packed, examples);
        var scores = packed.Score(policy);
        var (chosen, rejected) = Halves(packed.SumPerSequence(scores.LogProbabilities));
        var lengths = packed.LengthsLike(chosen);
        var (chosenLengths, rejectedLengths) = Halves(lengths);
        var pairs = new PairLogProbabilities(chosen, rejected, referenceChosen, referenceRejected, chosenLengths, rejectedLengths);
        var sum = SigmoidPreferenceLoss.Of(pairs, options).sum();
        Log(metrics, pairs, sum);
        var tokens = packed.Counts.Sum();
        metrics.Add("entropy", scores.Entropy.sum().item<float>(), tokens);
        metrics.Add("mean_token_accuracy", scores.Correct.sum().item<long>(), tokens);
        return normalizer.PerExample(sum);
    }

    /// <summary>The two sequences of a pair, chosen first.</summary>
    internal static TokenizedExample[] Sides(TokenizedPair pair) => [pair.Chosen, pair.Rejected];

    /// <summary>Chosen and rejected of [2 · pairs], which stand by turns.</summary>
    internal static (Tensor Chosen, Tensor Rejected) Halves(Tensor both)
    {
        var pairs = both.view(-1, 2);
        return (pairs.select(1, 0), pairs.select(1, 1));
    }

    private (Tensor Chosen, Tensor Rejected) ScoreReference(PackedExamples packed, IReadOnlyList<TokenizedPair> examples)
    {
        using var noGradients = no_grad();
        var scored = Halves(packed.SumPerSequence(reference.Score(packed, [.. examples.SelectMany(Sides)])));
        // Casts cached without gradients must not reach the pass with gradients.
        Autocast.ClearCache();
        return scored;
    }

    private void Log(MetricSums metrics, PairLogProbabilities pairs, Tensor sum)
    {
        using var noGradients = no_grad();
        var count = pairs.Chosen.shape[0];
        var chosenRewards = pairs.ChosenRatio(options).Times(beta);
        var rejectedRewards = pairs.RejectedRatio(options).Times(beta);
        metrics.Add("loss", sum.item<float>(), count);
        metrics.Add("rewards/chosen", chosenRewards.sum().item<float>(), count);
        metrics.Add("rewards/rejected", rejectedRewards.sum().item<float>(), count);
        metrics.Add("rewards/margins", (chosenRewards - rejectedRewards).sum().item<float>(), count);
        metrics.Add("rewards/accuracies", chosenRewards.gt(rejectedRewards).sum().item<long>(), count);
        metrics.Add("logps/chosen", pairs.Chosen.sum().item<float>(), count);
        metrics.Add("logps/rejected", pairs.Rejected.sum().item<float>(), count);
    }
}
