using Plumbline.Evaluation.Principles.Fitting;
using Plumbline.Randomness;

namespace Plumbline.Evaluation.Tests.Principles;

public sealed class PairLogisticTests
{
    private const double Tiny = 1e-9;

    /// <summary>One feature that is 1 or −1: the optimum without a penalty is the logit of the share of 1s.</summary>
    [Theory]
    [InlineData(70, 30)]
    [InlineData(1, 3)]
    [InlineData(5, 5)]
    public void One_feature_of_signs_has_the_logit_of_its_share(int more, int less)
    {
        double[] column = [.. Enumerable.Repeat(1.0, more), .. Enumerable.Repeat(-1.0, less)];

        var coefficient = PairLogistic.Fit(Pairs(column), Tiny)[0];

        Assert.Equal(Math.Log((double)more / less), coefficient, 1e-6);
    }

    /// <summary>With a penalty: λβ = p − σ(β), p the share. For p = 1 and λ = 0.5 β is the root of 0.5β = σ(−β): 0.7388…</summary>
    [Fact]
    public void A_feature_that_tells_all_pairs_apart_stays_finite()
    {
        var coefficient = PairLogistic.Fit(Pairs([1, 1, 1]), 0.5)[0];

        Assert.Equal(0, (0.5 * coefficient) - (1 / (1 + Math.Exp(coefficient))), 1e-9);
        Assert.InRange(coefficient, 0.63, 0.75);
        Assert.True(double.IsFinite(PairLogistic.Fit(Pairs([1, 1, 1]), 1e-4)[0]));
    }

    [Fact]
    public void At_the_optimum_nothing_slopes_and_neighbours_are_worse()
    {
        var pairs = Random(200, 5, seed: 3);

        var coefficients = PairLogistic.Fit(pairs, 0.01);

        Assert.All(PairLogistic.Gradient(pairs, 0.01, coefficients), slope => Assert.Equal(0, slope, 1e-8));
        // The gradient is the slope of the loss: finite differences away from the optimum.
        double[] elsewhere = [0.3, -0.2, 0.1, 0.5, -0.4];
        var gradient = PairLogistic.Gradient(pairs, 0.01, elsewhere);
        for (var i = 0; i < elsewhere.Length; i++)
        {
            double[] up = [.. elsewhere],
                down = [.. elsewhere];
            up[i] += 1e-5;
            down[i] -= 1e-5;
            Assert.Equal((Loss(pairs, up) - Loss(pairs, down)) / 2e-5, gradient[i], 1e-8);
        }
    }

    [Fact]
    public void A_pair_and_its_mirror_image_are_opposites()
    {
        var pairs = Random(100, 4, seed: 5);
        var mirrored = PairDifferences.Of([.. pairs.Raw.Select(column => column.Select(value => -value).ToArray())], pairs.Groups);

        var (own, other) = (PairLogistic.Fit(pairs, 0.01), PairLogistic.Fit(mirrored, 0.01));

        Assert.Equal(pairs.Scales, mirrored.Scales);
        Assert.All(own.Zip(other), both => Assert.Equal(both.First, -both.Second, 1e-7));
    }

    [Fact]
    public void A_weight_of_two_is_the_pair_twice_and_the_start_does_not_matter()
    {
        var pairs = Random(60, 3, seed: 9);
        var weights = Enumerable.Range(0, 60).Select(i => (double)(i % 3)).ToArray();
        double[][] repeated =
        [
            .. pairs.Scaled.Select(column => column.SelectMany((value, i) => Enumerable.Repeat(value, (int)weights[i])).ToArray()),
        ];
        // Columns that are scaled already must not be scaled again: compare leads rather than coefficients.
        var again = PairDifferences.Of(repeated, [.. Enumerable.Range(0, repeated[0].Length)]);

        var weighted = PairLogistic.Fit(pairs, Tiny, weights);

        Assert.All(
            weighted.Zip(PairLogistic.Fit(again, Tiny).Zip(again.Scales)),
            both => Assert.Equal(both.First, both.Second.First / both.Second.Second, 1e-5)
        );
        Assert.All(weighted.Zip(PairLogistic.Fit(pairs, Tiny, weights, [2, -2, 2])), both => Assert.Equal(both.First, both.Second, 1e-6));
    }

    [Fact]
    public void Equations_are_solved_and_what_has_no_root_is_refused()
    {
        var solution = PositiveDefinite.Solve(
            new double[,]
            {
                { 4, 0 },
                { 2, 3 },
            },
            [2, 5]
        );

        Assert.Equal(-0.5, solution[0], 1e-12);
        Assert.Equal(2, solution[1], 1e-12);
        Assert.Throws<ArgumentException>(() =>
            PositiveDefinite.Solve(
                new double[,]
                {
                    { -1 },
                },
                [1]
            )
        );
    }

    [Theory]
    [InlineData(800)]
    [InlineData(-800)]
    public void Likelihoods_of_far_leads_are_finite(double lead) =>
        Assert.Equal(lead > 0 ? 0 : lead, PairLogistic.LogLikelihood(lead), 1e-12);

    private static double Loss(PairDifferences pairs, double[] coefficients) =>
        (0.005 * coefficients.Sum(value => value * value))
        - Enumerable.Range(0, pairs.Pairs).Average(pair => PairLogistic.LogLikelihood(pairs.Lead(pair, coefficients)));

    private static PairDifferences Pairs(double[] column) => PairDifferences.Of([column], [.. Enumerable.Range(0, column.Length)]);

    private static PairDifferences Random(int count, int columns, ulong seed)
    {
        var random = new Seed(seed).Source();
        return PairDifferences.Of(
            [
                .. Enumerable
                    .Range(0, columns)
                    .Select(column => Enumerable.Range(0, count).Select(_ => random.NextNormal() + (0.2 * column)).ToArray()),
            ],
            [.. Enumerable.Range(0, count)]
        );
    }
}
