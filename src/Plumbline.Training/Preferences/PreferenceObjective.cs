using Plumbline.Models.Language;
using Plumbline.Torch.Dispatch;
using Plumbline.Torch.Functions;
using Plumbline.Training.Loop;
using Plumbline.Training.Supervised;
using static TorchSharp.torch;

namespace Plumbline.Training.Preferences;

/// <summary>
/// Learns from pairs against a frozen reference, which scores the very same packed tokens in the same pass order: before the first update policy and reference agree to
/// the bit and the loss is exactly ln 2.
/// </summary>
/// <param name="reference">
/// The frozen copy of the starting policy, not owned; null where adapters are trained: the policy with these switched off is the reference then, and costs no
/// memory.
/// </param>
/// <param name="beta">How strongly the policy is held to the reference, above 0.</param>
public sealed class PreferenceObjective(Decoder? reference, double beta) : IObjective<TokenizedPair>
{
    /// <inheritdoc/>
    public int TokenCount(TokenizedPair example) => example.Chosen.Ids.Length + example.Rejected.Ids.Length;

    /// <inheritdoc/>
    public double Weight(TokenizedPair example) => 1;

    /// <inheritdoc/>
    public Tensor Evaluate(Decoder policy, IReadOnlyList<TokenizedPair> examples, double stepWeight, MetricSums metrics)
    {
        var rows = Rows(examples);
        var (referenceChosen, referenceRejected) = ScoreReference(policy, rows);
        var (perToken, statistics, targets) = rows.Score(policy);
        var (chosen, rejected) = Halves(rows.SumPerExample(perToken));
        var loss = DirectPreferenceLoss.Sigmoid(chosen, rejected, referenceChosen, referenceRejected, beta);
        var sum = loss.Losses.sum();
        Log(metrics, examples.Count, sum, loss, chosen, rejected);
        var tokens = rows.Counts.Sum();
        metrics.Add("entropy", statistics.Entropy.sum().item<float>(), tokens);
        metrics.Add("mean_token_accuracy", statistics.Top.eq(targets).sum().item<long>(), tokens);
        return sum.Over(stepWeight);
    }

    /// <summary>Chosen and rejected rows of a batch, chosen first.</summary>
    internal static TargetRows Rows(IReadOnlyList<TokenizedPair> examples) =>
        new([.. examples.Select(example => example.Chosen), .. examples.Select(example => example.Rejected)]);

    /// <summary>The first and the second half of [2 · pairs].</summary>
    internal static (Tensor Chosen, Tensor Rejected) Halves(Tensor both)
    {
        var halves = both.chunk(2);
        return (halves[0], halves[1]);
    }

    private (Tensor Chosen, Tensor Rejected) ScoreReference(Decoder policy, TargetRows rows)
    {
        using var noGradients = no_grad();
        using var start = reference is null ? Start(policy) : null;
        var scored = Halves(rows.SumPerExample(rows.Score(reference ?? policy).LogProbabilities));
        // Casts cached without gradients must not reach the pass with gradients.
        Autocast.ClearCache();
        return scored;
    }

    private static IDisposable Start(Decoder policy) =>
        policy.Adapters.Active.Any(entry => entry.Adapter.IsTrainable)
            ? policy.Adapters.SwitchOffTrained()
            : throw new InvalidInputException(
                "There is no reference: no adapter is trained that could be switched off.",
                "Give a frozen copy of the starting policy."
            );

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
