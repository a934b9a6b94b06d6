using System.Text.Json;
using Plumbline.Configuration;
using Plumbline.Models.Language;
using Plumbline.Torch.Dispatch;
using Plumbline.Training.Loop;
using Plumbline.Training.Losses;
using Plumbline.Training.Packing;
using Plumbline.Training.References;
using Plumbline.Training.Supervised;
using static TorchSharp.torch;

namespace Plumbline.Training.Preferences.Unpaired;

/// <summary>
/// Learns from answers that were judged each for itself (KTO, BCO), against a reference. The divergence that KTO compares with is estimated once a step, over
/// the mismatched answers of all its examples: a pass or a batch of one example is as good as any, and the data may be shuffled.
/// </summary>
public sealed class UnpairedObjective : IObjective<TokenizedAnswer>
{
    private const string StateFile = "reward-shift.json";

    private readonly Decoder policy;
    private readonly ReferencePolicy reference;
    private readonly UnpairedLossOptions options;
    private readonly RegisteredLoss<UnpairedLossAttribute, UnpairedLogProbabilities, UnpairedLossOptions> loss;
    private readonly RewardShift shift = new();
    private double divergence;
    private double rewards;
    private long rewarded;

    /// <summary>Looks the loss up.</summary>
    /// <param name="policy">The model in training; not owned.</param>
    /// <param name="reference">What it is held to; not owned.</param>
    /// <param name="lossType">The loss's name: <c>kto</c>.</param>
    /// <param name="options">Its numbers.</param>
    /// <exception cref="InvalidInputException">The loss is unknown, or a number out of range.</exception>
    public UnpairedObjective(Decoder policy, ReferencePolicy reference, string lossType, UnpairedLossOptions options)
    {
        OptionsValidation.ThrowIfInvalid(options);
        (this.policy, this.reference, this.options) = (policy, reference, options);
        loss = UnpairedLosses.Find(lossType);
        Model = new TrainedDecoder(policy);
    }

    /// <inheritdoc/>
    public ITrainedModel Model { get; }

    /// <inheritdoc/>
    public ExampleSize Size(TokenizedAnswer example) => new(example.Answer.Ids.Length, example.Answer.TargetCount);

    /// <inheritdoc/>
    public void BeginStep(TrainingStep<TokenizedAnswer> step)
    {
        (divergence, rewards, rewarded) = (0, 0, 0);
        if (!loss.Declaration.NeedsKl)
        {
            return;
        }

        foreach (var pass in step.Passes)
        {
            using var scope = NewDisposeScope();
            var (ours, theirs, _) = Score([.. pass.Select(example => example.Mismatched)]);
            divergence += (ours - theirs).sum().to(ScalarType.Float64).item<double>();
        }

        divergence = Math.Max(0, divergence / step.Normalizer.Examples);
        Autocast.ClearCache();
    }

    /// <inheritdoc/>
    public Tensor Evaluate(IReadOnlyList<TokenizedAnswer> examples, StepNormalizer normalizer, MetricSums metrics)
    {
        var (ours, theirs, tokens) = Score([.. examples.Select(example => example.Answer)]);
        bool[] good = [.. examples.Select(example => example.IsDesirable)];
        var answers = new UnpairedLogProbabilities(
            ours,
            theirs,
            tensor(good, device: ours.device),
            tensor((float)divergence, device: ours.device)
        )
        {
            Shift = shift.Value,
        };
        var sum = loss.Of(answers, options).sum();
        metrics.Add("loss", sum.item<float>(), examples.Count);
        Log(metrics, answers.Ratio.detach().to(ScalarType.Float64).data<double>().ToArray(), good);
        PreferenceMetrics.AddTokens(metrics, tokens, tokens.LogProbabilities.shape[0]);
        metrics.Add("kl_per_answer", divergence * examples.Count, examples.Count);
        return normalizer.PerExample(sum);
    }

    /// <inheritdoc/>
    public void EndStep(long step)
    {
        // All passes of a step see the mean of the steps before it, so that it does not matter how the step is cut.
        if (loss.Declaration.NeedsShift)
        {
            shift.Add(rewards, rewarded);
        }

        reference.EndStep(step);
    }

    /// <inheritdoc/>
    public void SaveState(string folder)
    {
        reference.SaveState(folder);
        File.WriteAllText(Path.Combine(folder, StateFile), JsonSerializer.Serialize(shift.Save()));
    }

    /// <inheritdoc/>
    public void LoadState(string folder)
    {
        reference.LoadState(folder);
        var path = Path.Combine(folder, StateFile);
        try
        {
            shift.Restore(JsonSerializer.Deserialize<RewardShiftState>(File.ReadAllText(path))!);
        }
        catch (Exception failure) when (failure is JsonException or IOException or NullReferenceException)
        {
            throw new InvalidInputException(
                $"The checkpoint's mean reward cannot be read: {failure.Message}",
                "Delete this checkpoint folder to go on from an older one, or from the start.",
                new InputPosition(path),
                failure
            );
        }
    }

    private (Tensor Policy, Tensor Reference, Torch.Functions.TokenScores Tokens) Score(TokenizedExample[] sequences)
    {
        var packed = new PackedExamples(policy, sequences.Select(sequence => new[] { sequence }));
        Tensor theirs;
        using (no_grad())
        {
            theirs = packed.SumPerSequence(reference.Score(packed, sequences).LogProbabilities);
            // Casts cached without gradients must not reach the pass with gradients.
            Autocast.ClearCache();
        }

        var scores = packed.Score(policy);
        return (packed.SumPerSequence(scores.LogProbabilities), theirs, scores);
    }

    private void Log(MetricSums metrics, double[] ratios, bool[] good)
    {
        for (var i = 0; i < ratios.Length; i++)
        {
            var reward = options.Beta * ratios[i];
            (rewards, rewarded) = (rewards + reward, rewarded + 1);
            metrics.Add(good[i] ? "rewards/chosen" : "rewards/rejected", reward, 1);
        }
    }
}
