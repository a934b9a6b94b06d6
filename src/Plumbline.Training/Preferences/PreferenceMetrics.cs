using Plumbline.Torch.Functions;
using Plumbline.Training.Loop;
using static TorchSharp.torch;

namespace Plumbline.Training.Preferences;

/// <summary>What is worth logging of pairs, under TRL's names.</summary>
internal static class PreferenceMetrics
{
    /// <summary>
    /// Implicit rewards β·(log π − log ref), or β·log π without a reference, their accuracies and margins, log-probabilities, and how far margins follow
    /// lengths.
    /// </summary>
    internal static void Add(MetricSums metrics, PairLogProbabilities pairs, double beta)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var chosen = (pairs.ReferenceChosen is null ? pairs.Chosen : pairs.Chosen - pairs.ReferenceChosen).Times(beta);
        var rejected = (pairs.ReferenceRejected is null ? pairs.Rejected : pairs.Rejected - pairs.ReferenceRejected).Times(beta);
        var count = pairs.Chosen.shape[0];
        metrics.Add("rewards/chosen", Sum(chosen), count);
        metrics.Add("rewards/rejected", Sum(rejected), count);
        metrics.Add("rewards/margins", Sum(chosen - rejected), count);
        metrics.Add("rewards/accuracies", chosen.gt(rejected).sum().item<long>(), count);
        metrics.Add("logps/chosen", Sum(pairs.Chosen), count);
        metrics.Add("logps/rejected", Sum(pairs.Rejected), count);
        metrics.Add("logps/chosen_per_token", Sum(pairs.Chosen), Sum(pairs.ChosenLengths));
        if (pairs.Gold is { } gold)
        {
            metrics.Add("logps/gold", Sum(gold), count);
        }

        if (LengthCorrelation(chosen - rejected, pairs.ChosenLengths - pairs.RejectedLengths) is { } correlation)
        {
            metrics.Add("rewards/length_correlation", correlation * count, count);
        }
    }

    /// <summary>Entropy, accuracy and, where it was measured, divergence from the reference, per token.</summary>
    internal static void AddTokens(MetricSums metrics, TokenScores scores, long tokens)
    {
        metrics.Add("entropy", Sum(scores.Entropy.detach()), tokens);
        metrics.Add("mean_token_accuracy", scores.Correct.sum().item<long>(), tokens);
        if (scores.Divergence is { } divergence)
        {
            metrics.Add("kl", Sum(divergence.detach()), tokens);
        }
    }

    // Pearson's; null where it is not defined.
    private static double? LengthCorrelation(Tensor margins, Tensor lengths)
    {
        if (margins.shape[0] < 3)
        {
            return null;
        }

        var (x, y) = (margins - margins.mean(), lengths - lengths.mean());
        var spread = Sum(x * x) * Sum(y * y);
        return spread > 0 ? Sum(x * y) / Math.Sqrt(spread) : null;
    }

    private static double Sum(Tensor values) => values.sum().to(ScalarType.Float64).item<double>();
}
