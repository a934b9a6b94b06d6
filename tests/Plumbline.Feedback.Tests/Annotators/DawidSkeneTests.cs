using Plumbline.Feedback.Annotators;
using Plumbline.Randomness;

namespace Plumbline.Feedback.Tests.Annotators;

public sealed class DawidSkeneTests(ITestOutputHelper output)
{
    // 45 patients, seen three times by the first anaesthetist and once by four others: table 1 of Dawid and Skene 1979.
    private const string Anaesthetists =
        "1111111 3334334 1122122 2223121 2223222 2223322 1222111 3333433 2222223 2322223 4444444 2223343 1111111 2223212 1211111 1112111 1111111 1111111 2222221 2221322 2222222 2222221 2223222 "
        + "2212222 1111111 1111111 2322222 1111111 1111111 1121121 1111111 3333233 1111111 2222222 2223232 4334343 2212232 2323233 3333432 1111111 1111111 1212111 2322222 1211111 2222222";

    [Fact]
    public void The_anaesthetists_have_the_published_error_rates()
    {
        var table = LabelTable.Of(
            Anaesthetists
                .Split(' ')
                .SelectMany(
                    (labels, patient) =>
                        labels.Select((label, place) => new Label($"patient {patient + 1:D2}", $"{Math.Max(1, place - 1)}", $"{label}"))
                )
        );

        var fit = new DawidSkene(new AnnotatorOptions { PriorLabels = 0 }).Fit(table, TestContext.Current.CancellationToken);

        // Tables 2 and 3 of the paper, to two digits.
        double[] shares = [0.40, 0.42, 0.11, 0.07];
        double[][] first =
        [
            [0.89, 0.11, 0, 0],
            [0.07, 0.88, 0.05, 0],
            [0, 0.34, 0.66, 0],
            [0, 0, 0.56, 0.44],
        ];
        Assert.Equal((45, 5, 315), (table.Items.Count, table.Raters.Count, table.Count));
        for (var kind = 0; kind < 4; kind++)
        {
            Assert.Equal(shares[kind], fit.ClassShares[kind], 0.005);
            for (var label = 0; label < 4; label++)
            {
                Assert.Equal(first[kind][label], fit.Confusion(0, kind, label), 0.0051);
            }
        }

        output.WriteLine($"log-likelihood {fit.LogLikelihood:F6} after {fit.Iterations} iterations");
        // By a few lines of Python that multiply probabilities instead of adding logarithms.
        Assert.Equal(-192.890881, fit.LogLikelihood!.Value, 1e-5);
    }

    [Fact]
    public void A_rater_who_turns_classes_around_is_believed_the_other_way_round()
    {
        // Three fair raters, and one who says the opposite of what she sees nearly always.
        for (var seed = 0; seed < 5; seed++)
        {
            var planted = PlantedLabels.OneCoin(new Seed(20).Derive("turned", seed), 400, 2, [0.75, 0.75, 0.75, 0.03], 4);

            var fit = new DawidSkene().Fit(planted.Table, TestContext.Current.CancellationToken);
            var majority = new MajorityVote().Fit(planted.Table, TestContext.Current.CancellationToken);

            output.WriteLine($"right: {planted.Right(fit)} of 400, by majority {planted.Right(majority)}");
            Assert.True(fit.Confusion(3, 0, 1) > 0.8);
            Assert.True(fit.Confusion(3, 1, 0) > 0.8);
            Assert.True(planted.Right(fit) > planted.Right(majority));
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void With_raters_of_unequal_skill_it_is_right_more_often_than_the_majority(int classes)
    {
        int right = 0,
            byMajority = 0;
        for (var seed = 0; seed < 10; seed++)
        {
            var planted = PlantedLabels.OneCoin(
                new Seed(21).Derive("unequal", seed),
                400,
                classes,
                [0.95, 0.95, 0.55, 0.55, 0.55, 0.55, 0.55, 0.55, 0.55],
                9
            );
            right += planted.Right(new DawidSkene().Fit(planted.Table, TestContext.Current.CancellationToken));
            byMajority += planted.Right(new MajorityVote().Fit(planted.Table, TestContext.Current.CancellationToken));
        }

        output.WriteLine($"{classes} classes: {right} of 4000, by majority {byMajority}");
        Assert.True(right > byMajority);
    }

    [Fact]
    public void A_biased_rater_is_described_by_a_matrix_and_not_by_a_coin()
    {
        // One rater never says class 2, and says 1 instead.
        var planted = PlantedLabels.Of(
            new Seed(22),
            1000,
            3,
            5,
            4,
            (random, rater, truth) =>
                rater == 0 ? Math.Min(truth, 1)
                : random.NextBool(0.85) ? truth
                : random.NextInt(3)
        );

        var fit = new DawidSkene().Fit(planted.Table, TestContext.Current.CancellationToken);

        Assert.Equal(1, fit.Confusion(0, 0, 0), 0.05);
        Assert.Equal(1, fit.Confusion(0, 2, 1), 0.05);
        Assert.Equal(0.15 / 3, fit.Confusion(1, 0, 2), 0.03);
        Assert.Equal(2 / 3.0, fit.Skills[0].Accuracy!.Value.Value, 0.05);
        for (var kind = 0; kind < 3; kind++)
        {
            Assert.Equal(1, Enumerable.Range(0, 3).Sum(label => fit.Confusion(0, kind, label)), 1e-12);
        }
    }

    [Fact]
    public void The_log_likelihood_is_that_of_its_matrices()
    {
        var planted = PlantedLabels.OneCoin(new Seed(23), 40, 3, [0.9, 0.7, 0.6, 0.8], 3);
        var table = planted.Table;

        var fit = new DawidSkene(new AnnotatorOptions { Tolerance = 1e-12 }).Fit(table, TestContext.Current.CancellationToken);

        var sum = planted
            .Labels.GroupBy(label => label.Item)
            .Sum(labels =>
                Math.Log(
                    Enumerable
                        .Range(0, 3)
                        .Sum(kind =>
                            fit.ClassShares[kind]
                            * labels.Aggregate(
                                1.0,
                                (product, label) =>
                                    product
                                    * fit.Confusion(
                                        table.Raters.ToList().IndexOf(label.Rater),
                                        kind,
                                        table.Classes.ToList().IndexOf(label.Class)
                                    )
                            )
                        )
                )
            );
        Assert.Equal(sum, fit.LogLikelihood!.Value, 1e-4);
    }
}
