using Plumbline.Training.Loop;

namespace Plumbline.Training.Rewards;

/// <summary>What is worth logging of scored lists, under TRL's names.</summary>
internal static class RewardMetrics
{
    /// <summary>
    /// The share of compared pairs whose better answer scores higher (ties count half) and its mean lead; lowest, mean and highest score of a pass, the extremes weighted by
    /// lists as means are.
    /// </summary>
    /// <param name="metrics">Receives the sums.</param>
    /// <param name="scores">Score of each answer, list after list.</param>
    /// <param name="rankings">The lists.</param>
    internal static void Add(MetricSums metrics, float[] scores, IReadOnlyList<TokenizedRanking> rankings)
    {
        var (pairs, right, lead, start) = (0, 0.0, 0.0, 0);
        foreach (var ranking in rankings)
        {
            foreach (var (better, worse) in RankedPairs.Of(ranking.Ranks))
            {
                double difference = scores[start + better] - scores[start + worse];
                right +=
                    difference > 0 ? 1
                    : difference == 0 ? 0.5
                    : 0;
                lead += difference;
                pairs++;
            }

            start += ranking.Answers.Count;
        }

        if (pairs > 0)
        {
            metrics.Add("accuracy", right, pairs);
            metrics.Add("margin", lead, pairs);
        }

        metrics.Add("min_reward", (double)scores.Min() * rankings.Count, rankings.Count);
        metrics.Add("mean_reward", scores.Sum(score => (double)score), scores.Length);
        metrics.Add("max_reward", (double)scores.Max() * rankings.Count, rankings.Count);
    }
}
