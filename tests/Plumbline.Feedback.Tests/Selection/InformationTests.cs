using CsCheck;
using Plumbline.Feedback.Selection.Information;
using Plumbline.Randomness;

namespace Plumbline.Feedback.Tests.Selection;

public sealed class InformationTests
{
    [Theory]
    // The documented precision: e^(−2π·√64/s) is 5e-8, 3e-6 and 2e-3 for s of 3, 4 and 8, each with a factor of a few.
    [InlineData(0, 0.01, 1e-6)]
    [InlineData(0, 1, 1e-6)]
    [InlineData(0.3, 1.01, 1e-6)]
    [InlineData(1.5, 2, 1e-6)]
    [InlineData(-2, 4, 1e-6)]
    [InlineData(-3, 9, 1e-6)]
    [InlineData(4, 16, 2e-5)]
    [InlineData(1, 64, 0.01)]
    public void The_quadrature_of_a_pair_is_the_integral(double mean, double variance, double tolerance)
    {
        Assert.Equal(Integrated(mean, variance), PairInformation.Of(mean, variance), tolerance);
    }

    [Fact]
    public void The_hermite_rule_has_the_moments_of_the_normal_distribution()
    {
        var rule = new GaussHermiteRule(64);

        double Moment(int power) => rule.Nodes.ToArray().Zip(rule.Weights.ToArray(), (z, weight) => weight * Math.Pow(z, power)).Sum();

        Assert.Equal(1, Moment(0), 1e-12);
        Assert.Equal(0, Moment(3), 1e-10);
        Assert.Equal(1, Moment(2), 1e-12);
        Assert.Equal(3, Moment(4), 1e-11);
        Assert.Equal(10395, Moment(12), 1e-6);
    }

    [Fact]
    public void A_pair_tells_nothing_where_the_posterior_is_a_point()
    {
        Assert.Equal(0, PairInformation.Of(0, 0), 1e-14);
        Assert.Equal(0, PairInformation.Of(2.5, 0), 1e-14);
    }

    [Fact]
    public void A_pair_tells_more_the_wider_the_posterior_and_never_more_than_a_bit()
    {
        double[] variances = [0.001, 0.01, 0.1, 1, 4, 16, 100, 10_000];
        double[] gains = [.. variances.Select(variance => PairInformation.Of(0.7, variance))];

        Assert.Equal(gains.Order(), gains);
        Assert.All(gains, gain => Assert.InRange(gain, 0, Math.Log(2)));
        // A wide posterior means that the outcome alone is unknown: nearly a whole bit.
        Assert.True(gains[^1] > 0.9 * Math.Log(2));
    }

    [Fact]
    public void A_pair_tells_the_same_from_either_side()
    {
        Gen.Double[-5, 5]
            .Select(Gen.Double[0, 20])
            .Sample((mean, variance) => Math.Abs(PairInformation.Of(mean, variance) - PairInformation.Of(-mean, variance)) < 1e-12);
    }

    [Fact]
    public void Skill_stretches_utilities()
    {
        Assert.Equal(PairInformation.Of(2 * 0.4, 4 * 1.3), PairInformation.Of(0.4, 1.3, skill: 2), 1e-14);
        Assert.True(PairInformation.Of(0.4, 1.3, skill: 0.1) < PairInformation.Of(0.4, 1.3));
        Assert.Throws<ArgumentOutOfRangeException>(() => PairInformation.Of(0, 1, skill: 0));
    }

    [Fact]
    public void The_sum_over_rankings_of_three_answers_is_the_integral()
    {
        double[] means = [0.5, 0, -0.4];
        double[] covariance = [1.5, 0.3, 0.1, 0.3, 0.9, -0.2, 0.1, -0.2, 1.1];

        var integral = IntegratedOverThree(means, covariance);

        // 4,096 quasi-random points in two dimensions: error of the order of (ln n)²/n, 0.02, times a spread far below 1.
        Assert.Equal(integral, new RankingInformation(3, 4096).Of(means, covariance), 0.005);
        // 64 points are coarse, but their second moments are exact: within a tenth.
        Assert.Equal(integral, new RankingInformation(3).Of(means, covariance), 0.1 * integral);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(9)]
    public void A_ranking_tells_nothing_where_its_answers_are_the_same_or_known(int answers)
    {
        var information = new RankingInformation(answers);
        double[] known = [.. Enumerable.Range(0, answers).Select(i => 0.3 * i)];

        Assert.Equal(0, information.Of(known, new double[answers * answers]), 1e-12);
        Assert.Equal(0, information.Of(new double[answers], [.. Enumerable.Repeat(2.0, answers * answers)]), 1e-12);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(7)]
    public void A_ranking_tells_more_the_wider_the_posterior_and_never_more_than_its_bounds(int answers)
    {
        var information = new RankingInformation(answers, 256);
        var (means, covariance) = Moments(answers, 3);
        double[] gains =
        [
            .. new[] { 0.01, 0.1, 1, 10, 1000 }.Select(scale => information.Of(means, [.. covariance.Select(value => scale * value)])),
        ];

        Assert.Equal(gains.Order(), gains);
        Assert.All(gains, gain => Assert.InRange(gain, 0, Math.Min(Math.Log(Factorial(answers)), Math.Log(256)) + 1e-12));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(8)]
    public void The_order_of_the_answers_does_not_change_what_a_ranking_tells(int answers)
    {
        var information = new RankingInformation(answers);
        var determinant = new DeterminantGain(answers);
        var (means, covariance) = Moments(answers, 5);
        var order = Enumerable.Range(0, answers).ToArray();
        var random = new Seed(2).Source();
        for (var i = 0; i < 20; i++)
        {
            random.Shuffle<int>(order);
            double[] permuted = [.. order.Select(answer => means[answer])];
            double[] matrix = [.. order.SelectMany(row => order.Select(column => covariance[(row * answers) + column]))];

            Assert.Equal(information.Of(means, covariance), information.Of(permuted, matrix), 1e-10);
            Assert.Equal(determinant.Of(means, covariance), determinant.Of(permuted, matrix), 1e-10);
        }
    }

    [Fact]
    public void Both_ways_to_rank_many_answers_agree()
    {
        // Five answers are summed up; a sixth that nobody would put anywhere but last adds no information, and six are drawn.
        var (means, covariance) = Moments(5, 9);
        double[] six = [.. means, -40];
        var wide = new double[36];
        for (var i = 0; i < 25; i++)
        {
            wide[(i / 5 * 6) + (i % 5)] = covariance[i];
        }

        var summed = new RankingInformation(5, 1024).Of(means, covariance);
        var drawn = new RankingInformation(6, 1024).Of(six, wide);

        // The log-ratio's standard deviation is about its mean's root, √summed ≈ 1: 3 standard errors of 1,024 draws are 0.1.
        Assert.Equal(summed, drawn, 0.1);
    }

    [Fact]
    public void The_subsets_entropy_and_curvature_are_those_of_all_rankings()
    {
        double[] utilities = [0.3, -1.2, 0.9, 0.1];
        var subsets = new RankingSubsets(4);
        subsets.Load(utilities);
        var curvature = new double[16];
        subsets.ExpectedCurvature(curvature);

        var (entropy, expected) = (0.0, new double[16]);
        foreach (var ranking in Permutations([0, 1, 2, 3]))
        {
            var (chance, slope) = (1.0, new double[4]);
            for (var place = 0; place < 4; place++)
            {
                var total = ranking[place..].Sum(answer => Math.Exp(utilities[answer]));
                chance *= Math.Exp(utilities[ranking[place]]) / total;
                slope[ranking[place]]++;
                foreach (var answer in ranking[place..])
                {
                    slope[answer] -= Math.Exp(utilities[answer]) / total;
                }
            }

            entropy -= chance * Math.Log(chance);
            // Fisher's information is the covariance of the slope.
            for (var i = 0; i < 16; i++)
            {
                expected[i] += chance * slope[i / 4] * slope[i % 4];
            }
        }

        Assert.Equal(entropy, subsets.Entropy(), 1e-12);
        Assert.All(expected.Zip(curvature), both => Assert.Equal(both.First, both.Second, 1e-12));
    }

    [Fact]
    public void Answers_far_below_the_best_keep_their_order()
    {
        var logs = new double[4];

        ChoiceWeights.Logs([1000, 20, 19, -3000], logs);

        Assert.Equal([0, -40, -41, -81], logs);
        ChoiceWeights.Logs([3, 1, 2, 45], logs);
        Assert.Equal([-42, -44, -43, 0], logs);
    }

    [Fact]
    public void The_determinant_gain_of_a_pair_is_its_closed_form()
    {
        // ½·ln(1 + b²·p·(1 − p)·v), v the variance of the difference.
        var (mean, skill) = (0.8, 1.5);
        double[] covariance = [2, 0.5, 0.5, 1];
        var p = 1 / (1 + Math.Exp(-skill * mean));

        var gain = new DeterminantGain(2).Of([mean, 0], covariance, skill);

        Assert.Equal(0.5 * Math.Log(1 + (skill * skill * p * (1 - p) * (2 + 1 - 1))), gain, 1e-12);
        Assert.Equal(0, new DeterminantGain(2).Of([mean, 0], [1, 1, 1, 1], skill), 1e-12);
    }

    [Fact]
    public void For_little_known_differences_both_criteria_are_the_same()
    {
        // Both are v·p·(1 − p)/2 in the first order of a small variance v.
        const double Variance = 1e-4;
        var p = 1 / (1 + Math.Exp(-0.6));

        Assert.Equal(Variance * p * (1 - p) / 2, PairInformation.Of(0.6, Variance), 1e-8);
        Assert.Equal(Variance * p * (1 - p) / 2, new DeterminantGain(2).Of([0.6, 0], [Variance, 0, 0, 0]), 1e-8);
    }

    // The midpoint rule over ±10 standard deviations.
    private static double Integrated(double mean, double variance)
    {
        const int Steps = 20_000;
        var (chance, entropy) = (0.0, 0.0);
        for (var i = 0; i < Steps; i++)
        {
            var z = -10 + (20 * (i + 0.5) / Steps);
            var weight = Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI) * 20 / Steps;
            var p = 1 / (1 + Math.Exp(-(mean + (Math.Sqrt(variance) * z))));
            chance += weight * p;
            entropy += weight * Coin(p);
        }

        return Coin(chance) - entropy;
    }

    private static double Coin(double p) => p is <= 0 or >= 1 ? 0 : -(p * Math.Log(p)) - ((1 - p) * Math.Log(1 - p));

    // The midpoint rule over the two differences to the third answer.
    private static double IntegratedOverThree(double[] means, double[] covariance)
    {
        double Covariance(int i, int j) => covariance[(i * 3) + j] - covariance[(i * 3) + 2] - covariance[6 + j] + covariance[8];
        var first = Math.Sqrt(Covariance(0, 0));
        var shared = Covariance(1, 0) / first;
        var second = Math.Sqrt(Covariance(1, 1) - (shared * shared));
        const int Steps = 100;
        var rankings = Permutations([0, 1, 2]);
        var (mixed, entropy) = (new double[6], 0.0);
        for (var i = 0; i < Steps * Steps; i++)
        {
            var (x, y) = (-7 + (14 * ((i / Steps) + 0.5) / Steps), -7 + (14 * ((i % Steps) + 0.5) / Steps));
            var weight = Math.Exp(-((x * x) + (y * y)) / 2) / (2 * Math.PI) * 14 * 14 / Steps / Steps;
            double[] utilities = [means[0] - means[2] + (first * x), means[1] - means[2] + (shared * x) + (second * y), 0];
            for (var ranking = 0; ranking < 6; ranking++)
            {
                double[] chances = [.. rankings[ranking].Select(answer => Math.Exp(utilities[answer]))];
                var p = chances[0] / chances.Sum() * chances[1] / (chances[1] + chances[2]);
                mixed[ranking] += weight * p;
                entropy -= weight * p * Math.Log(p);
            }
        }

        return -mixed.Sum(p => p * Math.Log(p)) - entropy;
    }

    private static int[][] Permutations(int[] values) =>
        values.Length == 0
            ?
            [
                [],
            ]
            :
            [
                .. values.SelectMany(first =>
                    Permutations([.. values.Where(value => value != first)]).Select(rest => (int[])[first, .. rest])
                ),
            ];

    private static (double[] Means, double[] Covariance) Moments(int answers, ulong seed)
    {
        var random = new Seed(seed).Source();
        double[][] rows =
        [
            .. Enumerable.Range(0, answers).Select(_ => Enumerable.Range(0, answers + 1).Select(_ => random.NextNormal() / 2).ToArray()),
        ];
        return (
            [.. rows.Select(_ => random.NextNormal())],
            [.. rows.SelectMany(row => rows.Select(other => row.Zip(other, (left, right) => left * right).Sum()))]
        );
    }

    private static double Factorial(int number) => number < 2 ? 1 : number * Factorial(number - 1);
}
