using Plumbline.Models.Language;
using Plumbline.Training.Loop;
using static TorchSharp.torch;

namespace Plumbline.Training.Supervised;

/// <summary>
/// Cross-entropy of target tokens: L = Σ −log p / N, with N the target tokens of the whole optimiser step. Pretraining is the same with every token a target.
/// </summary>
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
        var (logProbabilities, statistics, targets) = rows.Score(policy);
        var sum = -logProbabilities.sum();
        var count = rows.Counts.Sum();
        metrics.Add("loss", sum.item<float>(), count);
        metrics.Add("entropy", statistics.Entropy.sum().item<float>(), count);
        metrics.Add("mean_token_accuracy", statistics.Top.eq(targets).sum().item<long>(), count);
        return sum / stepWeight;
    }
}
