namespace Plumbline.Rewards;

/// <summary>
/// Several rewards as one: mean − pessimism · standard deviation of what they say, so that a policy is not paid for answers on which they contradict each other (Coste
/// et al., arXiv 2310.02743). An answer that one of them cannot judge has no score.
/// </summary>
public sealed class EnsembleReward : IEnsembleReward
{
    private readonly IReadOnlyList<IReward> members;
    private readonly double pessimism;

    /// <summary>Puts the ensemble together.</summary>
    /// <param name="members">At least one, on one scale.</param>
    /// <param name="pessimism">What a standard deviation (n − 1) over members costs, 0 or more.</param>
    /// <exception cref="InvalidInputException">There is no member, or the pessimism is out of range.</exception>
    public EnsembleReward(IReadOnlyList<IReward> members, double pessimism = 0)
    {
        if (members.Count == 0)
        {
            throw new InvalidInputException("An ensemble of rewards has no members.", "Give it at least one reward.");
        }

        if (!(pessimism >= 0 && double.IsFinite(pessimism)))
        {
            throw new InvalidInputException($"The pessimism of an ensemble is {pessimism}.", "Give a finite number, 0 or more.");
        }

        (this.members, this.pessimism) = (members, pessimism);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<double?>> ScoreAsync(IReadOnlyList<AnswerToReward> answers, CancellationToken cancellation = default) =>
        (await JudgeMembersAsync(answers, cancellation)).Totals;

    /// <inheritdoc/>
    /// <exception cref="InvalidInputException">A member does not give one score an answer.</exception>
    public async Task<EnsembleRewards> JudgeMembersAsync(IReadOnlyList<AnswerToReward> answers, CancellationToken cancellation = default)
    {
        var scores = new List<IReadOnlyList<double?>>(members.Count);
        foreach (var member in members)
        {
            cancellation.ThrowIfCancellationRequested();
            var given = await member.ScoreAsync(answers, cancellation);
            if (given.Count != answers.Count)
            {
                throw new InvalidInputException(
                    $"Member {scores.Count + 1} of an ensemble ({member.GetType().FullName}) gave {given.Count} scores for {answers.Count} answers.",
                    "Return one score an answer, null for an answer that cannot be judged."
                );
            }

            scores.Add([.. given.Select(score => score is { } number && double.IsFinite(number) ? score : null)]);
        }

        return new EnsembleRewards([.. Enumerable.Range(0, answers.Count).Select(answer => Total(scores, answer))], scores);
    }

    private double? Total(List<IReadOnlyList<double?>> scores, int answer)
    {
        var said = new List<double>(scores.Count);
        foreach (var member in scores)
        {
            if (member[answer] is not { } score)
            {
                return null;
            }

            said.Add(score);
        }

        var mean = said.Average();
        var spread = said.Count < 2 ? 0 : Math.Sqrt(said.Sum(score => (score - mean) * (score - mean)) / (said.Count - 1));
        return mean - (pessimism * spread);
    }
}
