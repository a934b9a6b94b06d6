using Plumbline.Configuration;
using Plumbline.Models.Heads;
using Plumbline.Training.Loop;
using Plumbline.Training.Losses;
using Plumbline.Training.Packing;
using static TorchSharp.torch;

namespace Plumbline.Training.Rewards;

/// <summary>
/// Trains a score head, and what reads the tokens beneath it, on ranked answers: L = Σ loss(list) / lists of the step. All answers to a prompt are one batch element, share
/// the prompt's rows, and are scored at their last token. Every list weighs the same, however long: pairs of one prompt are no independent examples, and a model that
/// meets them apart overfits within an epoch (InstructGPT, arXiv 2203.02155, section 3.4). A pair whose <see cref="TokenizedRanking.Confidence"/> is below 1 has the loss of
/// <see cref="RewardLosses.Expected"/>; metrics stay with the label.
/// </summary>
public sealed class RewardObjective : IObjective<TokenizedRanking>
{
    private readonly ScoredDecoder model;
    private readonly RewardOptions options;
    private readonly RegisteredLoss<RewardLossAttribute, RankedScores, RewardLossOptions> loss;
    private readonly bool share;

    /// <summary>Checks the head and the loss.</summary>
    /// <param name="model">A sequence head with one label, in training; not owned.</param>
    /// <param name="options">What is minimised.</param>
    /// <exception cref="InvalidInputException">The loss is unknown, an option is out of range, or the head is no scalar one.</exception>
    public RewardObjective(ScoredDecoder model, RewardOptions options)
        : this(model, options, share: true) { }

    /// <param name="model">As above.</param>
    /// <param name="options">As above.</param>
    /// <param name="share">False to lay out every answer with a prompt of its own.</param>
    internal RewardObjective(ScoredDecoder model, RewardOptions options, bool share)
    {
        OptionsValidation.ThrowIfInvalid(options);
        ScalarHead.Check(model);
        (this.model, this.options, this.share) = (model, options, share);
        loss = RewardLosses.Find(options.LossType);
        Model = new TrainedScorer(model);
    }

    /// <inheritdoc/>
    public ITrainedModel Model { get; }

    /// <summary>The size of a list; its targets are the scores that its loss looks at.</summary>
    public ExampleSize Size(TokenizedRanking example) =>
        SharedBeginning.Size(model.Decoder, example.Answers) with
        {
            Targets = example.Answers.Count,
        };

    /// <inheritdoc/>
    public Tensor Evaluate(IReadOnlyList<TokenizedRanking> examples, StepNormalizer normalizer, MetricSums metrics)
    {
        var packed = new PackedExamples(model.Decoder, examples.Select(ranking => ranking.Answers), share);
        var scores = model.ScoresAt(packed.Tokens, packed.LastRows).view(-1);
        var rankings = new Rankings(examples.Select(ranking => ranking.Ranks));
        var losses = RewardLosses.Expected(
            loss,
            new RankedScores(scores, rankings)
            {
                Margins = Margins(examples, scores),
                HarmSigns = HarmSigns(examples, scores),
                Confidences = Confidences(examples, scores),
            },
            options.Loss
        );
        var sum = losses.sum();
        metrics.Add("loss", sum.item<float>(), examples.Count);
        RewardMetrics.Add(metrics, scores.detach().data<float>().ToArray(), examples);
        return normalizer.PerExample(sum);
    }

    // A pair of which nobody said by how much leads by 0 or more: a plain comparison.
    private static Tensor? Margins(IReadOnlyList<TokenizedRanking> examples, Tensor scores) =>
        examples.Any(ranking => ranking.Margin is not null)
            ? tensor([.. examples.Select(ranking => ranking.Margin ?? 0)], scores.dtype, scores.device)
            : null;

    private static Tensor? Confidences(IReadOnlyList<TokenizedRanking> examples, Tensor scores)
    {
        if (examples.FirstOrDefault(ranking => ranking.Confidence is not null && ranking.Answers.Count > 2) is { } longer)
        {
            throw new InvalidInputException(
                $"A ranking of {longer.Answers.Count} answers has a confidence, which says how sure the order of two is.",
                "Give it as pairs, each with its own confidence, or leave the confidence away."
            );
        }

        return SoftLabels.Confidences([.. examples.Select(ranking => ranking.Confidence)], scores);
    }

    private static Tensor? HarmSigns(IReadOnlyList<TokenizedRanking> examples, Tensor scores) =>
        examples.All(ranking => ranking.Harmful is not null)
            ? tensor(
                [.. examples.SelectMany(ranking => ranking.Harmful!).Select(harmful => harmful ? 1.0 : -1.0)],
                scores.dtype,
                scores.device
            )
            : null;
}

/// <summary>What every user of a reward model asks of its head.</summary>
internal static class ScalarHead
{
    /// <exception cref="InvalidInputException">The head gives more than one number, or numbers for tokens.</exception>
    internal static void Check(ScoredDecoder model)
    {
        if (model.Options.Kind != ScoreHeadKind.Sequence || model.Options.Labels.Count != 1)
        {
            throw new InvalidInputException(
                $"A reward model gives one number to a whole answer, and this head scores {(model.Options.Kind == ScoreHeadKind.Token ? "tokens" : "sequences")} with {model.Options.Labels.Count} labels.",
                "Start a sequence head with one label."
            );
        }
    }
}
