using Plumbline.Models.Language;
using Plumbline.Torch.Dispatch;
using Plumbline.Training.Loop;
using Plumbline.Training.Packing;
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
        var loss = DirectPreferenceLoss.Sigmoid(chosen, rejected, referenceChosen, referenceRejected, beta);
        var sum = loss.Losses.sum();
        Log(metrics, examples.Count, sum, loss, chosen, rejected);
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

    private static void Log(MetricSums metrics, int pairs, Tensor sum, PreferenceLoss loss, Tensor chosen, Tensor rejected)
    {
        metrics.Add("loss", sum.item<float>(), pairs);
        metrics.Add("rewards/chosen", loss.ChosenRewards.sum().item<float>(), pairs);
        metrics.Add("rewards/rejected", loss.RejectedRewards.sum().item<float>(), pairs);
        metrics.Add("rewards/margins", (loss.ChosenRewards - loss.RejectedRewards).sum().item<float>(), pairs);
        metrics.Add("rewards/accuracies", loss.ChosenRewards.gt(loss.RejectedRewards).sum().item<long>(), pairs);
        metrics.Add("logps/chosen", chosen.sum().item<float>(), pairs);
        metrics.Add("logps/rejected", rejected.sum().item<float>(), pairs);
    }
}
