using Plumbline.Evaluation.Statistics;

namespace Plumbline.Evaluation.Tests.Statistics;

public sealed class KrippendorffAlphaTests
{
    // Four observers and twelve units, 0 for none: the example of Krippendorff 2011, whose interval alpha is 0.849.
    private static readonly int[][] Example =
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
        [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
    ];

    private static readonly UnitRatings Published = UnitRatings.Of(
        Enumerable
            .Range(0, 12)
            .Select(unit => (IReadOnlyList<double>)[.. Example.Select(observer => (double)observer[unit]).Where(value => value > 0)])
    );

    [Theory]
    [InlineData(MeasurementLevel.Nominal, 0.743)]
    [InlineData(MeasurementLevel.Ordinal, 0.815)]
    [InlineData(MeasurementLevel.Interval, 0.849)]
    [InlineData(MeasurementLevel.Ratio, 0.797)]
    public void The_published_example_has_its_published_alphas(MeasurementLevel level, double alpha)
    {
        Assert.Equal(alpha, KrippendorffAlpha.Of(Published, level).Value!.Value, 5e-4);
    }

    [Theory]
    [InlineData(MeasurementLevel.Nominal)]
    [InlineData(MeasurementLevel.Ordinal)]
    [InlineData(MeasurementLevel.Interval)]
    [InlineData(MeasurementLevel.Ratio)]
    public void Alpha_is_that_of_its_definition_over_pairs(MeasurementLevel level)
    {
        for (var trial = 0; trial < 20; trial++)
        {
            var random = new Randomness.Seed(7).Derive("alpha", trial).Source();
            double[][] units =
            [
                .. Enumerable
                    .Range(0, 15)
                    .Select(_ =>
                        Enumerable.Range(0, random.NextInt(6)).Select(_ => (double)(random.NextInt(5) * random.NextInt(4))).ToArray()
                    ),
            ];

            var alpha = KrippendorffAlpha.Of(UnitRatings.Of(units), level).Value!.Value;

            Assert.Equal(ByPairs(units, level), alpha, 1e-10);
        }
    }

    [Fact]
    public void A_unit_that_was_drawn_twice_counts_as_two()
    {
        double[][] units =
        [
            [1, 2, 2],
            [3, 3],
            [1, 4],
            [5],
        ];
        foreach (var level in Enum.GetValues<MeasurementLevel>())
        {
            var drawn = KrippendorffAlpha.Of(UnitRatings.Of(units), level, [2, 0, 3, 1]);

            Assert.Equal(
                KrippendorffAlpha.Of(UnitRatings.Of([units[0], units[0], units[2], units[2], units[2]]), level).Value!.Value,
                drawn.Value!.Value,
                1e-12
            );
        }
    }

    [Fact]
    public void What_is_not_defined_says_why()
    {
        UnitRatings alone = UnitRatings.Of([
                [1],
                [2],
            ]),
            same = UnitRatings.Of([
                [2, 2],
                [2, 2],
                [3],
            ]),
            negative = UnitRatings.Of([
                [-1, 1],
            ]);

        Assert.Equal(UndefinedReason.NothingShared, KrippendorffAlpha.Of(alone, MeasurementLevel.Nominal).Undefined);
        Assert.Equal(UndefinedReason.Unanimous, KrippendorffAlpha.Of(same, MeasurementLevel.Ordinal).Undefined);
        Assert.Equal(UndefinedReason.NegativeValues, KrippendorffAlpha.Of(negative, MeasurementLevel.Ratio).Undefined);
        Assert.NotNull(KrippendorffAlpha.Of(negative, MeasurementLevel.Interval).Value);
        var many = UnitRatings.Of(Enumerable.Range(0, 2100).Select(unit => (IReadOnlyList<double>)[2 * unit, (2 * unit) + 1]));
        Assert.Equal(UndefinedReason.TooManyValues, KrippendorffAlpha.Of(many, MeasurementLevel.Ratio).Undefined);
        Assert.Throws<ArgumentException>(() => KrippendorffAlpha.Of(alone, MeasurementLevel.Nominal, [1]));
        foreach (var reason in Enum.GetValues<UndefinedReason>())
        {
            Assert.EndsWith(".", reason.Describe(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Full_agreement_is_1_and_chance_is_0()
    {
        Assert.Equal(
            1.0,
            KrippendorffAlpha.OfIntervals([
                [1, 1],
                [2, 2],
                [3, 3, 3],
            ])
        );

        var random = new Randomness.Seed(2).Source();
        var units = Enumerable.Range(0, 20_000).Select(_ => (IReadOnlyList<double>)[random.NextDouble(), random.NextDouble()]);
        Assert.Equal(0, KrippendorffAlpha.OfIntervals(units)!.Value, 0.02);
        Assert.True(
            KrippendorffAlpha.OfIntervals([
                [0, 1],
                [1, 0],
            ]) < 0
        );
    }

    [Fact]
    public void Where_nothing_can_be_said_nothing_is()
    {
        Assert.Null(KrippendorffAlpha.OfIntervals([]));
        Assert.Null(
            KrippendorffAlpha.OfIntervals([
                [1],
                [2],
            ])
        );
        Assert.Null(
            KrippendorffAlpha.OfIntervals([
                [1, 1],
                [1, 1],
            ])
        );
        Assert.Throws<ArgumentException>(() =>
            KrippendorffAlpha.OfIntervals([
                [1, double.NaN],
            ])
        );
    }

    [Fact]
    public void Opinions_about_pairs_agree_beyond_a_coin_whichever_answer_is_named_first()
    {
        // Σ = 0 + 2 over 4 opinions, all decided: 1 − (2/4) / (4·1/7).
        Assert.Equal(
            1 - (0.5 / (4.0 / 7)),
            KrippendorffAlpha
                .OfPairOpinions([
                    [1, 1],
                    [0, 1],
                ])!
                .Value,
            1e-12
        );
        Assert.Equal(
            KrippendorffAlpha.OfPairOpinions([
                [1, 1],
                [0, 1],
            ]),
            KrippendorffAlpha.OfPairOpinions([
                [0, 0],
                [0, 1],
            ])
        );
        // Full agreement counts, though all values are the same.
        Assert.Equal(
            1.0,
            KrippendorffAlpha.OfPairOpinions([
                [1, 1],
                [1, 1],
            ])
        );
        Assert.Null(
            KrippendorffAlpha.OfPairOpinions([
                [0.5, 0.5],
            ])
        );
        Assert.Null(
            KrippendorffAlpha.OfPairOpinions([
                [1],
            ])
        );
        Assert.Throws<ArgumentException>(() =>
            KrippendorffAlpha.OfPairOpinions([
                [1, 1.5],
            ])
        );
    }

    // Sums over all ordered pairs of values, as the definition has them.
    private static double ByPairs(double[][] units, MeasurementLevel level)
    {
        double[][] pairable = [.. units.Where(unit => unit.Length > 1)];
        double[] all = [.. pairable.SelectMany(unit => unit)];
        var observed = pairable.Sum(unit => Apart(unit) / (unit.Length - 1)) / all.Length;
        return 1 - (observed / (Apart(all) / ((double)all.Length * (all.Length - 1))));

        double Apart(double[] values) => values.Sum(one => values.Sum(other => Difference(one, other)));

        double Difference(double one, double other)
        {
            var root =
                one == other ? 0
                : level == MeasurementLevel.Nominal ? 1
                : level == MeasurementLevel.Interval ? one - other
                : level == MeasurementLevel.Ratio ? (one - other) / (one + other)
                : all.Count(value => value >= Math.Min(one, other) && value <= Math.Max(one, other))
                    - ((all.Count(value => value == one) + all.Count(value => value == other)) / 2.0);
            return root * root;
        }
    }
}
