using Plumbline.Feedback.RankModels;
using Plumbline.Feedback.RankModels.Raters;
using Plumbline.Randomness;

namespace Plumbline.Feedback.Tests.RankModels;

/// <summary>Raters of known skill and side bias who rank the answers to prompts.</summary>
/// <param name="Skills">Of mean 1 over raters, who all give as many judgements.</param>
/// <param name="Biases">The log-odds of the first place over the last.</param>
/// <param name="Deviation">The standard deviation of log-strengths.</param>
internal sealed record PlantedRaters(double[] Skills, double[] Biases, double Deviation)
{
    /// <summary>Every rater ranks all answers of every prompt, shown in an order of their own.</summary>
    public (RatedRanking[] Rankings, double[] Strengths) Draw(int prompts, int answers, RandomSource random, double ties = 0)
    {
        double[] strengths = [.. Simulated.Strengths(prompts * answers, random).Select(value => Deviation * value)];
        var rankings = new List<RatedRanking>();
        for (var prompt = 0; prompt < prompts; prompt++)
        {
            for (var rater = 0; rater < Skills.Length; rater++)
            {
                int[] shown = [.. Enumerable.Range(prompt * answers, answers)];
                random.Shuffle(shown.AsSpan());
                var order = Simulated.Order(
                    shown,
                    item =>
                        (Skills[rater] * strengths[item]) + (Biases[rater] * (0.5 - ((double)Array.IndexOf(shown, item) / (answers - 1)))),
                    random
                );
                var (ranks, rank) = (new int[answers], 0);
                for (var at = 1; at < answers; at++)
                {
                    ranks[at] = rank += random.NextBool(ties) ? 0 : 1;
                }

                rankings.Add(new RatedRanking(rater, new Ranking(order, ranks), shown));
            }
        }

        return ([.. rankings], strengths);
    }
}
