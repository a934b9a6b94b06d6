using Plumbline.Configuration;
using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Torch.Functions;
using Plumbline.Training.Loop;
using Plumbline.Training.Packing;
using static TorchSharp.torch;

namespace Plumbline.Training.Supervised;

/// <summary>
/// Cross-entropy of target tokens: L = Σ −log p / N, with N the target tokens of the whole optimiser step; or DFT's Σ −sg(p)·log p / N
/// (<see cref="SupervisedOptions.LossType"/>). Pretraining is the first with every token a target.
/// A mixture of experts adds its <see cref="LoadBalancingLoss"/> times the weight its config names.
/// </summary>
/// <remarks>
/// The load-balancing loss is made of the tokens of one pass, as elsewhere, and each pass counts by its share of target tokens: it alone depends on how a step
/// is cut into passes. The <see cref="EmbeddingNoise"/> of an example is a function of the step's seed and of where the example stands in the step; it belongs to
/// the passes of a step that <see cref="BeginStep"/> has announced, and an <see cref="Evaluate"/> outside of a step has none.
/// </remarks>
public sealed class SupervisedObjective : IObjective<TokenizedExample>
{
    private readonly Decoder policy;
    private readonly SupervisedOptions options;

    // Of each pass to come, a seed for each of its examples.
    private readonly Queue<Seed[]> noise = new();

    /// <summary>Checks the options.</summary>
    /// <param name="policy">The model in training; not owned.</param>
    /// <param name="options">What is minimised; null for the plain cross-entropy.</param>
    /// <exception cref="InvalidInputException">An option is out of range.</exception>
    public SupervisedObjective(Decoder policy, SupervisedOptions? options = null)
    {
        this.policy = policy;
        this.options = OptionsValidation.ThrowIfInvalid(options ?? new SupervisedOptions());
        Model = new TrainedDecoder(policy);
    }

    /// <inheritdoc/>
    public ITrainedModel Model { get; }

    /// <inheritdoc/>
    public ExampleSize Size(TokenizedExample example) => new(example.Ids.Length, example.TargetCount);

    /// <inheritdoc/>
    public void BeginStep(TrainingStep<TokenizedExample> step)
    {
        noise.Clear();
        if (options.NeftuneNoiseAlpha == 0)
        {
            return;
        }

        foreach (var pass in step.Positions)
        {
            noise.Enqueue([.. pass.Select(position => step.Seed.Derive("embedding noise", position))]);
        }
    }

    /// <inheritdoc/>
    public Tensor Evaluate(IReadOnlyList<TokenizedExample> examples, StepNormalizer normalizer, MetricSums metrics)
    {
        var packed = new PackedExamples(policy, examples.Select(example => new[] { example }));
        var routing = policy.Config.Experts is null ? null : new RoutingRecord();
        var scores = packed.Score(policy, routing: routing, embeddingNoise: Noise(examples));
        var count = packed.Counts.Sum();
        var sum = Sum(scores.LogProbabilities, count, metrics);
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

    // What is minimised is logged as loss; where that is not the cross-entropy, the cross-entropy stands beside it.
    private Tensor Sum(Tensor logProbabilities, long count, MetricSums metrics)
    {
        var crossEntropy = -logProbabilities.sum();
        if (options.LossType == SupervisedLoss.CrossEntropy)
        {
            metrics.Add("loss", crossEntropy.item<float>(), count);
            return crossEntropy;
        }

        var dynamic = DynamicFineTuning.Of(logProbabilities).sum();
        metrics.Add("loss", dynamic.item<float>(), count);
        metrics.Add("nll_loss", crossEntropy.item<float>(), count);
        return dynamic;
    }

    private Tensor? Noise(IReadOnlyList<TokenizedExample> examples)
    {
        if (!noise.TryDequeue(out var seeds))
        {
            return null;
        }

        var (alpha, hiddenSize) = (options.NeftuneNoiseAlpha, policy.Config.HiddenSize);
        return cat([.. examples.Select((example, i) => EmbeddingNoise.Of(example.Ids.Length, hiddenSize, alpha, seeds[i]))]);
    }
}
