using Plumbline.Configuration;
using Plumbline.Models.Language;
using Plumbline.Torch.Dispatch;
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
    private readonly Critic? critic;
    private readonly RegisteredLoss<PolicyLossAttribute, AnswerTokens, PolicyLossOptions> policyLoss;
    private double answersOfStep;
    private double curatedOfStep;
    private double curatedTokensOfStep;

    /// <summary>Checks loss and reference against each other.</summary>
    /// <param name="policy">The model in training; not owned.</param>
    /// <param name="reference">What it is held to, not owned; null for none.</param>
    /// <param name="options">What is minimised.</param>
    /// <param name="critic">What learns beside the policy how much answers will earn; not owned, null for none.</param>
    /// <param name="criticRate">The critic's learning rate as a multiple of the policy's.</param>
    /// <exception cref="InvalidInputException">The loss is unknown, an option is out of range or not read by it, or there is no reference to hold to.</exception>
    public PolicyObjective(Decoder policy, ReferencePolicy? reference, PolicyOptions options, Critic? critic = null, double criticRate = 1)
    {
        OptionsValidation.ThrowIfInvalid(options);
        (this.policy, this.reference, this.options, this.critic) = (policy, reference, options, critic);
        policyLoss = PolicyLosses.Find(options.LossType);
        Model = new TrainedPolicy(policy, critic, criticRate);
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
    public ExampleSize Size(AnswerGroup example)
    {
        var size = SizeOf(policy, example);
        // What nobody drew is no part of the mean over drawn tokens.
        return example.IsCurated ? size with { Targets = 0 } : size;
    }

    /// <summary>What a group costs a model, and weighs.</summary>
    internal static ExampleSize SizeOf(Decoder model, AnswerGroup group) => SharedBeginning.Size(model, Sequences(group));

    /// <inheritdoc/>
    public void BeginStep(TrainingStep<AnswerGroup> step)
    {
        var parts = step.Passes.SelectMany(pass => pass).ToLookup(group => group.IsCurated, group => group.Answers);
        answersOfStep = parts[false].Sum(answers => answers.Count(answer => answer.Sequence.TargetCount > 0));
        curatedOfStep = parts[true].Count();
        curatedTokensOfStep = parts[true].Sum(answers => answers.Sum(answer => (double)answer.Sequence.TargetCount));
    }

    /// <inheritdoc/>
    public Tensor Evaluate(IReadOnlyList<AnswerGroup> examples, StepNormalizer normalizer, MetricSums metrics)
    {
        var parts = examples.ToLookup(group => group.IsCurated);
        Tensor[] losses =
        [
            .. parts[false].Any() ? [OfDrawn([.. parts[false]], normalizer, metrics)] : Array.Empty<Tensor>(),
            .. parts[true].Any() ? [OfCurated([.. parts[true]], metrics)] : Array.Empty<Tensor>(),
        ];
        var loss = losses.Aggregate((sum, next) => sum + next);
        metrics.Add("loss", loss.item<float>() * normalizer.Examples, examples.Count);
        return loss;
    }

    private Tensor OfDrawn(List<AnswerGroup> examples, StepNormalizer normalizer, MetricSums metrics)
    {
        var answers = examples.SelectMany(group => group.Answers).ToList();
        var packed = Pack(policy, examples, options.Temperature);
        ReferenceScores? held = null;
        if (reference is not null)
        {
            using var noGradients = no_grad();
            held = reference.Score(packed, [.. answers.Select(answer => answer.Sequence)], options.KlEstimator == KlEstimator.Exact);
            // Casts cached without gradients must not reach the pass with gradients.
            Autocast.ClearCache();
        }

        var states = packed.TargetStates(policy);
        var scores = packed.ScoreStates(policy, states, held?.Logits, entropyGradient: options.EntropyCoefficient != 0);
        var tokens = Tokens(packed, scores.LogProbabilities, answers);
        var perToken = Weighted(policyLoss.Of(tokens, options.Loss), tokens, answers, metrics);
        PolicyMetrics.Add(metrics, tokens, scores, options.Loss);
        var weights = TokenWeights(tokens, normalizer);
        var loss = (perToken * weights).sum();
        metrics.Add("policy_loss", loss.item<float>() * (normalizer.Examples - curatedOfStep), examples.Count);
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

        if (critic is not null)
        {
            loss += normalizer
                .PerToken(ValueLoss(critic.Values(packed, states, policy), answers, metrics).sum())
                .Times(options.ValueCoefficient);
        }

        return loss;
    }

    // γ·Σ −log π / N of the step's N curated tokens, at temperature 1, as they would be fine-tuned on.
    private Tensor OfCurated(List<AnswerGroup> examples, MetricSums metrics)
    {
        var packed = new PackedExamples(policy, examples.Select(Sequences));
        var sum = -packed.Score(policy).LogProbabilities.sum();
        metrics.Add("ptx_loss", sum.item<float>(), packed.Counts.Sum());
        return sum.Over(Math.Max(curatedTokensOfStep, 1)).Times(options.PtxCoefficient);
    }

    /// <summary>Groups laid out for the model, their targets seen as they were sampled.</summary>
    /// <param name="model">The model.</param>
    /// <param name="groups">The groups.</param>
    /// <param name="temperature">What they were sampled at.</param>
    internal static PackedExamples Pack(Decoder model, IReadOnlyList<AnswerGroup> groups, double temperature)
    {
        var answers = groups.SelectMany(group => group.Answers).ToList();
        var kept = answers.Exists(answer => answer.Kept is not null)
            ? new KeptEntries([.. answers.SelectMany(answer => answer.Kept ?? new int[]?[answer.Sequence.TargetCount])])
            : null;
        return new PackedExamples(model, groups.Select(Sequences)) { Distribution = new TargetDistribution(1 / temperature, kept) };
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

    private Tensor Weighted(Tensor perToken, AnswerTokens tokens, List<DrawnAnswer> answers, MetricSums metrics)
    {
        if (answers.Exists(answer => answer.SamplerLogProbabilities is not null))
        {
            var sampler = PerTarget(answers, answer => answer.SamplerLogProbabilities, float.NaN, tokens.Old);
            if (SamplerMismatch.Weights(tokens, sampler, options, metrics) is { } importance)
            {
                perToken *= importance;
            }
        }

        return answers.Exists(answer => answer.Weights is not null)
            ? perToken * PerTarget(answers, answer => answer.Weights, 1, perToken)
            : perToken;
    }

    // Of rewards and, with costs, of costs: ½·max((V − R)², (clip(V, V_old ± c) − R)²): the larger of the two, so that a value outside the limit is drawn back and never further out.
    private Tensor ValueLoss(Tensor values, List<DrawnAnswer> answers, MetricSums metrics)
    {
        var returns = PerOutput(answers, answer => answer.Returns, answer => answer.CostReturns, values);
        var loss = (values - returns).square();
        if (options.ValueClip is { } clip)
        {
            using var low = (-clip).ToScalar();
            using var high = clip.ToScalar();
            var old = PerOutput(answers, answer => answer.OldValues, answer => answer.OldCostValues, values);
            var clipped = (old + (values - old).clamp(low, high) - returns).square();
            metrics.Add("value/clip_ratio", clipped.gt(loss).sum().item<long>(), loss.numel());
            loss = maximum(loss, clipped);
        }

        metrics.Add("value_loss", loss.sum().item<float>() / 2, loss.numel());
        return loss.Times(0.5);
    }

    // [targets, outputs of the critic].
    private static Tensor PerOutput(
        List<DrawnAnswer> answers,
        Func<DrawnAnswer, float[]?> reward,
        Func<DrawnAnswer, float[]?> cost,
        Tensor values
    ) =>
        stack(
            values.shape[1] == 1
                ? [PerTarget(answers, reward, float.NaN, values)]
                : [PerTarget(answers, reward, float.NaN, values), PerTarget(answers, cost, float.NaN, values)],
            dim: 1
        );

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
