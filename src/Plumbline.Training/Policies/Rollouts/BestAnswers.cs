using Plumbline.Randomness;
using Plumbline.Training.Loop;
using Plumbline.Training.Supervised;

namespace Plumbline.Training.Policies.Rollouts;

/// <summary>
/// Of the policy's own answers to each prompt the one that earned most, to be learnt as it stands: rejection sampling (RAFT, arXiv 2304.06767; best-of-n where it is
/// done once, with the policy as it starts).
/// </summary>
public sealed class BestAnswers : RoundSource<TokenizedExample>
{
    private readonly double? least;

    /// <summary>A source of best answers.</summary>
    /// <param name="parts">Who answers and judges.</param>
    /// <param name="prompts">What is asked, at least one.</param>
    /// <param name="options">Answers to each prompt.</param>
    /// <param name="training">The numbers of the run.</param>
    /// <param name="seed">Decides prompts and answers.</param>
    /// <param name="least">What an answer must earn at least to be learnt; null for any best one.</param>
    /// <exception cref="InvalidInputException">An option is out of range.</exception>
    public BestAnswers(
        RolloutParts parts,
        IReadOnlyList<PolicyPrompt> prompts,
        RolloutOptions options,
        TrainingOptions training,
        Seed seed,
        double? least = null
    )
        : base(parts, prompts, options, new DrawNeeds(1, Baseline: false), training, seed) => this.least = least;

    /// <inheritdoc/>
    private protected override IReadOnlyList<TokenizedExample> Learn(
        IReadOnlyList<ScoredGroup> groups,
        MetricSums metrics,
        CancellationToken cancellation
    )
    {
        var best = groups.Select(group => (Group: group, Answer: group.Answers.MaxBy(answer => answer.Score)!)).ToList();
        metrics.Add("reward/best", best.Sum(pair => pair.Answer.Score), best.Count);
        var taken = best.FindAll(pair => pair.Answer.Score >= (least ?? double.NegativeInfinity));
        metrics.Add("rollout/rejected", best.Count - taken.Count, best.Count);
        return taken.ConvertAll(pair => pair.Group.Sequence(pair.Answer));
    }
}
