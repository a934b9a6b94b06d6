using Plumbline.Models.Language;
using Plumbline.Torch.Dispatch;
using Plumbline.Torch.Functions;
using Plumbline.Training.Loop;
using Plumbline.Training.Losses;
using Plumbline.Training.Packing;
using Plumbline.Training.References;
using Plumbline.Training.Supervised;
using static TorchSharp.torch;

namespace Plumbline.Training.Preferences;

/// <summary>
/// Learns from pairs, with or without a reference. Both answers share their prompt's rows, and a live reference computes the very same packed tokens: before the
/// first update policy and reference agree to the bit and DPO's loss is exactly ln 2.
/// </summary>
/// <remarks>
/// Where a pair's <see cref="TokenizedPair.Confidence"/> c is below 1, its loss is the one to be expected: c times the pair's and 1 − c times that of the pair with its answers changed
/// round. The cross-entropy of the chosen answers and all metrics stay with the label.
/// <para/>
/// A loss that sorts all pairs of a step (AOT) and a step of several passes: a first sweep without gradients finds what each answer's log-probability weighs in
/// the step's loss, ∂L/∂log π; the passes then differentiate the sum of these products, whose gradient is that of the loss.
/// </remarks>
public sealed class PreferenceObjective : IObjective<TokenizedPair>
{
    private readonly Decoder policy;
    private readonly ReferencePolicy? reference;
    private readonly PreferenceOptions options;
    private readonly PreferenceLossMixture mixture;
    private readonly Queue<PairSensitivities> sensitivities = new();

    /// <summary>Checks loss and reference against each other.</summary>
    /// <param name="policy">The model in training; not owned.</param>
    /// <param name="reference">What it is held to, not owned; null for losses without one.</param>
    /// <param name="options">What is minimised.</param>
    /// <exception cref="InvalidInputException">A loss is unknown, cannot honour an option, or needs what is not there.</exception>
    public PreferenceObjective(Decoder policy, ReferencePolicy? reference, PreferenceOptions options)
    {
        (this.policy, this.reference, this.options) = (policy, reference, options);
        mixture = options.Mixture();
        Model = new TrainedDecoder(policy);
        if (mixture.NeedsReference && reference is null)
        {
            throw new InvalidInputException(
                $"The loss {options.LossType} compares with a reference, and there is none.",
                "Give a reference, or use a loss without one, such as simpo, orpo or cpo."
            );
        }

        if (options.MeasureKl && reference is null)
        {
            throw new InvalidInputException(
                "measure_kl asks how far the policy is from a reference, and there is none.",
                "Give a live reference, or leave measure_kl away."
            );
        }

        if (options.UseWeighting && mixture.WholeBatch)
        {
            throw new InvalidInputException(
                $"use_weighting weighs single pairs, and {options.LossType} sorts the pairs of a step.",
                "Leave use_weighting away, or use another loss."
            );
        }

        if (mixture.NeedsGold && options.LdAlpha < 1)
        {
            throw new InvalidInputException(
                $"ld_alpha compares the lengths of two answers, and {options.LossType} learns from three.",
                "Leave ld_alpha at 1, or use a loss of pairs alone."
            );
        }

        if (mixture.NeedsGold && mixture.WholeBatch)
        {
            throw new InvalidInputException(
                $"Of {options.LossType} one loss sorts the pairs of a step, and another learns from gold answers: their gradients are found in unlike ways.",
                "Use one of the two."
            );
        }
    }

    /// <inheritdoc/>
    public ITrainedModel Model { get; }

    /// <summary>The size of a pair; its targets are those of the cross-entropy term, the chosen answer's.</summary>
    public ExampleSize Size(TokenizedPair example) =>
        SharedBeginning.Size(policy, Sequences(example)) with
        {
            Targets = example.Chosen.TargetCount,
        };

    /// <inheritdoc/>
    public void BeginStep(TrainingStep<TokenizedPair> step)
    {
        sensitivities.Clear();
        if (!mixture.WholeBatch || step.Passes.Count == 1)
        {
            return;
        }

        var scored = step.Passes.Select(pass => Score(pass).Pairs).ToList();
        Tensor Loss(PairLogProbabilities pairs) =>
            mixture.Of(pairs, options.Loss, confidences: Confidences(step.Passes.SelectMany(pass => pass), pairs)).sum();
        foreach (var pass in PairSensitivities.Of(scored, pairs => step.Normalizer.PerExample(Loss(pairs))))
        {
            sensitivities.Enqueue(pass);
        }
    }

    /// <inheritdoc/>
    public Tensor Evaluate(IReadOnlyList<TokenizedPair> examples, StepNormalizer normalizer, MetricSums metrics)
    {
        var (packed, scores, pairs) = Score(examples);
        var loss = sensitivities.TryDequeue(out var step)
            ? step.Linearised(pairs)
            : normalizer.PerExample(mixture.Of(pairs, options.Loss, PairWeights(packed, scores), Confidences(examples, pairs)).sum());
        metrics.Add("loss", (step?.Value ?? loss.item<float>()) * normalizer.Examples, examples.Count);
        PreferenceMetrics.Add(metrics, pairs, options.Loss.Beta);
        PreferenceMetrics.AddTokens(metrics, scores, packed.Counts.Sum());
        if (mixture.SftWeight == 0)
        {
            return loss;
        }

        var crossEntropy = -pairs.Chosen.sum();
        metrics.Add("nll_loss", crossEntropy.item<float>(), examples.Sum(pair => (long)pair.Chosen.TargetCount));
        return loss + normalizer.PerToken(crossEntropy).Times(mixture.SftWeight);
    }

    /// <inheritdoc/>
    public void EndStep(long step) => reference?.EndStep(step);

    /// <inheritdoc/>
    public void SaveState(string folder) => reference?.SaveState(folder);

    /// <inheritdoc/>
    public void LoadState(string folder) => reference?.LoadState(folder);

    // A gold answer that no loss reads costs nothing.
    private IReadOnlyList<TokenizedExample> Sequences(TokenizedPair pair) =>
        !mixture.NeedsGold ? [pair.Chosen, pair.Rejected]
        : pair.Gold is not null ? pair.Sequences
        : throw new InvalidInputException(
            $"The loss {options.LossType} learns from a third, gold answer to each prompt, and a pair has none.",
            "Give every row a gold answer, or use a loss of pairs alone, such as simpo or cpo."
        );

    private (PackedExamples Packed, TokenScores Scores, PairLogProbabilities Pairs) Score(IReadOnlyList<TokenizedPair> examples)
    {
        var packed = new PackedExamples(policy, examples.Select(Sequences));
        var weights = options.LdAlpha < 1 ? tensor(LengthDesensitization.TokenWeights(packed.Counts, options.LdAlpha)) : null;
        Tensor Sums(Tensor perToken) => packed.SumPerSequence(weights is null ? perToken : perToken * weights);
        ReferenceScores? held = null;
        if (reference is not null)
        {
            using var noGradients = no_grad();
            held = reference.Score(packed, [.. examples.SelectMany(Sequences)], options.MeasureKl);
            // Casts cached without gradients must not reach the pass with gradients.
            Autocast.ClearCache();
        }

        var scores = packed.Score(policy, held?.Logits);
        var ofPolicy = ByAnswer(Sums(scores.LogProbabilities));
        var ofReference = held is null ? null : ByAnswer(Sums(held.LogProbabilities));
        var lengths = ByAnswer(packed.LengthsLike(scores.LogProbabilities));
        var pairs = new PairLogProbabilities(ofPolicy[0], ofPolicy[1], ofReference?[0], ofReference?[1], lengths[0], lengths[1]);
        return (packed, scores, mixture.NeedsGold ? pairs with { Gold = ofPolicy[2], GoldLengths = lengths[2] } : pairs);
    }

    private static Tensor? Confidences(IEnumerable<TokenizedPair> examples, PairLogProbabilities pairs) =>
        SoftLabels.Confidences([.. examples.Select(pair => pair.Confidence)], pairs.Chosen);

    private Tensor? PairWeights(PackedExamples packed, TokenScores scores)
    {
        if (!options.UseWeighting)
        {
            return null;
        }

        var aligned = PolicyWeighting.MeanAligned(
            scores.LogProbabilities,
            scores.LogSumSquares,
            packed.OwnersLike(scores.LogProbabilities),
            packed.LengthsLike(scores.LogProbabilities)
        );
        var answers = ByAnswer(aligned);
        return PolicyWeighting.PairWeights(answers[0], answers[1]);
    }

    // [answers · pairs], which stand by turns, as one [pairs] for each answer: chosen, rejected, gold.
    private Tensor[] ByAnswer(Tensor all)
    {
        var answers = mixture.NeedsGold ? 3 : 2;
        var pairs = all.view(-1, answers);
        return [.. Enumerable.Range(0, answers).Select(answer => pairs.select(1, answer))];
    }
}
