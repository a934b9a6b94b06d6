using Plumbline.Randomness;
using Plumbline.Training.Loop;

namespace Plumbline.Training.Policies.Rollouts;

/// <summary>Draws the answers of a round and has them judged.</summary>
/// <param name="parts">Who answers, and who judges.</param>
/// <param name="prompts">All prompts of the run.</param>
/// <param name="options">How many, and what becomes of scores.</param>
/// <param name="needs">What must be there for a prompt to teach anything.</param>
/// <param name="seed">The run's.</param>
internal sealed class RoundDraw(RolloutParts parts, IReadOnlyList<PolicyPrompt> prompts, RolloutOptions options, DrawNeeds needs, Seed seed)
{
    /// <summary>The groups of a round: those of its prompts, and under dynamic sampling those of others in place of the ones that teach nothing.</summary>
    /// <param name="round">The round, from 0.</param>
    /// <param name="asked">Its prompts.</param>
    /// <param name="metrics">Receives what is worth logging.</param>
    /// <param name="cancellation">Polled.</param>
    /// <exception cref="InvalidInputException">No answer could be judged.</exception>
    internal IReadOnlyList<ScoredGroup> Groups(
        long round,
        IReadOnlyList<PolicyPrompt> asked,
        MetricSums metrics,
        CancellationToken cancellation
    )
    {
        var (wanted, own) = (asked.Count, seed.Derive("rollout", round));
        var (groups, silent) = (new List<ScoredGroup>(), new List<ScoredGroup>());
        var others = new Queue<PolicyPrompt>(options.DynamicSampling ? Others(asked, own) : []);
        for (var draw = 0; ; draw++)
        {
            foreach (var group in Judged(asked, own.Derive("draw", draw), metrics, cancellation))
            {
                (options.DynamicSampling && !group.HasSignal ? silent : groups).Add(group);
            }

            asked = [.. Enumerable.Range(0, Math.Min(wanted - groups.Count, others.Count)).Select(_ => others.Dequeue())];
            if (!options.DynamicSampling || asked.Count == 0 || draw == options.MaxRefills)
            {
                break;
            }
        }

        metrics.Add("rollout/groups", groups.Count, 1);
        return groups.Count > 0 ? groups
            : silent.Count > 0 ? silent[..Math.Min(wanted, silent.Count)]
            : throw new InvalidInputException(
                $"No answer of round {round + 1} could be judged by the reward: there is nothing to learn from.",
                needs.Answers > 1
                    ? "At least two answers to a prompt must be judged: look at the reward's columns and at what it says of the answers in the run's rollouts."
                    : "Look at the reward's columns and at what it says of the answers in the run's rollouts."
            );
    }

    private PolicyPrompt[] Others(IReadOnlyList<PolicyPrompt> asked, Seed own)
    {
        var here = asked.ToHashSet(ReferenceEqualityComparer.Instance);
        PolicyPrompt[] others = [.. prompts.Where(prompt => !here.Contains(prompt))];
        own.Derive("others").Source().Shuffle<PolicyPrompt>(others);
        return others;
    }

    private List<ScoredGroup> Judged(IReadOnlyList<PolicyPrompt> asked, Seed own, MetricSums metrics, CancellationToken cancellation)
    {
        var drawn = parts.Sampler.Draw(asked, new AnswerDraw(options.AnswersPerPrompt, own.Derive("answers")), cancellation);
        RolloutAnswer[] all = [.. drawn.SelectMany(answers => answers)];
        RolloutMetrics.AddLengths(metrics, all);
        RolloutMetrics.AddTurns(metrics, "rollout", all);
        RolloutMetrics.AddDistinct(metrics, "completions/distinct", drawn);
        var judged = Scored(asked, drawn, metrics, cancellation);
        // What others answered is no measure of the policy.
        var baselines = needs.Baseline ? Scored(asked, Baselines(asked, own, cancellation), metrics: null, cancellation) : null;
        var groups = new List<ScoredGroup>();
        for (var i = 0; i < asked.Count; i++)
        {
            metrics.Add("rewards/unjudged", drawn[i].Count - judged[i].Length, drawn[i].Count);
            if (judged[i].Length >= needs.Answers && baselines?[i].Length != 0)
            {
                groups.Add(new ScoredGroup(asked[i], judged[i], baselines?[i][0]));
            }
        }

        RolloutMetrics.AddScores(metrics, groups, hasCost: parts.Cost is not null);
        return groups;
    }

    private IReadOnlyList<IReadOnlyList<RolloutAnswer>> Baselines(
        IReadOnlyList<PolicyPrompt> asked,
        Seed own,
        CancellationToken cancellation
    ) =>
        parts.Opponent is { } opponent
            ? opponent.Draw(asked, new AnswerDraw(1, own.Derive("opponent")), cancellation)
            : parts.Sampler.Draw(asked, new AnswerDraw(1, own.Derive("greedy"), IsGreedy: true), cancellation);

    // For each prompt the answers that could be judged.
    private ScoredAnswer[][] Scored(
        IReadOnlyList<PolicyPrompt> asked,
        IReadOnlyList<IReadOnlyList<RolloutAnswer>> drawn,
        MetricSums? metrics,
        CancellationToken cancellation
    )
    {
        var answers = AnswerJudge.ToRewards(asked, drawn);
        var rewards = AnswerJudge.Judge(parts.Reward, "reward", answers, cancellation);
        var harm = parts.Cost is null ? null : AnswerJudge.Judge(parts.Cost, "cost", answers, cancellation);
        if (metrics is not null)
        {
            rewards.AddDisagreement(metrics, "disagreement", drawn);
            rewards.AddSources(metrics, "rewards");
            harm?.AddSources(metrics, "costs");
        }

        var (scores, costs) = (rewards.Scores, harm?.Scores);
        var results = new ScoredAnswer[drawn.Count][];
        var at = 0;
        for (var i = 0; i < results.Length; i++)
        {
            var judged = new List<ScoredAnswer>();
            foreach (var answer in drawn[i])
            {
                if (scores[at] is { } score && (costs is null || costs[at] is not null))
                {
                    judged.Add(new ScoredAnswer(answer, options.Shaped(score, answer), costs?[at] ?? 0));
                }

                at++;
            }

            results[i] = [.. judged];
        }

        return results;
    }
}

/// <summary>What must be there for a prompt to teach anything.</summary>
/// <param name="Answers">Judged answers at least.</param>
/// <param name="Baseline">Whether they are compared with another answer, which must be judged too.</param>
internal readonly record struct DrawNeeds(int Answers, bool Baseline);
