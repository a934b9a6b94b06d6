using Plumbline.Evaluation.Statistics;
using Plumbline.Randomness;

namespace Plumbline.Feedback.Selection.Rewards;

/// <summary>How often a reward puts answers in the order in which people put them.</summary>
public static class RewardAccuracy
{
    /// <summary>
    /// The mean over rankings of the share of their untied pairs that the expected utilities put in order; equal utilities count half. Rankings of the random slice that the reward did not
    /// learn give the accuracy on tasks as they come.
    /// </summary>
    /// <param name="posterior">What is known of the reward.</param>
    /// <param name="rankings">Rankings, each of another prompt where the interval is to hold. Those without an untied pair count nothing.</param>
    /// <param name="seed">The seed of the interval.</param>
    /// <param name="confidence">In (0, 1).</param>
    /// <returns>The share with a bootstrap interval over rankings; NaN without bounds where no ranking has an untied pair.</returns>
    public static Estimate Of(RewardPosterior posterior, IReadOnlyList<ObservedRanking> rankings, Seed seed, double confidence = 0.95)
    {
        double[] shares = [.. rankings.Select(ranking => Share(posterior, ranking)).OfType<double>()];
        return Bootstrap.Mean(shares, seed, confidence);
    }

    private static double? Share(RewardPosterior posterior, ObservedRanking ranking)
    {
        double[] utilities = [.. ranking.Answers.Select(answer => posterior.Utility(answer))];
        var (right, pairs) = (0.0, 0);
        for (var better = 0; better < utilities.Length; better++)
        {
            for (var worse = 0; worse < utilities.Length; worse++)
            {
                if (ranking.Ranks[better] < ranking.Ranks[worse])
                {
                    right += (1 + Math.Sign(utilities[better] - utilities[worse])) / 2.0;
                    pairs++;
                }
            }
        }

        return pairs == 0 ? null : right / pairs;
    }
}
