namespace Plumbline.Rewards;

/// <summary>A reward with its name and weight in a sum.</summary>
/// <param name="Name">What metrics and messages call it.</param>
/// <param name="Weight">What its scores are multiplied by, finite; below 0 it takes away, at 0 it is watched and does not count.</param>
/// <param name="Reward">The reward.</param>
public sealed record RewardSource(string Name, double Weight, IReward Reward);

/// <summary>
/// The weighted sum of several rewards: Σ weight·score. An answer that a source of a weight other than 0 cannot judge has no sum: a missing score never counts as 0.
/// </summary>
public sealed class RewardSum : IReward
{
    private readonly RewardSource[] sources;

    /// <summary>Puts the sum together.</summary>
    /// <param name="sources">At least one, with different names and finite weights, one of which is not 0.</param>
    /// <exception cref="InvalidInputException">A name or a weight is not usable.</exception>
    public RewardSum(IReadOnlyList<RewardSource> sources)
    {
        this.sources = [.. sources];
        foreach (var source in sources)
        {
            if (string.IsNullOrWhiteSpace(source.Name))
            {
                throw new InvalidInputException("A reward has no name.", "Give each reward a name.");
            }

            if (!double.IsFinite(source.Weight))
            {
                throw new InvalidInputException(
                    $"The weight of the reward '{source.Name}' is {source.Weight}.",
                    "Give it a finite weight."
                );
            }
        }

        var repeated = sources.GroupBy(source => source.Name, StringComparer.Ordinal).FirstOrDefault(named => named.Skip(1).Any());
        if (repeated is not null)
        {
            throw new InvalidInputException($"There are two rewards named '{repeated.Key}'.", "Give each of them a name of its own.");
        }

        if (sources.All(source => source.Weight == 0))
        {
            throw new InvalidInputException(
                "No reward counts: there is none with a weight other than 0.",
                "Give at least one reward a weight."
            );
        }
    }

    /// <summary>The rewards in the sum.</summary>
    public IReadOnlyList<RewardSource> Sources => sources;

    /// <summary>The sums alone.</summary>
    /// <inheritdoc cref="JudgeAsync"/>
    public async Task<IReadOnlyList<double?>> ScoreAsync(IReadOnlyList<AnswerToReward> answers, CancellationToken cancellation = default) =>
        (await JudgeAsync(answers, cancellation)).Totals;

    /// <summary>What each answer earns, in sum and from each source. Sources are asked one after the other; what one of them throws is thrown.</summary>
    /// <param name="answers">Any number, those to one prompt side by side.</param>
    /// <param name="cancellation">Cancels what takes long.</param>
    /// <exception cref="InvalidInputException">A source does not give one score an answer.</exception>
    public async Task<RewardScores> JudgeAsync(IReadOnlyList<AnswerToReward> answers, CancellationToken cancellation = default)
    {
        var judged = new List<SourceScores>(sources.Length);
        foreach (var source in sources)
        {
            cancellation.ThrowIfCancellationRequested();
            var ensemble = source.Reward is IEnsembleReward members ? await members.JudgeMembersAsync(answers, cancellation) : null;
            var scores = ensemble?.Totals ?? await source.Reward.ScoreAsync(answers, cancellation);
            if (scores?.Count != answers.Count)
            {
                throw new InvalidInputException(
                    $"The reward '{source.Name}' ({source.Reward.GetType().FullName}) gave {scores?.Count ?? 0} scores for {answers.Count} answers.",
                    "Return one score an answer, null for an answer that cannot be judged."
                );
            }

            var finite = scores.Select(score => score is { } value && double.IsFinite(value) ? score : null).ToArray();
            judged.Add(new SourceScores(source.Name, source.Weight, finite, RewardStatistics.Of(scores)) { Members = ensemble?.Members });
        }

        return new RewardScores([.. Enumerable.Range(0, answers.Count).Select(answer => Total(judged, answer))], judged);
    }

    private static double? Total(List<SourceScores> sources, int answer)
    {
        double? total = 0;
        foreach (var source in sources.Where(source => source.Weight != 0))
        {
            total += source.Weight * source.Scores[answer];
        }

        // Finite scores may have a sum that is not.
        return total is { } sum && double.IsFinite(sum) ? sum : null;
    }
}
