using Plumbline.Models.Language;
using Plumbline.Torch.Functions;
using Plumbline.Training.Loop;
using Plumbline.Training.Packing;
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
/// <param name="policy">The model in training; not owned.</param>
public sealed class SupervisedObjective(Decoder policy) : IObjective<TokenizedExample>
{
    /// <inheritdoc/>
    public ITrainedModel Model { get; } = new TrainedDecoder(policy);

    /// <inheritdoc/>
    public ExampleSize Size(TokenizedExample example) => new(example.Ids.Length, example.TargetCount);

    /// <inheritdoc/>
    public Tensor Evaluate(IReadOnlyList<TokenizedExample> examples, StepNormalizer normalizer, MetricSums metrics)
    {
        var packed = new PackedExamples(policy, examples.Select(example => new[] { example }));
        var routing = policy.Config.Experts is null ? null : new RoutingRecord();
        var scores = packed.Score(policy, routing: routing);
        var sum = -scores.LogProbabilities.sum();
        var count = packed.Counts.Sum();
        metrics.Add("loss", sum.item<float>(), count);
        metrics.Add("entropy", scores.Entropy.sum().item<float>(), count);
        metrics.Add("mean_token_accuracy", scores.Correct.sum().item<long>(), count);
        if (routing is null)
        {
            return normalizer.PerToken(sum);
        }

        var experts = policy.Config.Experts!;
        var balance = LoadBalancingLoss.Of(routing, experts.Count);
        metrics.Add("aux_loss", balance.item<float>() * count, count);
        return normalizer.PerToken(sum + balance.Times(experts.AuxiliaryLossWeight * count));
    }
}
