using Plumbline.Evaluation.Statistics;
using Plumbline.Randomness;

namespace Plumbline.Evaluation.Tests.Statistics;

public sealed class KappaTests
{
    // Ten units, five categories, 14 raters: the example that is widely used for Fleiss' kappa, 0.210.
    private static readonly int[,] TenByFive =
    {
        { 0, 0, 0, 0, 14 },
        { 0, 2, 6, 4, 2 },
        { 0, 0, 3, 5, 6 },
        { 0, 3, 9, 2, 0 },
        { 2, 2, 8, 1, 1 },
        { 7, 7, 0, 0, 0 },
        { 3, 2, 6, 3, 0 },
        { 2, 5, 3, 2, 2 },
        { 6, 5, 2, 1, 0 },
        { 0, 2, 2, 3, 7 },
    };

    // 91 married couples, wives by husbands: Hout, Duncan and Sobel 1987, in Agresti, Categorical Data Analysis (1990). R's package vcd gives 0.1293 and, with linear weights, 0.2374.
    private static readonly int[,] Couples =
    {
        { 7, 7, 2, 3 },
        { 2, 8, 3, 7 },
        { 1, 5, 4, 9 },
        { 2, 8, 9, 14 },
    };

    // 200 diagnoses: Cohen 1968, table 1, whose unweighted kappa is 0.492.
    private static readonly int[,] Diagnoses =
    {
        { 88, 10, 2 },
        { 14, 40, 6 },
        { 18, 10, 12 },
    };

    [Fact]
    public void The_published_table_has_its_published_Fleiss_kappa()
    {
        var ratings = UnitRatings.OfCounts(TenByFive);

        Assert.Equal(0.210, FleissKappa.Of(ratings).Value!.Value, 5e-4);
        Assert.Equal(0.378, PercentAgreement.Of(ratings).Value!.Value, 5e-4);
    }

    [Fact]
    public void Fleiss_kappa_says_why_it_is_not_defined()
    {
        Assert.Equal(UndefinedReason.UnequalCounts, Fleiss([1, 1], [1, 2, 2]));
        Assert.Equal(UndefinedReason.NothingShared, Fleiss([1], [2]));
        Assert.Equal(UndefinedReason.Unanimous, Fleiss([1, 1], [1, 1]));
        Assert.Equal(UndefinedReason.NothingShared, PercentAgreement.Of(UnitRatings.Of([])).Undefined);
        // Units that nobody has judged yet are no hindrance.
        Assert.Equal(
            1.0,
            FleissKappa
                .Of(
                    UnitRatings.Of([
                        [1, 1],
                        [],
                        [2, 2],
                    ])
                )
                .Value
        );
        Assert.Throws<ArgumentException>(() =>
            UnitRatings.OfCounts(
                new[,]
                {
                    { 1, -1 },
                }
            )
        );

        static UndefinedReason? Fleiss(params double[][] units) => FleissKappa.Of(UnitRatings.Of(units)).Undefined;
    }

    [Fact]
    public void Published_tables_have_their_published_Cohen_kappas()
    {
        Assert.Equal(0.1293, CohenKappa.OfTable(Couples).Value!.Value, 5e-5);
        Assert.Equal(0.2374, CohenKappa.OfTable(Couples, KappaWeights.Linear).Value!.Value, 5e-5);
        Assert.Equal(0.492, CohenKappa.OfTable(Diagnoses).Value!.Value, 5e-4);
    }

    [Theory]
    [InlineData(KappaWeights.None)]
    [InlineData(KappaWeights.Linear)]
    [InlineData(KappaWeights.Quadratic)]
    public void Kappa_is_that_of_its_definition_over_cells(KappaWeights weights)
    {
        foreach (var table in new[] { Couples, Diagnoses })
        {
            Assert.Equal(ByCells(table, weights), CohenKappa.OfTable(table, weights).Value!.Value, 1e-12);
        }
    }

    [Fact]
    public void Quadratic_weights_give_the_mean_squares_of_an_analysis_of_variance()
    {
        // Fleiss and Cohen 1973: κ = Σ 2·cov / (var + var + (difference of means)²), here of five units by hand: means 3 and 3.4, sums of squares 10 and 9.2, of products 9.
        double[] first = [1, 2, 3, 4, 5],
            second = [2, 2, 3, 5, 5];

        Assert.Equal(18 / (10 + 9.2 + (5 * 0.16)), CohenKappa.Of(first, second, KappaWeights.Quadratic).Value!.Value, 1e-12);
    }

    [Fact]
    public void A_category_that_nobody_uses_moves_no_weighted_kappa()
    {
        double[] first = [1, 2, 4, 4, 1, 2],
            second = [1, 4, 4, 2, 2, 2];
        var table = new int[5, 5];
        foreach (var (one, other) in first.Zip(second))
        {
            table[(int)one, (int)other]++;
        }

        foreach (var weights in Enum.GetValues<KappaWeights>())
        {
            Assert.Equal(CohenKappa.OfTable(table, weights).Value!.Value, CohenKappa.Of(first, second, weights).Value!.Value, 1e-12);
        }
    }

    [Fact]
    public void Cohen_kappa_says_why_it_is_not_defined_and_refuses_what_does_not_fit()
    {
        Assert.Equal(UndefinedReason.NothingShared, CohenKappa.Of([], []).Undefined);
        Assert.Equal(UndefinedReason.Unanimous, CohenKappa.Of([1, 1], [1, 1]).Undefined);
        // Both have one value only, but not the same: chance would never agree either.
        Assert.Equal(0.0, CohenKappa.Of([1, 1], [2, 2]).Value);
        Assert.Throws<ArgumentException>(() => CohenKappa.Of([1], [1, 2]));
        Assert.Throws<ArgumentException>(() => CohenKappa.Of([double.NaN], [1]));
        Assert.Throws<ArgumentException>(() => CohenKappa.OfTable(new int[2, 3]));
        Assert.Throws<ArgumentException>(() => RaterPairs.Of([new Rating(0, 0, 1), new Rating(0, 0, 2)]));
    }

    [Fact]
    public void The_mean_over_pairs_of_raters_is_the_mean_of_what_each_pair_shares()
    {
        // Raters 0 and 1 share four units, 0 and 2 two, 1 and 2 one.
        (int Rater, double[] Values)[] given =
        [
            (0, [1, 2, 1, 2, double.NaN, 1, 2]),
            (1, [1, 2, 2, 2, 1, double.NaN, double.NaN]),
            (2, [double.NaN, double.NaN, double.NaN, double.NaN, 2, 1, 2]),
        ];
        var ratings = given
            .SelectMany(rater => rater.Values.Select((value, unit) => new Rating(unit, rater.Rater, value)))
            .Where(rating => double.IsFinite(rating.Value))
            .ToList();

        var pairs = RaterPairs.Of(ratings)!;

        Assert.Equal(3, pairs.Count);
        Assert.Equal([4, 2, 1], Enumerable.Range(0, 3).Select(pairs.SharedUnits));
        var first = CohenKappa.Of([1, 2, 1, 2], [1, 2, 2, 2]).Value!.Value;
        Assert.Equal(first, pairs.Kappa(0, KappaWeights.None).Value!.Value, 1e-12);
        Assert.Equal((first + 1 + 0) / 3, pairs.MeanKappa(KappaWeights.None).Value!.Value, 1e-12);
        Assert.Equal((first + 1) / 2, pairs.MeanKappa(KappaWeights.None, 2).Value!.Value, 1e-12);
        Assert.Equal(UndefinedReason.TooFewShared, pairs.MeanKappa(KappaWeights.None, 5).Undefined);
        Assert.Equal(first, pairs.MeanKappa(KappaWeights.None, 3, [1, 1, 1, 1, 0, 0, 0]).Value!.Value, 1e-12);
    }

    [Fact]
    public void Intervals_over_units_hold_the_true_kappa_about_as_often_as_they_say()
    {
        // Two raters who see the truth with 0.8 and guess otherwise, of two even categories: κ is 0.64. 200 samples of 150 units; 0.9998 of binomials (200, 0.95) lie in [178, 199].
        var covered = 0;
        for (var trial = 0; trial < 200; trial++)
        {
            var seed = new Seed(11).Derive("kappa", trial);
            var random = seed.Source();
            var ratings = new List<Rating>();
            for (var unit = 0; unit < 150; unit++)
            {
                var truth = random.NextInt(2);
                for (var rater = 0; rater < 2; rater++)
                {
                    ratings.Add(new Rating(unit, rater, random.NextBool(0.8) ? truth : random.NextInt(2)));
                }
            }

            var pairs = RaterPairs.Of(ratings)!;
            var figure = Bootstrap.OfFigure(150, times => pairs.MeanKappa(KappaWeights.None, 1, times), seed, 0.95, 400);
            covered += figure.Estimate!.Value.Interval!.Value.Contains(0.64) ? 1 : 0;
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"covered {covered} of 200");
        Assert.InRange(covered, 178, 199);
    }

    [Fact]
    public void A_figure_that_many_samples_lack_has_no_interval()
    {
        // One unit of five has two values: a third of the samples are unanimous.
        var ratings = UnitRatings.Of([
            [1, 1],
            [1, 1],
            [1, 1],
            [1, 1],
            [1, 2],
        ]);

        var figure = Bootstrap.OfFigure(5, times => KrippendorffAlpha.Of(ratings, MeasurementLevel.Nominal, times), new Seed(1), 0.95, 200);

        Assert.NotNull(figure.Value);
        Assert.Null(figure.Estimate!.Value.Interval);
        Assert.Equal(
            UndefinedReason.NothingShared,
            Bootstrap.OfFigure(0, _ => Figure.Without(UndefinedReason.NothingShared), new Seed(1)).Undefined
        );
    }

    private static double ByCells(int[,] table, KappaWeights weights)
    {
        var categories = table.GetLength(0);
        double all = table.Cast<int>().Sum(),
            observed = 0,
            expected = 0;
        for (var row = 0; row < categories; row++)
        {
            for (var column = 0; column < categories; column++)
            {
                double apart = Math.Abs(row - column),
                    weight = weights == KappaWeights.None ? Math.Sign(apart)
                    : weights == KappaWeights.Linear ? apart
                    : apart * apart;
                double rows = Enumerable.Range(0, categories).Sum(other => table[row, other]),
                    columns = Enumerable.Range(0, categories).Sum(other => table[other, column]);
                observed += weight * table[row, column] / all;
                expected += weight * rows * columns / (all * all);
            }
        }

        return 1 - (observed / expected);
    }
}
