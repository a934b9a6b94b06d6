using Plumbline.Training.Loop;

namespace Plumbline.Training.Policies.Rollouts;

/// <summary>Makes of the judged answers of a round what the policy learns from: token rewards, advantages, and for a critic returns.</summary>
/// <param name="parts">Policy, reference and critic.</param>
/// <param name="options">The estimator, and what is added and left out.</param>
/// <param name="policyOptions">The temperature.</param>
/// <param name="training">Tokens per pass, and the precision.</param>
internal sealed class RoundLearning(RolloutParts parts, RolloutOptions options, PolicyOptions policyOptions, TrainingOptions training)
{
    private readonly RoundAdvantages advantages = new(options, parts.Critic);

    /// <summary>Whether old log-probabilities are needed before the first step; a round of one step is its own old policy.</summary>
    private bool NeedsNumbers =>
        options.StepsPerRound > 1 || options.TopEntropyShare < 1 || parts.Critic is not null || parts.Reference is not null;

    /// <summary>Groups to learn from, and how far the policy is from its reference.</summary>
    /// <param name="groups">The judged answers.</param>
    /// <param name="prices">What divergence and cost count, and what each prompt weighs.</param>
    /// <param name="metrics">Receives what is worth logging.</param>
    /// <param name="cancellation">Polled between passes.</param>
    /// <returns>The groups; the mean divergence of an answer in nats, 0 without a reference.</returns>
    internal (IReadOnlyList<AnswerGroup> Groups, double NatsPerAnswer) Of(
        IReadOnlyList<ScoredGroup> groups,
        RoundPrices prices,
        MetricSums metrics,
        CancellationToken cancellation
    )
    {
        List<AnswerGroup> learned = [.. groups.Select(group => new AnswerGroup([.. group.Answers.Select(answer => Drawn(group, answer))]))];
        var numbers = NeedsNumbers
            ? RoundNumbers.Of(parts, learned, policyOptions, options.KlReward.Estimator, training, cancellation)
            : null;
        var natsPerAnswer = numbers is null ? 0 : MeasureDivergence(numbers, metrics);
        ScoredAnswer[] answers = [.. groups.SelectMany(group => group.Answers)];
        var estimated = advantages.Of(groups, numbers, prices, metrics);
        if (prices.PromptWeights is { } weights)
        {
            Weigh(groups, estimated.Advantages, weights);
        }

        var threshold = EntropyThreshold(numbers);
        DrawnAnswer Finished(DrawnAnswer answer, int index) =>
            answer with
            {
                Advantages = estimated.Advantages[index],
                OldLogProbabilities = options.StepsPerRound > 1 ? numbers![index].Old : null,
                OldValues = numbers?[index].Values,
                Returns = estimated.Returns?[index],
                OldCostValues = numbers?[index].CostValues,
                CostReturns = estimated.CostReturns?[index],
                Weights = threshold is { } least ? Array.ConvertAll(numbers![index].Entropy, entropy => entropy >= least ? 1f : 0f) : null,
            };
        var at = 0;
        var finished = learned.ConvertAll(group =>
            group.Answers.Select(answer => (Answer: Finished(answer, at), Scored: answers[at++])).ToList()
        );
        var kept = finished.ConvertAll(group => new AnswerGroup([
            .. group.Where(pair => !IsMasked(pair.Scored)).Select(pair => pair.Answer),
        ]));
        return (kept.FindAll(group => group.Answers.Count > 0), natsPerAnswer);
    }

    private bool IsMasked(ScoredAnswer answer) => answer.Answer.IsTruncated && options.MaskTruncated;

    private static DrawnAnswer Drawn(ScoredGroup group, ScoredAnswer scored)
    {
        var answer = scored.Answer;
        return new DrawnAnswer(group.Sequence(scored), []) { SamplerLogProbabilities = answer.LogProbabilities, Kept = answer.Kept };
    }

    private static void Weigh(IReadOnlyList<ScoredGroup> groups, float[][] advantages, double[] weights)
    {
        var at = 0;
        for (var i = 0; i < groups.Count; i++)
        {
            for (var answer = 0; answer < groups[i].Answers.Count; answer++, at++)
            {
                advantages[at] = Array.ConvertAll(advantages[at], advantage => (float)(advantage * weights[i]));
            }
        }
    }

    private double? EntropyThreshold(AnswerNumbers[]? numbers)
    {
        if (options.TopEntropyShare >= 1)
        {
            return null;
        }

        float[] all = [.. numbers!.SelectMany(answer => answer.Entropy).OrderDescending()];
        return all[Math.Max(0, (int)Math.Ceiling(options.TopEntropyShare * all.Length) - 1)];
    }

    private double MeasureDivergence(AnswerNumbers[] numbers, MetricSums metrics)
    {
        if (parts.Reference is null)
        {
            return 0;
        }

        var nats = numbers.Sum(answer => answer.Divergence!.Sum(value => (double)value));
        metrics.Add("kl", nats, numbers.Sum(answer => answer.Old.Length));
        metrics.Add("kl_per_answer", nats, numbers.Length);
        return nats / numbers.Length;
    }
}

/// <summary>What counts in a round beside the reward.</summary>
/// <param name="Nat">What a nat of divergence costs.</param>
/// <param name="Cost">λ: what a unit of cost counts; 0 without a constraint.</param>
/// <param name="PromptWeights">What the advantages of each prompt's answers count; null for 1.</param>
internal sealed record RoundPrices(double Nat, double Cost, double[]? PromptWeights);
