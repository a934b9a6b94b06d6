using Plumbline.Feedback.RankModels;
using Plumbline.Feedback.RankModels.Raters;
using Plumbline.Randomness;

namespace Plumbline.Feedback.Tests.RankModels;

public sealed class MarginalLikelihoodTests
{
    private static readonly Seed Seed = new(59);

    [Fact]
    public void Two_answers_are_integrated_to_eight_digits()
    {
        double[] parameters = [2, 0.5, -0.7, 1, 0.3, -2];
        Judgement[] judgements =
        [
            new(0, Ranking.OfOrder(0, 1), [0, 1], [0.5, -0.5]),
            new(1, Ranking.OfOrder(0, 1), [0, 1], [-0.5, 0.5]),
            new(2, Ranking.OfOrder(1, 0), [1, 0], [0.5, -0.5]),
            new(0, Ranking.OfOrder(0, 1), [0, 1], [-0.5, 0.5]),
        ];

        // The strengths' difference is normal of variance 2; a fine grid for a second opinion.
        var sum = 0.0;
        const double step = 1e-3;
        for (var difference = -15.0; difference <= 15; difference += step)
        {
            var likelihood = Math.Exp(-difference * difference / 4) / Math.Sqrt(4 * Math.PI);
            foreach (var judgement in judgements)
            {
                var (sensitivity, bias) = (parameters[2 * judgement.Rater], parameters[(2 * judgement.Rater) + 1]);
                var sign = judgement.Places[0] == 0 ? 1 : -1;
                likelihood /= 1 + Math.Exp(-(sensitivity * sign * difference) - (bias * (judgement.Fronts[0] - judgement.Fronts[1])));
            }

            sum += step * likelihood;
        }

        Assert.Equal(Math.Log(sum), Value([0, 1], judgements, parameters), 1e-8);
    }

    [Fact]
    public void Three_answers_are_integrated_as_by_a_fine_grid()
    {
        double[] parameters = [1.5, 0.5, 0.8, -1];
        Judgement[] judgements =
        [
            new(0, Ranking.OfOrder(0, 1, 2), [0, 1, 2], [0.5, 0, -0.5]),
            new(1, Ranking.OfOrder(2, 0, 1), [2, 0, 1], [-0.5, 0.5, 0]),
            new(1, new Ranking([0, 1, 2], [1, 1, 2]), [0, 1, 2], [0, 0.5, -0.5]),
        ];

        var sum = 0.0;
        const double step = 0.05;
        for (var x = -7.0; x <= 7; x += step)
        {
            for (var y = -7.0; y <= 7; y += step)
            {
                double[] strengths =
                [
                    (x / Math.Sqrt(2)) + (y / Math.Sqrt(6)),
                    (-x / Math.Sqrt(2)) + (y / Math.Sqrt(6)),
                    -2 * y / Math.Sqrt(6),
                ];
                var log = -((x * x) + (y * y)) / 2;
                foreach (var judgement in judgements)
                {
                    var utilities = new double[3];
                    for (var i = 0; i < 3; i++)
                    {
                        utilities[judgement.Places[i]] =
                            (parameters[2 * judgement.Rater] * strengths[judgement.Places[i]])
                            + (parameters[(2 * judgement.Rater) + 1] * judgement.Fronts[i]);
                    }

                    log += PlackettLuce.LogProbability(judgement.Ranking, utilities);
                }

                sum += step * step * Math.Exp(log) / (2 * Math.PI);
            }
        }

        Assert.Equal(Math.Log(sum), Value([0, 1, 2], judgements, parameters, 4096), 1e-3);
        Assert.Equal(Math.Log(sum), Value([0, 1, 2], judgements, parameters), 3e-2);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Gradient_and_information_are_those_of_finite_differences(int answers)
    {
        var random = Seed.Derive("derivatives", answers).Source();
        var (rankings, _) = new PlantedRaters([1, 0.5, 1.5], [0, 1, -1], 1).Draw(3, answers, random, ties: 0.2);
        var prompts = rankings
            .GroupBy(ranking => ranking.Ranking.Items[0] / answers)
            .Select(group => new StrengthPosterior(
                [.. Enumerable.Range(0, answers)],
                [
                    .. group.Select(ranking => new Judgement(
                        ranking.Rater,
                        ranking.Ranking,
                        [.. ranking.Ranking.Items.Select(item => item % answers)],
                        ranking.Fronts()
                    )),
                ],
                QuadratureNodes.Of(answers - 1, random)
            ));
        var likelihood = new MarginalLikelihood([.. prompts]);
        double[] at = [1.2, 0.1, 0.4, 0.8, 1.1, -0.6];
        likelihood.Place(at);
        var information = new RaterInformation(3);
        likelihood.Evaluate(at, information);
        var factor = information.Observed();
        const double step = 1e-5;
        for (var i = 0; i < at.Length; i++)
        {
            var (up, down) = (new RaterInformation(3), new RaterInformation(3));
            double[] high = [.. at],
                low = [.. at];
            high[i] += step;
            low[i] -= step;

            var difference = likelihood.Evaluate(high, up) - likelihood.Evaluate(low, down);

            Assert.Equal(difference / (2 * step), information.Gradient[i], 1e-6);
            for (var j = 0; j < at.Length; j++)
            {
                Assert.Equal(-(up.Gradient[j] - down.Gradient[j]) / (2 * step), information.Entry(i, j), 1e-5);
            }
        }

        // Three prompts do not tell three raters' skills: the likelihood need not be concave, and its factor may be missing; the complete one never is.
        information.AddPrior(at, 1, 1);
        Assert.NotNull(information.Complete());
        Assert.True(factor is null || double.IsFinite(factor.LogDeterminant));
    }

    [Fact]
    public void Nodes_integrate_the_normal_density_to_one_and_its_variance_to_one()
    {
        foreach (var dimensions in new[] { 1, 2, 5, 8 })
        {
            var nodes = QuadratureNodes.Spread(dimensions, 4096, Seed.Source());
            double[] densities =
            [
                .. nodes.Places.Select(
                    (place, at) => Math.Exp(nodes.LogWeights[at] - (place.Sum(x => x * x) / 2) - (dimensions * Math.Log(2 * Math.PI) / 2))
                ),
            ];

            Assert.Equal(1, densities.Sum(), dimensions == 1 ? 1e-8 : 2e-2);
            Assert.Equal(0, densities.Zip(nodes.Places, (density, place) => density * place[0]).Sum(), 1e-10);
            Assert.Equal(
                1,
                densities.Zip(nodes.Places, (density, place) => density * place[^1] * place[^1]).Sum(),
                dimensions == 1 ? 1e-6 : 5e-2
            );
        }
    }

    private static double Value(int[] items, Judgement[] judgements, double[] parameters, int? nodes = null)
    {
        var likelihood = new MarginalLikelihood([
            new StrengthPosterior(
                items,
                judgements,
                nodes is { } count
                    ? QuadratureNodes.Spread(items.Length - 1, count, Seed.Source())
                    : QuadratureNodes.Of(items.Length - 1, Seed.Source())
            ),
        ]);
        likelihood.Place(parameters);
        return likelihood.Evaluate(parameters, null);
    }
}
