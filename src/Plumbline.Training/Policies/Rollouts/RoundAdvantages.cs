using Plumbline.Training.Loop;
using Plumbline.Training.Losses;
using Plumbline.Training.Policies.Advantages;
using static TorchSharp.torch;

namespace Plumbline.Training.Policies.Rollouts;

/// <summary>Makes advantages of what the answers of a round earned and cost, and for a critic the returns it should have expected.</summary>
/// <param name="options">The estimator, and whether advantages are whitened.</param>
/// <param name="critic">The critic; null for none.</param>
/// <remarks>
/// Without a critic that expects costs, or without costs, a token's reward is that of (r − λc)/(1 + λ) less the price of its divergence. With one, rewards and costs each have
/// values and returns of their own, divergence is a loss to the one and a cost to the other, and Â = (Â_r − λ·Â_c)/(1 + λ) (Safe RLHF, arXiv 2310.12773): what the critic
/// learns does not depend on λ, which moves from round to round.
/// </remarks>
internal sealed class RoundAdvantages(RolloutOptions options, Critic? critic)
{
    private readonly RegisteredLoss<AdvantageAttribute, RewardedAnswers, AdvantageOptions> estimator = AdvantageEstimators.Find(
        options.AdvantageType
    );

    /// <summary>The advantages of every target, answer after answer.</summary>
    /// <param name="groups">The judged answers.</param>
    /// <param name="numbers">What reference and critic say of them; null where nobody asked.</param>
    /// <param name="prices">What divergence and cost count.</param>
    /// <param name="metrics">Receives how much of the returns the critic explains.</param>
    internal EstimatedAnswers Of(IReadOnlyList<ScoredGroup> groups, AnswerNumbers[]? numbers, RoundPrices prices, MetricSums metrics)
    {
        using var scope = NewDisposeScope();
        var round = new Round(groups, numbers);
        if (critic is not { HasCost: true })
        {
            double Combined(ScoredAnswer answer) => CostMultiplier.Combined(answer.Score, answer.Cost, prices.Cost);
            var values = critic is null ? null : Wide(numbers!.Select(answer => answer.Values!));
            var earned = Estimate(round, Combined, -prices.Nat, values);
            AddExplainedVariance(metrics, "value/explained_variance", earned.Returns, values);
            return new EstimatedAnswers(Finished(earned.Advantages, round), Cut(earned.Returns, round), CostReturns: null);
        }

        var (rewardValues, costValues) = (
            Wide(numbers!.Select(answer => answer.Values!)),
            Wide(numbers!.Select(answer => answer.CostValues!))
        );
        var reward = Estimate(round, answer => answer.Score, -prices.Nat, rewardValues);
        var cost = Estimate(round, answer => answer.Cost, prices.Nat, costValues);
        AddExplainedVariance(metrics, "value/explained_variance", reward.Returns, rewardValues);
        AddExplainedVariance(metrics, "cost_value/explained_variance", cost.Returns, costValues);
        var advantages = (reward.Advantages - (cost.Advantages * prices.Cost)) / (1 + prices.Cost);
        return new EstimatedAnswers(Finished(advantages, round), Cut(reward.Returns, round), Cut(cost.Returns, round));
    }

    private (Tensor Advantages, Tensor? Returns) Estimate(Round round, Func<ScoredAnswer, double> of, double nat, Tensor? values)
    {
        var advantages = estimator.Of(
            new RewardedAnswers(round.TokenRewards(of, nat), round.Owners, round.Prompts)
            {
                Values = values,
                Baselines = round.Baselines(of),
            },
            options.Advantage
        );
        return (advantages, values is null ? null : advantages + values);
    }

    private float[][] Finished(Tensor advantages, Round round) =>
        Cut(options.WhitenAdvantages ? Whitening.Of(advantages) : advantages, round)!;

    // 1 − Var(R − V) / Var(R): 1 for a critic that knows, 0 for one that says the same of every token.
    private static void AddExplainedVariance(MetricSums metrics, string name, Tensor? returns, Tensor? values)
    {
        if (returns is null || values is null || returns.shape[0] < 2 || returns.var().item<double>() is not (> 1e-12 and var spread))
        {
            return;
        }

        metrics.Add(name, 1 - ((returns - values).var().item<double>() / spread), 1);
    }

    private static Tensor Wide(IEnumerable<float[]> values) =>
        tensor(values.SelectMany(answer => answer.Select(value => (double)value)).ToArray());

    private static float[][]? Cut(Tensor? values, Round round)
    {
        if (values is null)
        {
            return null;
        }

        var all = values.to(ScalarType.Float32).data<float>().ToArray();
        var at = 0;
        return [.. round.Lengths.Select(length => all[at..(at += length)])];
    }

    /// <summary>The answers of a round as estimators see them.</summary>
    private sealed class Round(IReadOnlyList<ScoredGroup> groups, AnswerNumbers[]? numbers)
    {
        private readonly ScoredAnswer[] answers = [.. groups.SelectMany(group => group.Answers)];

        internal int[] Lengths => Array.ConvertAll(answers, answer => answer.Answer.DrawnCount);

        internal Tensor Owners => tensor(Lengths.SelectMany((length, i) => Enumerable.Repeat((long)i, length)).ToArray());

        internal Tensor Prompts => tensor(groups.SelectMany((group, i) => Enumerable.Repeat((long)i, group.Answers.Count)).ToArray());

        // What was said of an answer stands at its last token; each token has its divergence.
        internal Tensor TokenRewards(Func<ScoredAnswer, double> of, double nat) =>
            Wide(
                answers.Select(
                    (answer, i) =>
                    {
                        var rewards = new float[answer.Answer.DrawnCount];
                        for (var token = 0; token < rewards.Length && numbers?[i].Divergence is { } divergence; token++)
                        {
                            rewards[token] = (float)(nat * divergence[token]);
                        }

                        rewards[^1] += (float)of(answer);
                        return rewards;
                    }
                )
            );

        internal Tensor? Baselines(Func<ScoredAnswer, double> of) =>
            groups[0].Baseline is null
                ? null
                : tensor(groups.SelectMany(group => Enumerable.Repeat(of(group.Baseline!), group.Answers.Count)).ToArray());
    }
}

/// <summary>What a round's answers are worth.</summary>
/// <param name="Advantages">One of each target, answer after answer.</param>
/// <param name="Returns">What the critic should have expected; null without one.</param>
/// <param name="CostReturns">The same of costs; null unless it expects them.</param>
internal sealed record EstimatedAnswers(float[][] Advantages, float[][]? Returns, float[][]? CostReturns);
