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

    [Fact]
    public void The_published_example_has_its_published_alpha()
    {
        var units = Enumerable
            .Range(0, 12)
            .Select(unit => Example.Select(observer => observer[unit]).Where(value => value > 0).Select(value => (double)value).ToList());

        Assert.Equal(0.849, KrippendorffAlpha.OfIntervals(units)!.Value, 5e-4);
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
}
