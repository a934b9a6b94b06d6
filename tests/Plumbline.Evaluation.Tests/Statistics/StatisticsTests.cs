using CsCheck;
using Plumbline.Evaluation.Statistics;
using Plumbline.Randomness;

namespace Plumbline.Evaluation.Tests.Statistics;

public sealed class StatisticsTests
{
    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0.975, 1.959963984540054)]
    [InlineData(0.995, 2.5758293035489004)]
    [InlineData(0.841344746068543, 1)]
    [InlineData(1e-10, -6.361340902404056)]
    public void Normal_quantiles_match_the_tables(double probability, double expected) =>
        Assert.Equal(expected, NormalDistribution.Quantile(probability), 1e-9);

    [Fact]
    public void The_normal_quantile_undoes_the_distribution_function() =>
        Gen.Double[-7, 7].Sample(x => Assert.Equal(x, NormalDistribution.Quantile(NormalDistribution.Cumulative(x)), x > 5 ? 1e-3 : 1e-6));

    // Newcombe 1998 (Statistics in Medicine 17:857), table I, method 3.
    [Theory]
    [InlineData(81, 263, 0.2553, 0.3662)]
    [InlineData(15, 148, 0.0624, 0.1605)]
    [InlineData(0, 20, 0.0000, 0.1611)]
    [InlineData(1, 29, 0.0061, 0.1718)]
    public void Wilson_intervals_match_the_published_ones(long successes, long trials, double low, double high)
    {
        var interval = new Proportion(successes, trials).WilsonInterval();

        Assert.Equal(low, interval.Low, 5e-5);
        Assert.Equal(high, interval.High, 5e-5);
    }

    // Newcombe 1998 (Statistics in Medicine 17:873), table II, method 10: 56/70 against 48/80, 9/10 against 3/10, 10/10 against 0/10.
    [Theory]
    [InlineData(56, 70, 48, 80, 0.0524, 0.3339)]
    [InlineData(9, 10, 3, 10, 0.1705, 0.8090)]
    [InlineData(10, 10, 0, 10, 0.6075, 1.0000)]
    public void Differences_of_shares_match_the_published_intervals(long a, long m, long b, long n, double low, double high)
    {
        var difference = Proportion.Difference(before: new(b, n), after: new(a, m));

        Assert.Equal((double)a / m - (double)b / n, difference.Value, 1e-12);
        Assert.Equal(low, difference.Interval!.Value.Low, 5e-5);
        Assert.Equal(high, difference.Interval!.Value.High, 5e-5);
    }

    // Student 1908, "The Probable Error of a Mean", section IX: the extra sleep of ten patients; t(9) at 0.975 is 2.262157.
    [Fact]
    public void The_interval_of_few_repetitions_is_Students()
    {
        double[] sleep = [1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4];

        var mean = Repetitions.Mean(sleep);

        Assert.Equal(1.58, mean.Value, 1e-12);
        // s = 1.229995, so the reach is 2.262157 * 1.229995 / sqrt(10).
        Assert.Equal(1.58 - 0.879889, mean.Interval!.Value.Low, 1e-5);
        Assert.Equal(1.58 + 0.879889, mean.Interval!.Value.High, 1e-5);
    }

    [Fact]
    public void One_repetition_has_no_interval_and_none_no_mean()
    {
        Assert.Equal(new Interval(double.NegativeInfinity, double.PositiveInfinity, 0.95), Repetitions.Mean([3]).Interval);
        Assert.Equal(double.NaN, Repetitions.Mean([]).Value);
        Assert.Throws<ArgumentException>(() => Repetitions.Mean([1, double.NaN]));
    }

    [Fact]
    public void A_share_lies_in_its_interval_and_the_interval_of_the_opposite_is_its_mirror() =>
        Gen.Select(Gen.Int[1, 5000], Gen.Double[0, 1])
            .Sample(
                (trials, share) =>
                {
                    var successes = (long)(share * trials);
                    var interval = new Proportion(successes, trials).WilsonInterval();
                    var mirrored = new Proportion(trials - successes, trials).WilsonInterval();

                    Assert.True(interval.Contains((double)successes / trials));
                    Assert.InRange(interval.Low, 0, 1);
                    Assert.InRange(interval.High, 0, 1);
                    Assert.Equal(1 - interval.High, mirrored.Low, 1e-12);
                }
            );

    [Fact]
    public void Without_trials_nothing_is_known()
    {
        Assert.Equal(new Interval(0, 1, 0.95), new Proportion(0, 0).WilsonInterval());
        Assert.Equal(double.NaN, new Proportion(0, 0).Value);
        Assert.Equal(new Interval(-1, 1, 0.95), Proportion.Difference(new(0, 0), new(1, 2)).Interval);
        Assert.Throws<InvalidOperationException>(() => new Proportion(3, 2).WilsonInterval());
        Assert.Throws<ArgumentOutOfRangeException>(() => new Proportion(1, 2).WilsonInterval(1));
    }

    [Fact]
    public void Outcomes_are_counted() => Assert.Equal(new Proportion(2, 3), Proportion.Of([true, false, true]));

    [Fact]
    public void The_bootstrap_interval_of_a_mean_has_the_width_theory_gives()
    {
        var random = new Seed(3).Source();
        var values = Enumerable.Range(0, 400).Select(_ => random.NextNormal()).ToArray();

        var estimate = Bootstrap.Mean(values, new Seed(4));

        var mean = values.Average();
        var error = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean))) / values.Length;
        Assert.Equal(mean, estimate.Value, 1e-12);
        // Monte Carlo error of a 2.5 % point over 10,000 draws is about 0.027 standard errors; 0.15 is more than five of those.
        Assert.Equal(mean - 1.96 * error, estimate.Interval!.Value.Low, 0.15 * error);
        Assert.Equal(mean + 1.96 * error, estimate.Interval!.Value.High, 0.15 * error);
    }

    [Fact]
    public void About_ninety_percent_of_ninety_percent_intervals_hold_the_truth()
    {
        var held = 0;
        const int experiments = 400;
        for (var experiment = 0; experiment < experiments; experiment++)
        {
            var random = new Seed(11).Derive("experiment", experiment).Source();
            var values = Enumerable.Range(0, 60).Select(_ => random.NextDouble()).ToArray();
            held += Bootstrap.Mean(values, new Seed((ulong)experiment), confidence: 0.9, resamples: 400).Interval!.Value.Contains(0.5)
                ? 1
                : 0;
        }

        // 0.9 with the binomial's 99.9 % band for 400 experiments, and two points of the percentile method's known shortfall.
        Assert.InRange(held / (double)experiments, 0.83, 0.95);
    }

    [Fact]
    public void The_same_seed_gives_the_same_interval_and_another_seed_another()
    {
        double[] values = [1, 2, 4, 8, 16, 3, 5];

        Assert.Equal(Bootstrap.Mean(values, new Seed(1)), Bootstrap.Mean(values, new Seed(1)));
        Assert.NotEqual(
            Bootstrap.Mean(values, new Seed(1), resamples: 150).Interval,
            Bootstrap.Mean(values, new Seed(2), resamples: 150).Interval
        );
    }

    [Fact]
    public void Too_few_values_give_an_interval_without_bounds()
    {
        Assert.Equal(double.NegativeInfinity, Bootstrap.Mean([3], new Seed(1)).Interval!.Value.Low);
        Assert.Equal(3, Bootstrap.Mean([3], new Seed(1)).Value);
        Assert.Equal(double.NaN, Bootstrap.Mean([], new Seed(1)).Value);
        Assert.Throws<ArgumentException>(() => Bootstrap.Mean([1, double.NaN], new Seed(1)));
    }

    [Fact]
    public void Percentiles_are_interpolated()
    {
        double[] sorted = [1, 2, 4];

        Assert.Equal([1, 1.5, 2, 3, 4], new[] { 0, 0.25, 0.5, 0.75, 1 }.Select(share => Bootstrap.Percentile(sorted, share)));
    }

    [Fact]
    public void Pairs_are_counted_by_their_direction()
    {
        var difference = PairedDifference.Of([0, 0, 1, 1, 0, 0, 0], [1, 1, 1, 0, 1, 1, 0], new Seed(1));

        Assert.Equal((4, 1, 2), (difference.Wins, difference.Losses, difference.Ties));
        Assert.Equal(3.0 / 7, difference.Mean.Value, 1e-12);
        Assert.Equal(2 * (1 + 5) / 32.0, difference.SignTestP, 1e-12);
        Assert.Throws<ArgumentException>(() => PairedDifference.Of([1], [1, 2], new Seed(1)));
    }

    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(5, 5, 1)]
    [InlineData(8, 0, 2.0 / 256)]
    [InlineData(2, 10, 2 * (1 + 12 + 66) / 4096.0)]
    [InlineData(5100, 4900, 0.0466)]
    public void The_sign_test_is_exact(int wins, int losses, double expected) =>
        Assert.Equal(expected, PairedDifference.SignTest(wins, losses), expected < 0.04 || expected == 1 ? 1e-12 : 1e-4);
}
