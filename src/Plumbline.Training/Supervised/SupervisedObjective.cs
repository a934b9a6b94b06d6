using Plumbline.Models.Language;
using Plumbline.Training.Loop;
using static TorchSharp.torch;

namespace Plumbline.Training.Supervised;

/// <summary>
/// Cross-entropy of target tokens: L = Σ −log p / N, with N the target tokens of the whole optimiser step. Pretraining is the same with every token a target.
/// A mixture of experts adds its <see cref="LoadBalancingLoss"/> times the weight its config names.
/// </summary>
/// <remarks>
/// The load-balancing loss is made of the tokens of one pass, as elsewhere, and each pass counts by its share of target tokens: it alone depends on how a step
/// is cut into passes.
/// </remarks>
public sealed class SupervisedObjective : IObjective<TokenizedExample>
{
    /// <inheritdoc/>
    public int TokenCount(TokenizedExample example) => example.Ids.Length;

    /// <inheritdoc/>
    public double Weight(TokenizedExample example) => example.TargetCount;

    /// <inheritdoc/>
    public Tensor Evaluate(Decoder policy, IReadOnlyList<TokenizedExample> examples, double stepWeight, MetricSums metrics)
    {
        var rows = new TargetRows(examples);
        var routing = policy.Config.Experts is null ? null : new RoutingRecord();
        var (logProbabilities, statistics, targets) = rows.Score(policy, routing);
        var sum = -logProbabilities.sum();
        var count = rows.Counts.Sum();
        metrics.Add("loss", sum.item<float>(), count);
        metrics.Add("entropy", statistics.Entropy.sum().item<float>(), count);
        metrics.Add("mean_token_accuracy", statistics.Top.eq(targets).sum().item<long>(), count);
        if (routing is null)
        {
            return sum / stepWeight;
        }

        var experts = policy.Config.Experts!;
        var balance = LoadBalancingLoss.Of(routing, experts.Count);
        metrics.Add("aux_loss", balance.item<float>() * count, count);
        return (sum + (balance * experts.AuxiliaryLossWeight * count)) / stepWeight;
    }
}
