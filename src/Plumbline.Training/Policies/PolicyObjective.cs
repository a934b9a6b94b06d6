using Plumbline.Configuration;
using Plumbline.Models.Language;
using Plumbline.Torch.Functions;
using Plumbline.Training.Loop;
using Plumbline.Training.Losses;
using Plumbline.Training.Packing;
using Plumbline.Training.References;
using Plumbline.Training.Supervised;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training.Policies;

/// <summary>
/// Moves a policy towards the answers of its own that earned more: a policy loss, less entropy, plus divergence from a reference. The answers to a prompt share
/// its rows; denominators are those of the whole step, so the gradient does not depend on the cut into passes.
/// </summary>
public sealed class PolicyObjective : IObjective<AnswerGroup>
{
    private readonly Decoder policy;
    private readonly ReferencePolicy? reference;
    private readonly PolicyOptions options;
    private readonly RegisteredLoss<PolicyLossAttribute, AnswerTokens, PolicyLossOptions> policyLoss;
    private double answersOfStep;

    /// <summary>Checks loss and reference against each other.</summary>
    /// <param name="policy">The model in training; not owned.</param>
    /// <param name="reference">What it is held to, not owned; null for none.</param>
    /// <param name="options">What is minimised.</param>
    /// <exception cref="InvalidInputException">The loss is unknown, an option is out of range or not read by it, or there is no reference to hold to.</exception>
    public PolicyObjective(Decoder policy, ReferencePolicy? reference, PolicyOptions options)
    {
        OptionsValidation.ThrowIfInvalid(options);
        (this.policy, this.reference, this.options) = (policy, reference, options);
        policyLoss = PolicyLosses.Find(options.LossType);
        Model = new TrainedDecoder(policy);
        if (policyLoss.Unread(options.Loss).FirstOrDefault() is { } unread)
        {
            throw new InvalidInputException(
                $"The policy loss {options.LossType} does not read {unread}, which is set.",
                $"Leave it away; it reads {string.Join(", ", policyLoss.OptionNames.DefaultIfEmpty("no option"))}."
            );
        }

        if (options.Beta > 0 && reference is null)
        {
            throw new InvalidInputException(
                $"beta is {options.Beta}, the weight of the divergence from a reference, and there is none.",
                "Give a reference, or set beta: 0."
            );
        }
    }

    /// <inheritdoc/>
    public ITrainedModel Model { get; }

    /// <inheritdoc/>
    public ExampleSize Size(AnswerGroup example) => SharedBeginning.Size(policy, Sequences(example));

    /// <inheritdoc/>
    public void BeginStep(TrainingStep<AnswerGroup> step) =>
        answersOfStep = step.Passes.Sum(pass => pass.Sum(group => group.Answers.Count(answer => answer.Sequence.TargetCount > 0)));

    /// <inheritdoc/>
    public Tensor Evaluate(IReadOnlyList<AnswerGroup> examples, StepNormalizer normalizer, MetricSums metrics)
    {
        var packed = new PackedExamples(policy, examples.Select(Sequences));
        var answers = examples.SelectMany(group => group.Answers).ToList();
        ReferenceScores? held = null;
        if (reference is not null)
        {
            using var noGradients = no_grad();
            held = reference.Score(packed, [.. answers.Select(answer => answer.Sequence)], options.KlEstimator == KlEstimator.Exact);
        }

        var scores = packed.Score(policy, held?.Logits, entropyGradient: options.EntropyCoefficient != 0);
        var tokens = Tokens(packed, scores.LogProbabilities, answers);
        var perToken = policyLoss.Of(tokens, options.Loss);
        if (answers.Exists(answer => answer.Weights is not null))
        {
            perToken *= PerTarget(answers, answer => answer.Weights, 1, perToken);
        }

        PolicyMetrics.Add(metrics, tokens, scores, options.Loss);
        var weights = TokenWeights(tokens, normalizer);
        var loss = (perToken * weights).sum();
        metrics.Add("policy_loss", loss.item<float>() * normalizer.Examples, examples.Count);
        if (held is not null)
        {
            var divergence =
                options.KlEstimator == KlEstimator.Exact
                    ? scores.Divergence!
                    : KlEstimators.Of(options.KlEstimator, scores.LogProbabilities, held.LogProbabilities);
            metrics.Add("kl", divergence.sum().item<float>(), divergence.shape[0]);
            loss += (divergence * weights).sum().Times(options.Beta);
        }

        if (options.EntropyCoefficient != 0)
        {
            loss -= (scores.Entropy * weights).sum().Times(options.EntropyCoefficient);
        }

        metrics.Add("loss", loss.item<float>() * normalizer.Examples, examples.Count);
        return loss;
    }

    /// <inheritdoc/>
    public void EndStep(long step) => reference?.EndStep(step);

    /// <inheritdoc/>
    public void SaveState(string folder) => reference?.SaveState(folder);

    /// <inheritdoc/>
    public void LoadState(string folder) => reference?.LoadState(folder);

    private static IReadOnlyList<TokenizedExample> Sequences(AnswerGroup group) => [.. group.Answers.Select(answer => answer.Sequence)];

    private static AnswerTokens Tokens(PackedExamples packed, Tensor logProbabilities, List<DrawnAnswer> answers)
    {
        var old = logProbabilities.detach();
        if (answers.Exists(answer => answer.OldLogProbabilities is not null))
        {
            // NaN marks the answers of the policy as it is.
            var given = PerTarget(answers, answer => answer.OldLogProbabilities, float.NaN, old);
            old = where(given.isnan(), old, given);
        }

        return new AnswerTokens(
            logProbabilities,
            old,
            PerTarget(answers, answer => answer.Advantages, 0, old),
            packed.OwnersLike(old),
            packed.LengthsLike(old)
        );
    }

    private static Tensor PerTarget(List<DrawnAnswer> answers, Func<DrawnAnswer, float[]?> of, float otherwise, Tensor like)
    {
        var values = new List<float>();
        foreach (var answer in answers)
        {
            var (given, count) = (of(answer), answer.Sequence.TargetCount);
            if (given is not null && (given.Length != count || !Array.TrueForAll(given, float.IsFinite)))
            {
                throw new ArgumentException(
                    $"An answer of {count} targets needs {count} finite numbers for them: got {given.Length}, or one that is none."
                );
            }

            values.AddRange(given ?? Enumerable.Repeat(otherwise, count));
        }

        return tensor(values.ToArray(), device: like.device).to(like.dtype);
    }

    private Tensor TokenWeights(AnswerTokens tokens, StepNormalizer normalizer)
    {
        using var one = 1.0.ToScalar();
        var ones = full_like(tokens.Old, one);
        return options.Aggregation switch
        {
            PolicyAggregation.TokenMean => normalizer.PerToken(ones),
            PolicyAggregation.SequenceMean => (ones / tokens.Lengths.index_select(0, tokens.Owners)).Over(Math.Max(answersOfStep, 1)),
            _ => ones.Over(Math.Max(answersOfStep, 1) * options.MaxCompletionLength),
        };
    }
}
