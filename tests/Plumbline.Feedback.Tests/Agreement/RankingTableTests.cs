using System.Diagnostics;
using Plumbline.Evaluation.Statistics;
using Plumbline.Feedback.Agreement;
using Plumbline.Randomness;

namespace Plumbline.Feedback.Tests.Agreement;

public sealed class RankingTableTests(ITestOutputHelper output)
{
    [Fact]
    public void A_question_has_the_means_over_its_pairs_of_raters()
    {
        var table = new RankingTable();
        table.Set("q", "anna", [1, 2, 3]);
        table.Set("q", "ben", [1, 2, 2]);
        table.Set("q", "clara", [3, 2, 1]);

        var agreement = table.Question("q")!;

        // Anna and Ben: two pairs alike, one only Anna decides. Anna and Clara: all three opposed. Ben and Clara: two opposed, one only Clara decides.
        Assert.Equal((2 / 3.0 + 0 + 0) / 3, agreement.SameSide!.Value, 1e-15);
        Assert.Equal((1.0 + 0 + 0) / 3, agreement.SameSideOfDecided!.Value, 1e-15);
        var tau = 2 / Math.Sqrt(6);
        Assert.Equal((tau - 1 - tau) / 3, agreement.TauB!.Value, 1e-15);
        Assert.Equal(
            KendallConcordance
                .Of([
                    [1, 2, 3],
                    [1, 2, 2],
                    [3, 2, 1],
                ])!
                .Value,
            agreement.W!.Value,
            1e-15
        );
        Assert.Null(table.Question("unknown"));
    }

    [Fact]
    public void Figures_are_means_over_questions_and_alpha_over_opinions()
    {
        var rankings = Planted(1, 30, 3, 0.5);
        var table = Table(rankings);

        var figures = table.Figures(new AgreementOptions { Resamples = 300 }, new Seed(1));

        var questions = rankings.GroupBy(ranking => ranking.Question).Select(group => table.Question(group.Key)!).ToList();
        Assert.Equal(questions.Average(question => question.TauB!.Value), figures[AgreementMeasure.KendallTauB].Value!.Value, 1e-12);
        Assert.Equal(questions.Average(question => question.W!.Value), figures[AgreementMeasure.KendallW].Value!.Value, 1e-12);
        var opinions = rankings
            .GroupBy(ranking => ranking.Question)
            .SelectMany(same =>
                from first in Enumerable.Range(0, 4)
                from second in Enumerable.Range(first + 1, 3 - first)
                select (IReadOnlyList<double>)[.. same.Select(each => (1 + Math.Sign(each.Ranks[second] - each.Ranks[first])) / 2.0)]
            );
        Assert.Equal(KrippendorffAlpha.OfPairOpinions(opinions)!.Value, figures[AgreementMeasure.PairOpinionAlpha].Value!.Value, 1e-12);
        Assert.Equal((30, 30, 3, 90), (figures.Units, figures.SharedUnits, figures.Raters, figures.Judgements));
        foreach (var (measure, figure) in figures.Figures)
        {
            var interval = figure.Estimate!.Value.Interval!.Value;
            output.WriteLine($"{measure}: {figure.Value:F3} [{interval.Low:F3}, {interval.High:F3}]");
            Assert.InRange(figure.Value!.Value, interval.Low, interval.High);
        }
    }

    [Fact]
    public void The_order_in_which_rankings_come_changes_no_bit_and_a_changed_one_is_compared_anew()
    {
        var rankings = Planted(2, 25, 4, 1);
        var shuffled = rankings.ToArray();
        new Seed(3).Source().Shuffle<(string, string, int[])>(shuffled);
        var options = new AgreementOptions { Resamples = 200 };
        var table = Table(shuffled);

        var figures = table.Figures(options, new Seed(8)).Figures;
        Assert.Equal(Table(rankings).Figures(options, new Seed(8)).Figures, figures);

        var (question, rater, ranks) = rankings[0];
        table.Set(question, rater, [.. ranks.Reverse()]);
        Assert.NotEqual(figures, table.Figures(options, new Seed(8)).Figures);
        table.Set(question, rater, ranks);
        Assert.Equal(figures, table.Figures(options, new Seed(8)).Figures);
        Assert.True(table.Remove(question, rater));
        Assert.NotEqual(figures, table.Figures(options, new Seed(8)).Figures);
    }

    [Fact]
    public void What_is_not_defined_says_why_and_what_does_not_fit_is_refused()
    {
        var table = new RankingTable();
        Assert.Equal(UndefinedReason.NothingShared, table.Figures(new(), new Seed(1))[AgreementMeasure.KendallW].Undefined);

        table.Set("q", "anna", [1, 1]);
        Assert.Equal(UndefinedReason.NothingShared, table.Figures(new(), new Seed(1))[AgreementMeasure.SameSide].Undefined);
        table.Set("q", "ben", [2, 2]);
        var figures = table.Figures(new(), new Seed(1));

        Assert.Equal(1.0, figures[AgreementMeasure.SameSide].Value);
        Assert.Equal(UndefinedReason.OnlyTies, figures[AgreementMeasure.SameSideOfDecided].Undefined);
        Assert.Equal(UndefinedReason.OnlyTies, figures[AgreementMeasure.KendallTauB].Undefined);
        Assert.Equal(UndefinedReason.OnlyTies, figures[AgreementMeasure.KendallW].Undefined);
        Assert.Equal(UndefinedReason.OnlyTies, figures[AgreementMeasure.PairOpinionAlpha].Undefined);
        Assert.Throws<ArgumentException>(() => table.Set("q", "clara", [1, 2, 3]));
        Assert.Throws<ArgumentException>(() => table.Set("r", "clara", [1]));
    }

    [Fact]
    public void Raters_who_rank_at_random_agree_no_more_than_chance()
    {
        var table = Table(Planted(4, 25_000, 4, 50));
        var watch = Stopwatch.StartNew();

        var figures = table.Figures(new AgreementOptions(), new Seed(1));

        output.WriteLine($"{figures.Judgements} rankings: {watch.ElapsedMilliseconds} ms");
        Assert.Equal(0, figures[AgreementMeasure.KendallTauB].Value!.Value, 0.02);
        Assert.Equal(0, figures[AgreementMeasure.PairOpinionAlpha].Value!.Value, 0.02);
        Assert.Equal(0.5, figures[AgreementMeasure.SameSideOfDecided].Value!.Value, 0.02);
        // 1/m on average.
        Assert.Equal(0.25, figures[AgreementMeasure.KendallW].Value!.Value, 0.02);
    }

    private static RankingTable Table(IEnumerable<(string Question, string Rater, int[] Ranks)> rankings)
    {
        var table = new RankingTable();
        foreach (var (question, rater, ranks) in rankings)
        {
            table.Set(question, rater, ranks);
        }

        return table;
    }

    // Answers 0 to 3 are worth as much; raters see that through noise.
    private static List<(string Question, string Rater, int[] Ranks)> Planted(ulong seed, int questions, int raters, double noise)
    {
        var random = new Seed(seed).Derive("rankings").Source();
        var rankings = new List<(string, string, int[])>();
        for (var question = 0; question < questions; question++)
        {
            for (var rater = 0; rater < raters; rater++)
            {
                double[] seen = [.. Enumerable.Range(0, 4).Select(worth => worth + (noise * random.NextNormal()))];
                rankings.Add(($"question {question}", $"rater {rater}", [.. seen.Select(one => 1 + seen.Count(other => other > one))]));
            }
        }

        return rankings;
    }
}
