using Plumbline.Configuration;
using Plumbline.Data;
using Plumbline.Models.Heads;
using Plumbline.Training.Loop;
using Plumbline.Training.Losses;
using static TorchSharp.torch;

namespace Plumbline.Training.Rewards.Process;

/// <summary>
/// Trains a token head, and what reads the tokens beneath it, on judged steps: L = Σ loss(step) / steps of the optimiser step. Every step weighs the same, however many its
/// answer has.
/// </summary>
public sealed class ProcessRewardObjective : IObjective<TokenizedSteps>
{
    private readonly ScoredDecoder model;
    private readonly RewardOptions options;
    private readonly RegisteredLoss<StepLossAttribute, StepScores, RewardLossOptions> loss;

    /// <summary>Checks the head and the loss.</summary>
    /// <param name="model">A token head with one label, in training; not owned.</param>
    /// <param name="options">What is minimised: a loss of judged steps.</param>
    /// <exception cref="InvalidInputException">The loss is none of judged steps, an option is out of range, or the head is another one.</exception>
    public ProcessRewardObjective(ScoredDecoder model, RewardOptions options)
    {
        OptionsValidation.ThrowIfInvalid(options);
        StepReader.Check(model);
        (this.model, this.options) = (model, options);
        loss = StepLosses.Find(options.LossType);
        Model = new TrainedScorer(model);
    }

    /// <inheritdoc/>
    public ITrainedModel Model { get; }

    /// <summary>The tokens of an answer; its targets are its steps.</summary>
    public ExampleSize Size(TokenizedSteps example) => new(example.Ids.Length, example.StepEnds.Count);

    /// <inheritdoc/>
    public Tensor Evaluate(IReadOnlyList<TokenizedSteps> examples, StepNormalizer normalizer, MetricSums metrics)
    {
        var scores = StepReader.Scores(model, examples);
        double[] labels = [.. examples.SelectMany(answer => answer.Labels)];
        var sum = loss.Of(new StepScores(scores, tensor(labels, scores.dtype, scores.device)), options.Loss).sum();
        var called = scores.detach().data<float>().ToArray();
        metrics.Add("loss", sum.item<float>(), labels.Length);
        metrics.Add(
            "accuracy",
            called.Zip(labels).Count(step => step.First > 0 == StepwiseExample.IsRightLabel(step.Second)),
            labels.Length
        );
        metrics.Add("mean_reward", called.Sum(score => (double)score), labels.Length);
        return normalizer.PerToken(sum);
    }
}
