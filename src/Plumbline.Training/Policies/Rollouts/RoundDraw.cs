using Plumbline.Randomness;
using Plumbline.Rewards;
using Plumbline.Training.Loop;
using Plumbline.Training.Policies.Advantages;

namespace Plumbline.Training.Policies.Rollouts;

/// <summary>Draws the answers of a round and has them judged.</summary>
/// <param name="prompts">All prompts of the run.</param>
/// <param name="sampler">Who answers.</param>
/// <param name="reward">Who judges.</param>
/// <param name="options">How many, and what becomes of scores.</param>
/// <param name="seed">The run's.</param>
internal sealed class RoundDraw(
    IReadOnlyList<PolicyPrompt> prompts,
    IAnswerSampler sampler,
    IReward reward,
    RolloutOptions options,
    Seed seed
)
{
    private readonly AdvantageAttribute estimator = AdvantageEstimators.Find(options.AdvantageType).Declaration;

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
                estimator.NeedsGroups
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
        var drawn = sampler.Draw(asked, new AnswerDraw(options.AnswersPerPrompt, own.Derive("answers")), cancellation);
        var greedy = estimator.NeedsBaselines
            ? sampler.Draw(asked, new AnswerDraw(1, own.Derive("greedy"), IsGreedy: true), cancellation)
            : null;
        var scores = Scores(asked, drawn, cancellation);
        var baselines = greedy is null ? null : Scores(asked, greedy, cancellation);
        RolloutMetrics.AddLengths(metrics, [.. drawn.SelectMany(answers => answers)]);
        var least = estimator.NeedsGroups ? 2 : 1;
        var groups = new List<ScoredGroup>();
        for (var i = 0; i < asked.Count; i++)
        {
            ScoredAnswer[] judged =
            [
                .. drawn[i]
                    .Zip(scores[i])
                    .Where(pair => pair.Second is not null)
                    .Select(pair => new ScoredAnswer(pair.First, Shaped(pair.Second!.Value, pair.First))),
            ];
            metrics.Add("rewards/unjudged", drawn[i].Count - judged.Length, drawn[i].Count);
            if (judged.Length >= least && (baselines is null || baselines[i][0] is not null))
            {
                groups.Add(new ScoredGroup(asked[i], judged, baselines?[i][0]));
            }
        }

        RolloutMetrics.AddScores(metrics, groups);
        return groups;
    }

    private double Shaped(double score, RolloutAnswer answer)
    {
        var held = options.ScoreClip is { } clip ? Math.Clamp(score, -clip, clip) : score;
        return answer.IsTruncated ? held - (options.TruncationPenalty ?? 0) : held;
    }

    private double?[][] Scores(
        IReadOnlyList<PolicyPrompt> asked,
        IReadOnlyList<IReadOnlyList<RolloutAnswer>> drawn,
        CancellationToken cancellation
    )
    {
        AnswerToReward[] answers = [.. asked.Zip(drawn).SelectMany(pair => pair.Second.Select(answer => ToReward(pair.First, answer)))];
        var scores = reward.ScoreAsync(answers, cancellation).GetAwaiter().GetResult();
        if (scores.Count != answers.Length)
        {
            throw new InvalidInputException(
                $"The reward gave {scores.Count} scores to {answers.Length} answers.",
                "Return one score for each answer, in their order; null for those that cannot be judged."
            );
        }

        var at = 0;
        return
        [
            .. drawn.Select(group =>
                group
                    .Select(_ =>
                    {
                        var score = scores[at++];
                        return score is { } number && double.IsFinite(number) ? score : null;
                    })
                    .ToArray()
            ),
        ];
    }

    private static AnswerToReward ToReward(PolicyPrompt prompt, RolloutAnswer answer) =>
        new(prompt.Row.Prompt, answer.Text)
        {
            IsTruncated = answer.IsTruncated,
            Tokens = answer.DrawnCount,
            PromptIds = prompt.Ids,
            AnswerIds = answer.Ids,
        };
}
