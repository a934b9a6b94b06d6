namespace Plumbline.Rewards;

/// <summary>What some answers earned, in sum and from each source.</summary>
/// <param name="Totals">One an answer, in their order; null where a source that counts could not judge it.</param>
/// <param name="Sources">In the order of the sum's sources.</param>
public sealed record RewardScores(IReadOnlyList<double?> Totals, IReadOnlyList<SourceScores> Sources)
{
    /// <summary>The statistics of <see cref="Totals"/>.</summary>
    public RewardStatistics Statistics { get; } = RewardStatistics.Of(Totals);
}

/// <summary>What one source made of the answers, before its weight.</summary>
/// <param name="Name">The source's name.</param>
/// <param name="Weight">Its weight in the sum.</param>
/// <param name="Scores">One an answer, finite; null where it could not judge.</param>
/// <param name="Statistics">Of the scores as the source gave them.</param>
public sealed record SourceScores(string Name, double Weight, IReadOnlyList<double?> Scores, RewardStatistics Statistics)
{
    /// <summary>[members][answers]: what each member of an <see cref="IEnsembleReward"/> said; null for a source that is none.</summary>
    public IReadOnlyList<IReadOnlyList<double?>>? Members { get; init; }
}
