using Plumbline.Feedback.RankModels;
using Plumbline.Feedback.RankModels.Fitting;
using Plumbline.Randomness;

namespace Plumbline.Feedback.Tests.RankModels;

public sealed class StrengthLikelihoodTests
{
    private const int Items = 7;

    private static readonly Seed Seed = new(47);

    public static TheoryData<string> Kinds => ["comparisons", "unknown order", "Davidson-Luce"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Gradients_and_curvatures_are_those_of_finite_differences(string kind)
    {
        var (data, at, weights) = Case(kind);
        var likelihood = data.Likelihood(weights, new int[Items]);
        var (_, gradient, curvature) = Evaluate(likelihood, at);
        const double step = 1e-5;
        for (var i = 0; i < at.Length; i++)
        {
            var (up, slopeUp, _) = Evaluate(likelihood, Moved(at, i, step));
            var (down, slopeDown, _) = Evaluate(likelihood, Moved(at, i, -step));

            Assert.Equal((up - down) / (2 * step), gradient[i], 1e-6);
            var (unit, column) = (new double[at.Length], new double[at.Length]);
            unit[i] = 1;
            curvature.Multiply(unit, column);
            for (var j = 0; j < at.Length; j++)
            {
                Assert.Equal(-(slopeUp[j] - slopeDown[j]) / (2 * step), column[j], 1e-5);
            }

            var diagonal = new double[at.Length];
            curvature.Diagonal(diagonal);
            Assert.Equal(column[i], diagonal[i], 1e-10);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_curvature_is_never_negative(string kind)
    {
        var random = Seed.Derive("concave").Source();
        var (data, at, weights) = Case(kind);
        var likelihood = data.Likelihood(weights, new int[Items]);
        for (var run = 0; run < 50; run++)
        {
            double[] place = [.. at.Select(_ => 3 * random.NextNormal())];
            double[] direction = [.. at.Select(_ => random.NextNormal())];
            var image = new double[at.Length];
            Evaluate(likelihood, place).Curvature.Multiply(direction, image);

            Assert.InRange(direction.Zip(image, (a, b) => a * b).Sum(), -1e-10, double.PositiveInfinity);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Slopes_of_observations_add_up_to_the_gradient(string kind)
    {
        var (data, at, weights) = Case(kind);
        var likelihood = data.Likelihood(weights, new int[Items]);
        var gradient = Evaluate(likelihood, at).Gradient;
        for (var i = 0; i < at.Length; i++)
        {
            var (unit, slopes) = (new double[at.Length], new double[weights.Length]);
            unit[i] = 1;
            likelihood.AddSlopes(at, unit, slopes);

            Assert.Equal(gradient[i], slopes.Zip(weights, (slope, weight) => slope * weight).Sum(), 1e-10);
        }
    }

    [Fact]
    public void Utilities_far_apart_give_finite_numbers()
    {
        var likelihood = new RankingData(
            [Ranking.OfOrder(0, 1, 2), new Ranking([0, 1, 2], [3, 1, 1])],
            3,
            TieModel.UnknownOrder
        ).Likelihood([1, 1], new int[3]);

        var (value, gradient, curvature) = Evaluate(likelihood, [900, 0, -900]);

        Assert.True(double.IsFinite(value));
        Assert.All(gradient, slope => Assert.True(double.IsFinite(slope)));
        Assert.All(curvature.Weights, weight => Assert.True(double.IsFinite(weight)));
    }

    private static (IStrengthData Data, double[] At, double[] Weights) Case(string kind)
    {
        var random = Seed.Derive(kind).Source();
        var strengths = Simulated.Strengths(Items, random);
        IStrengthData data =
            kind == "comparisons" ? new ComparisonData(Simulated.Comparisons(30, strengths, random, ties: 0.3), Items)
            : kind == "unknown order" ? new RankingData([.. Rankings(strengths, random)], Items, TieModel.UnknownOrder)
            : new RankingData([.. Rankings(strengths, random)], Items, TieModel.DavidsonLuce);
        double[] weights = [.. data.Counts.Select(_ => 0.5 + random.NextDouble())];
        var shared = data.Likelihood(weights, new int[Items]).TieSizes.Count;
        return (data, [.. Enumerable.Range(0, Items + shared).Select(_ => random.NextNormal())], weights);
    }

    private static IEnumerable<Ranking> Rankings(double[] strengths, RandomSource random) =>
        [
            .. Simulated.Rankings(12, 5, strengths, random, ties: 0.4),
            .. Simulated.Rankings(3, 7, strengths, random, ties: 0.6),
            Ranking.OfTop([2, 5], [1, 3, 4]),
            Ranking.OfOrder(6, 0),
            new Ranking([0, 1, 2, 3], [1, 1, 1, 1]),
            new Ranking([0, 1, 2, 3, 4, 5], [1, 1, 1, 1, 2, 2]),
        ];

    private static double[] Moved(double[] at, int place, double by)
    {
        var moved = at.ToArray();
        moved[place] += by;
        return moved;
    }

    private static (double Value, double[] Gradient, Curvature Curvature) Evaluate(IStrengthLikelihood likelihood, double[] at)
    {
        var (items, shared) = (at.Length - likelihood.TieSizes.Count, likelihood.TieSizes.Count);
        var (gradient, curvature) = (new double[at.Length], new Curvature(items, likelihood.Pairs, shared, new int[items]));
        return (likelihood.Evaluate(at, gradient, curvature), gradient, curvature);
    }
}
