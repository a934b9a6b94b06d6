using Plumbline.Randomness;
using Plumbline.Training.Loop;
using Plumbline.Training.Preferences;

namespace Plumbline.Training.Policies.Rollouts;

/// <summary>
/// Pairs of the policy's own answers, the better and the worse by the reward: online DPO (arXiv 2402.04792), with any preference loss. With an opponent each answer
/// is paired with the opponent's, which stands in <see cref="TokenizedPair.Gold"/> too: what XPO explores away from (arXiv 2405.21046).
/// </summary>
public sealed class OnlinePairs : RoundSource<TokenizedPair>
{
    private readonly bool hasOpponent;

    /// <summary>A source of pairs.</summary>
    /// <param name="parts">Who answers and judges; with an opponent, whose answers are the other side of each pair.</param>
    /// <param name="prompts">What is asked, at least one.</param>
    /// <param name="options">Answers to each prompt: of more than two the best and the worst are a pair.</param>
    /// <param name="training">The numbers of the run.</param>
    /// <param name="seed">Decides prompts and answers.</param>
    /// <exception cref="InvalidInputException">An option is out of range, or there is nothing to pair an answer with.</exception>
    public OnlinePairs(RolloutParts parts, IReadOnlyList<PolicyPrompt> prompts, RolloutOptions options, TrainingOptions training, Seed seed)
        : base(
            parts,
            prompts,
            options,
            parts.Opponent is null ? new DrawNeeds(2, Baseline: false) : new DrawNeeds(1, Baseline: true),
            training,
            seed
        )
    {
        hasOpponent = parts.Opponent is not null;
        if (!hasOpponent && options.AnswersPerPrompt < 2)
        {
            throw new InvalidInputException(
                "A pair takes two answers to a prompt, and answers_per_prompt is 1.",
                "Set answers_per_prompt to 2 or more."
            );
        }
    }

    /// <inheritdoc/>
    private protected override IReadOnlyList<TokenizedPair> Learn(
        IReadOnlyList<ScoredGroup> groups,
        MetricSums metrics,
        CancellationToken cancellation
    )
    {
        var pairs = groups.SelectMany(Pairs).ToList();
        var possible = hasOpponent ? groups.Sum(group => group.Answers.Count) : groups.Count;
        metrics.Add("rollout/ties", possible - pairs.Count, possible);
        return pairs;
    }

    private IEnumerable<TokenizedPair> Pairs(ScoredGroup group)
    {
        if (!hasOpponent)
        {
            // Of like ones the first: order of drawing, no order of worth.
            var (best, worst) = (group.Answers.MaxBy(answer => answer.Score)!, group.Answers.MinBy(answer => answer.Score)!);
            return best.Score > worst.Score ? [new TokenizedPair(group.Sequence(best), group.Sequence(worst))] : [];
        }

        var opponent = group.Baseline!;
        return group
            .Answers.Where(answer => answer.Score != opponent.Score)
            .Select(answer =>
            {
                var (better, worse) = answer.Score > opponent.Score ? (answer, opponent) : (opponent, answer);
                return new TokenizedPair(group.Sequence(better), group.Sequence(worse)) { Gold = group.Sequence(opponent) };
            });
    }
}
