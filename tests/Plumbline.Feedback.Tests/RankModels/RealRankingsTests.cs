using System.Text.Json;
using Plumbline.Data;
using Plumbline.Feedback.RankModels;
using Plumbline.Testing;

namespace Plumbline.Feedback.Tests.RankModels;

/// <summary>People's rankings: no answer of theirs comes twice, so the items are what answers have in common.</summary>
public sealed class RealRankingsTests
{
    [Fact]
    public void Length_tells_rankings_of_assistants_answers_better_than_chance()
    {
        // Open-Assistant's ranked trees. An item is an answer's place by length among the answers to its prompt, the longest 0. Five folds by prompt; decided before: the held-out log-likelihood is above that
        // of all orders being equally likely.
        var reader = DatasetReader.Open(new DatasetOptions(RealData.Path("oasst-ranked-trees/en_100_tree.jsonl")));
        Ranking[] rankings =
        [
            .. reader
                .Read()
                .OfType<RankedExample>()
                .Where(example => example.Answers.Count <= 6)
                .Select(example =>
                {
                    var places = Enumerable.Range(0, example.Answers.Count).OrderByDescending(at => Length(example.Answers[at])).ToArray();
                    return new Ranking([.. Enumerable.Range(0, places.Length).Select(at => Array.IndexOf(places, at))], example.Ranks);
                }),
        ];

        CompareWithChance(rankings, 6, TieModel.UnknownOrder, "Open-Assistant by length");
    }

    [Theory]
    [InlineData(TieModel.UnknownOrder)]
    [InlineData(TieModel.DavidsonLuce)]
    public void Tied_rankings_of_pictures_are_fitted_whichever_way_ties_are_meant(TieModel ties)
    {
        // ImageReward's test set, three in four rankings with ties. An item is a picture's place in the file among those of its prompt, so nothing is to be told apart for sure; what is tested is that the real
        // patterns of ties are fitted, and that no direction from the maximum is better.
        var rankings = Pictures();

        var fit = PlackettLuce.Fit(rankings, 9, new StrengthOptions { Ties = ties, PriorDeviation = 1 });

        Assert.Null(fit.Undetermined);
        var prevalences = ties == TieModel.DavidsonLuce ? fit.TiePrevalences.ToDictionary(tie => tie.Key, tie => tie.Value.Value) : null;
        double[] strengths = [.. fit.LogStrengths.Select(strength => strength!.Value.Value)];
        Assert.Equal(fit.LogLikelihood, rankings.Sum(ranking => PlackettLuce.LogProbability(ranking, strengths, prevalences)), 1e-6);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{rankings.Length} rankings, log-likelihood {fit.LogLikelihood:f1}; {string.Join(", ", fit.TiePrevalences.Select(tie => $"δ_{tie.Key} = {tie.Value.Value:f3}"))}"
        );
        for (var item = 0; item < 9; item++)
        {
            foreach (var step in new[] { -0.05, 0.05 })
            {
                double[] moved = [.. strengths];
                moved[item] += step;
                double Posterior(double[] at) =>
                    rankings.Sum(ranking => PlackettLuce.LogProbability(ranking, at, prevalences)) - (at.Sum(x => x * x) / 2);
                Assert.True(Posterior(moved) < Posterior(strengths));
            }
        }
    }

    private static void CompareWithChance(Ranking[] rankings, int items, TieModel ties, string name)
    {
        var (held, chance) = (0.0, 0.0);
        for (var fold = 0; fold < 5; fold++)
        {
            var fit = PlackettLuce.Fit(
                [.. rankings.Where((_, at) => at % 5 != fold)],
                items,
                new StrengthOptions { Ties = ties, PriorDeviation = 1 }
            );
            double[] strengths = [.. fit.LogStrengths.Select(strength => strength!.Value.Value)];
            foreach (var ranking in rankings.Where((_, at) => at % 5 == fold))
            {
                held += PlackettLuce.LogProbability(ranking, strengths);
                chance += PlackettLuce.LogProbability(ranking, new double[items]);
            }
        }

        var all = PlackettLuce.Fit(rankings, items, new StrengthOptions { PriorDeviation = 1 });
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{name}: {rankings.Length} rankings, held out {held:f1}, chance {chance:f1}; log-strengths {string.Join(", ", all.LogStrengths.Select(strength => $"{strength!.Value.Value:f2}"))}"
        );
        Assert.True(held > chance);
    }

    private static Ranking[] Pictures()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(RealData.Path("imagereward/test.json")));
        return
        [
            .. document
                .RootElement.EnumerateArray()
                .Select(row =>
                {
                    int[] ranks = [.. row.GetProperty("ranking").EnumerateArray().Select(rank => rank.GetInt32())];
                    return new Ranking([.. Enumerable.Range(0, ranks.Length)], ranks);
                }),
        ];
    }

    private static int Length(Content content) => content.Text?.Length ?? content.Messages!.Sum(message => message.Text.Length);
}
