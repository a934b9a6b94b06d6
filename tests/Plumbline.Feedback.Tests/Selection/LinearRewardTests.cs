using Plumbline.Feedback.Selection.Rewards;
using Plumbline.Randomness;

namespace Plumbline.Feedback.Tests.Selection;

public sealed class LinearRewardTests
{
    [Fact]
    public void The_posterior_of_one_weight_is_close_to_the_integrated_one()
    {
        // 60 pairs whose answers differ by about 1, labelled by a weight of 1.2.
        var random = new Seed(4).Source();
        double[] differences = [.. Enumerable.Range(0, 60).Select(_ => random.NextNormal())];
        ObservedRanking[] rankings =
        [
            .. differences.Select(difference => new ObservedRanking(
                [
                    [difference],
                    [0],
                ],
                random.NextBool(1 / (1 + Math.Exp(-1.2 * difference))) ? [1, 2] : [2, 1]
            )),
        ];

        var posterior = Fit(1, 2, rankings);

        double LogDensity(double weight) =>
            (-weight * weight / 4)
            - rankings.Sum(ranking => Math.Log(1 + Math.Exp(-weight * ranking.Answers[0][0] * (ranking.Ranks[0] == 1 ? 1 : -1))));
        var (mean, variance, mode) = Integrated(LogDensity, -6, 10);
        Assert.Equal(mode, posterior.Mean[0], 0.001);
        // Laplace leaves out skewness, a relative error of order 1/n in the variance and 1/√n standard deviations in the mean.
        Assert.Equal(mean, posterior.Mean[0], 0.25 * Math.Sqrt(variance));
        Assert.Equal(1, posterior.Covariance([1], [1]) / variance, 0.15);
    }

    [Fact]
    public void The_posterior_of_two_weights_is_close_to_the_integrated_one()
    {
        var random = new Seed(8).Source();
        ObservedRanking[] rankings = [.. Enumerable.Range(0, 40).Select(_ => Draw(random, [0.9, -0.6], 3, skill: 1.5))];

        var posterior = Fit(2, 1, rankings);

        var (sum, means, products) = (0.0, new double[2], new double[3]);
        var highest = LogPosterior([.. posterior.Mean], rankings, 1);
        for (var x = -1.0; x < 3; x += 0.1)
        {
            for (var y = -3.0; y < 1.5; y += 0.1)
            {
                var density = Math.Exp(LogPosterior([x, y], rankings, 1) - highest);
                sum += density;
                (means[0], means[1]) = (means[0] + (density * x), means[1] + (density * y));
                products[0] += density * x * x;
                products[1] += density * x * y;
                products[2] += density * y * y;
            }
        }

        var (first, second) = (means[0] / sum, means[1] / sum);
        var variances = (X: (products[0] / sum) - (first * first), Y: (products[2] / sum) - (second * second));
        Assert.Equal(first, posterior.Mean[0], 0.25 * Math.Sqrt(variances.X));
        Assert.Equal(second, posterior.Mean[1], 0.25 * Math.Sqrt(variances.Y));
        Assert.Equal(1, posterior.Covariance([1, 0], [1, 0]) / variances.X, 0.15);
        Assert.Equal(1, posterior.Covariance([0, 1], [0, 1]) / variances.Y, 0.15);
        Assert.Equal(
            ((products[1] / sum) - (first * second)) / Math.Sqrt(variances.X * variances.Y),
            posterior.Covariance([1, 0], [0, 1]) / Math.Sqrt(posterior.Covariance([1, 0], [1, 0]) * posterior.Covariance([0, 1], [0, 1])),
            0.1
        );
    }

    [Fact]
    public void The_fit_ends_where_the_log_posterior_is_flat()
    {
        var random = new Seed(3).Source();
        ObservedRanking[] rankings = [.. Enumerable.Range(0, 40).Select(_ => Draw(random, [1, -1, 0.5, 2], 4, skill: 1))];

        var posterior = Fit(4, 3, rankings);

        for (var i = 0; i < 4; i++)
        {
            double[] up = [.. posterior.Mean];
            double[] down = [.. posterior.Mean];
            (up[i], down[i]) = (up[i] + 1e-5, down[i] - 1e-5);
            Assert.Equal(0, (LogPosterior(up, rankings, 3) - LogPosterior(down, rankings, 3)) / 2e-5, 1e-4);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void One_ranking_after_another_is_one_fit_where_there_is_only_one(int answers)
    {
        // From the prior the sequential step is the same Laplace approximation as a fit to the one ranking.
        var ranking = Draw(new Seed(6).Source(), [1, -1, 0.5, 2, 0], answers, skill: 0.8);

        var sequential = RewardPosterior.Prior(5, 2).After(ranking);

        AssertSame(Fit(5, 2, [ranking]), sequential, 1e-8);
    }

    [Fact]
    public void Rank_one_steps_equal_a_refit_of_the_quadratic()
    {
        // Λ' = Λ + Xᵀ·W·X with W at the new mode, inverted outright.
        var random = new Seed(12).Source();
        var before = Fit(6, 1, [.. Enumerable.Range(0, 20).Select(_ => Draw(random, [1, 0, -1, 2, 0.3, -0.7], 3, skill: 1))]);
        var ranking = Draw(random, [1, 0, -1, 2, 0.3, -0.7], 4, skill: 1.3);

        var after = before.After(ranking);

        double[] utilities = [.. ranking.Answers.Select(answer => after.Utility(answer))];
        var (slope, curvature) = (new double[4], new double[16]);
        RankingLikelihood.Of(utilities, ranking, slope, curvature);
        var precision = MathNet
            .Numerics.LinearAlgebra.Matrix<double>.Build.Dense(6, 6, (i, j) => before.Covariance(Unit(i), Unit(j)))
            .Inverse();
        var prior =
            MathNet.Numerics.LinearAlgebra.Vector<double>.Build.Dense([.. after.Mean])
            - MathNet.Numerics.LinearAlgebra.Vector<double>.Build.Dense([.. before.Mean]);
        var features = MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.DenseOfRows(ranking.Answers);
        var square = MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.Dense(4, 4, curvature);
        var expected = (precision + (features.Transpose() * square * features)).Inverse();
        var gradient = (features.Transpose() * MathNet.Numerics.LinearAlgebra.Vector<double>.Build.Dense(slope)) - (precision * prior);
        Assert.All(gradient, value => Assert.Equal(0, value, 1e-6));
        for (var i = 0; i < 36; i++)
        {
            Assert.Equal(expected[i / 6, i % 6], after.Covariance(Unit(i / 6), Unit(i % 6)), 1e-10);
        }
    }

    [Fact]
    public void The_evidence_is_the_integral_of_likelihood_and_prior()
    {
        var random = new Seed(14).Source();
        ObservedRanking[] rankings = [.. Enumerable.Range(0, 40).Select(_ => Draw(random, [1.2], 3, skill: 1))];

        LaplaceFit.Of(rankings, 2, new LinearRewardOptions(), [0.0], out var evidence);

        var integral = 0.0;
        for (var x = -5.0; x < 8; x += 0.01)
        {
            integral += 0.01 * Math.Exp(LogPosterior([x], rankings, 2)) / Math.Sqrt(2 * Math.PI * 2);
        }

        // Laplace's relative error is of the order of one over the number of rankings.
        Assert.Equal(Math.Log(integral), evidence, 1.0 / 40);
    }

    [Fact]
    public void Labels_that_are_noise_pull_the_prior_s_variance_down_and_clear_ones_pull_it_up()
    {
        double Learnt(double scale)
        {
            var random = new Seed(15).Source();
            var model = new LinearRewardModel(10, new LinearRewardOptions { PriorVariance = 0.5, LearnPriorVariance = true });
            double[] weights = [.. Enumerable.Range(0, 10).Select(_ => scale * random.NextNormal())];
            for (var i = 0; i < 300; i++)
            {
                model.Learn(Draw(random, weights, 2, skill: 1));
            }

            model.Refit();
            return model.PriorVariance;
        }

        // Weights of variance 0, and of variance 4: the learnt one is a power of two times 0.5 on the right side.
        Assert.True(Learnt(0) <= 0.25);
        Assert.True(Learnt(2) >= 1);
    }

    [Fact]
    public void A_tie_of_all_answers_teaches_nothing_and_the_order_of_answers_does_not_matter()
    {
        var prior = RewardPosterior.Prior(2, 1);

        AssertSame(
            prior,
            prior.After(
                new ObservedRanking(
                    [
                        [1, 0],
                        [0, 1],
                    ],
                    [1, 1]
                )
            ),
            0
        );
        AssertSame(
            prior.After(
                new ObservedRanking(
                    [
                        [1, 0],
                        [0, 1],
                        [2, 1],
                    ],
                    [1, 2, 2]
                )
            ),
            prior.After(
                new ObservedRanking(
                    [
                        [2, 1],
                        [1, 0],
                        [0, 1],
                    ],
                    [2, 1, 2]
                )
            ),
            1e-12
        );
    }

    [Fact]
    public void Skilled_raters_teach_more()
    {
        double Variance(double skill) =>
            RewardPosterior
                .Prior(1, 1)
                .After(
                    new ObservedRanking(
                        [
                            [1],
                            [0],
                        ],
                        [1, 2],
                        skill
                    )
                )
                .Covariance([1], [1]);

        Assert.True(Variance(2) < Variance(1));
        Assert.True(Variance(1) < Variance(0.2));
        Assert.True(Variance(0.2) < 1);
    }

    [Fact]
    public void Accuracy_is_the_share_of_untied_pairs_in_order_ranking_by_ranking()
    {
        // The utility is the one feature, up to a factor.
        var posterior = RewardPosterior
            .Prior(1, 1)
            .After(
                new ObservedRanking(
                    [
                        [1],
                        [0],
                    ],
                    [1, 2]
                )
            );
        ObservedRanking[] rankings =
        [
            new(
                [
                    [3],
                    [2],
                    [1],
                ],
                [1, 2, 3]
            ),
            new(
                [
                    [3],
                    [2],
                    [1],
                ],
                [2, 1, 3]
            ),
            new(
                [
                    [1],
                    [1],
                ],
                [1, 2]
            ),
            new(
                [
                    [1],
                    [5],
                ],
                [1, 1]
            ),
        ];

        var accuracy = RewardAccuracy.Of(posterior, rankings, new Seed(1));

        Assert.Equal((1 + (2.0 / 3) + 0.5) / 3, accuracy.Value, 1e-12);
        Assert.True(accuracy.Interval!.Value.Contains(accuracy.Value));
        Assert.True(double.IsNaN(RewardAccuracy.Of(posterior, rankings[3..], new Seed(1)).Value));
    }

    [Fact]
    public void Rankings_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentException>(() =>
            new ObservedRanking(
                [
                    [1],
                ],
                [1]
            )
        );
        Assert.Throws<ArgumentException>(() =>
            new ObservedRanking(
                [
                    [1],
                    [1, 2],
                ],
                [1, 2]
            )
        );
        Assert.Throws<ArgumentException>(() =>
            new ObservedRanking(
                [
                    [1],
                    [double.NaN],
                ],
                [1, 2]
            )
        );
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            new ObservedRanking(
                [
                    [1],
                    [2],
                ],
                [1, 2],
                skill: -1
            )
        );
        Assert.Throws<ArgumentException>(() =>
            RewardPosterior
                .Prior(2, 1)
                .After(
                    new ObservedRanking(
                        [
                            [1],
                            [2],
                        ],
                        [1, 2]
                    )
                )
        );
        Assert.Throws<InvalidInputException>(() => new LinearRewardModel(2, new LinearRewardOptions { PriorVariance = 0 }));
    }

    private static RewardPosterior Fit(int dimension, double variance, IEnumerable<ObservedRanking> rankings)
    {
        var model = new LinearRewardModel(dimension, new LinearRewardOptions { PriorVariance = variance });
        foreach (var ranking in rankings)
        {
            model.Learn(ranking);
        }

        model.Refit();
        return model.Posterior;
    }

    private static ObservedRanking Draw(RandomSource random, double[] weights, int answers, double skill)
    {
        double[][] features = [.. Enumerable.Range(0, answers).Select(_ => weights.Select(_ => random.NextNormal()).ToArray())];
        double[] values =
        [
            .. features.Select(row => (skill * row.Zip(weights, (x, w) => x * w).Sum()) - Math.Log(-Math.Log(1 - random.NextDouble()))),
        ];
        return new ObservedRanking(features, [.. values.Select(value => 1 + values.Count(other => other > value))], skill);
    }

    private static double LogPosterior(double[] weights, ObservedRanking[] rankings, double variance)
    {
        var sum = -weights.Sum(weight => weight * weight) / (2 * variance);
        foreach (var ranking in rankings)
        {
            double[] utilities = [.. ranking.Answers.Select(answer => ranking.Skill * answer.Zip(weights, (x, w) => x * w).Sum())];
            for (var i = 0; i < utilities.Length; i++)
            {
                var rank = ranking.Ranks[i];
                sum += utilities[i] - Math.Log(utilities.Where((_, j) => ranking.Ranks[j] >= rank).Sum(Math.Exp));
            }
        }

        return sum;
    }

    private static (double Mean, double Variance, double Mode) Integrated(Func<double, double> logDensity, double low, double high)
    {
        var (sum, mean, square, mode, highest) = (0.0, 0.0, 0.0, low, logDensity(low));
        for (var x = low; x < high; x += 0.001)
        {
            var density = Math.Exp(logDensity(x));
            (sum, mean, square) = (sum + density, mean + (density * x), square + (density * x * x));
            (mode, highest) = logDensity(x) > highest ? (x, logDensity(x)) : (mode, highest);
        }

        return (mean / sum, (square / sum) - (mean / sum * (mean / sum)), mode);
    }

    private static void AssertSame(RewardPosterior expected, RewardPosterior actual, double tolerance)
    {
        var count = expected.Dimension;
        for (var i = 0; i < count; i++)
        {
            Assert.Equal(expected.Mean[i], actual.Mean[i], tolerance);
            for (var j = 0; j < count; j++)
            {
                double[] first = [.. Enumerable.Range(0, count).Select(k => k == i ? 1.0 : 0)];
                double[] second = [.. Enumerable.Range(0, count).Select(k => k == j ? 1.0 : 0)];
                Assert.Equal(expected.Covariance(first, second), actual.Covariance(first, second), tolerance);
            }
        }
    }

    private static double[] Unit(int index) => [.. Enumerable.Range(0, 6).Select(i => i == index ? 1.0 : 0)];
}
