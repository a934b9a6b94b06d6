using Plumbline.Evaluation.Statistics;
using Plumbline.Feedback.RankModels;
using Plumbline.Randomness;

namespace Plumbline.Feedback.Tests.RankModels;

public sealed class BradleyTerryTests
{
    private static readonly Seed Seed = new(41);

    [Fact]
    public void Two_items_differ_by_the_log_odds_of_their_wins()
    {
        // 3 wins, 1 loss, a tie for half of each: 3.5 to 1.5 in 5 votes.
        var fit = BradleyTerry.Fit([new(0, 1, 1, 3), new(1, 0, 1), new(0, 1, 0.5)], 2);

        var difference = fit.Difference(0, 1)!.Value;
        Assert.Equal(Math.Log(3.5 / 1.5), difference.Value, 1e-12);
        Assert.Equal(difference.Value / 2, fit.LogStrengths[0]!.Value.Value, 1e-12);
        // The curvature of 5 votes at p = 0.7 is 5 · 0.7 · 0.3.
        Assert.Equal(1.959963984540054 / Math.Sqrt(1.05), (difference.Interval!.Value.High - difference.Interval.Value.Low) / 2, 1e-9);
        Assert.Equal((3.5 * Math.Log(0.7)) + (1.5 * Math.Log(0.3)), fit.LogLikelihood, 1e-12);
        Assert.Equal(0.7, fit.WinProbability(0, 1)!.Value.Value, 1e-12);
    }

    [Fact]
    public void Ratings_of_the_arena_win_ten_to_one_at_400_points()
    {
        var fit = BradleyTerry.Fit([new(0, 1, 1, 10), new(1, 0, 1)], 2);

        var (strong, weak) = (ArenaScale.Rating(fit.LogStrengths[0]!.Value), ArenaScale.Rating(fit.LogStrengths[1]!.Value));

        Assert.Equal(1200, strong.Value, 1e-9);
        Assert.Equal(800, weak.Value, 1e-9);
        Assert.Equal(fit.LogStrengths[0]!.Value.Interval!.Value.Low * 400 / Math.Log(10), strong.Interval!.Value.Low - 1000, 1e-9);
    }

    [Fact]
    public void Estimates_do_not_depend_on_order_names_or_direction()
    {
        var random = Seed.Derive("invariance").Source();
        var votes = Simulated.Comparisons(600, Simulated.Strengths(12, random), random, ties: 0.1);
        int[] names = Simulated.Some(12, 12, random);
        Comparison[] renamed = [.. votes.Reverse().Select(vote => new Comparison(names[vote.Second], names[vote.First], 1 - vote.Outcome))];

        var (fit, other) = (BradleyTerry.Fit(votes, 12), BradleyTerry.Fit(renamed, 12));

        for (var item = 0; item < 12; item++)
        {
            var (expected, actual) = (fit.LogStrengths[item]!.Value, other.LogStrengths[names[item]]!.Value);
            Assert.Equal(expected.Value, actual.Value, 1e-10);
            Assert.Equal(expected.Interval!.Value.Low, actual.Interval!.Value.Low, 1e-10);
        }

        Assert.Equal(0, fit.LogStrengths.Sum(strength => strength!.Value.Value), 1e-10);
    }

    [Fact]
    public void At_the_maximum_every_item_wins_as_often_as_expected()
    {
        var random = Seed.Derive("moments").Source();
        var votes = Simulated.Comparisons(2_000, Simulated.Strengths(30, random), random, ties: 0.2);

        var fit = BradleyTerry.Fit(votes, 30);

        var excess = new double[30];
        foreach (var vote in votes)
        {
            var surprise = vote.Outcome - fit.WinProbability(vote.First, vote.Second)!.Value.Value;
            excess[vote.First] += surprise;
            excess[vote.Second] -= surprise;
        }

        Assert.All(excess, sum => Assert.Equal(0, sum, 1e-9));
    }

    [Fact]
    public void Items_that_cannot_be_measured_against_each_other_are_said_to_be_so()
    {
        // 0, 1, 2 beat each other in turn; 3 beats 0; 4 loses to 2; 5 and 6 only met each other; 7 met nobody; 8 stands between 3 and 4.
        Comparison[] votes =
        [
            new(0, 1, 1),
            new(1, 2, 1),
            new(2, 0, 1),
            new(3, 0, 1),
            new(2, 4, 1),
            new(5, 6, 0.5),
            new(3, 8, 1),
            new(8, 4, 1),
        ];

        var fit = BradleyTerry.Fit(votes, 9);

        Assert.Equal(
            ["0,1,2 Between", "3 Undefeated", "4 Winless", "5,6 Unconnected", "7 Unconnected", "8 Between"],
            fit.Groups.Select(group => $"{string.Join(',', group.Items)} {group.Standing}")
        );
        Assert.Equal([true, true, true, false, false, true, true, false, false], fit.LogStrengths.Select(strength => strength is not null));
        Assert.Null(fit.Difference(3, 0));
        Assert.Equal(0, fit.Difference(5, 6)!.Value.Value, 1e-12);
    }

    [Fact]
    public void A_prior_makes_every_strength_finite()
    {
        // The only vote: the maximum of log σ(2x) − x²/σ² with σ = 2 solves 2·σ(−2x) = x/2.
        var fit = BradleyTerry.Fit([new(0, 1, 1)], 3, new StrengthOptions { PriorDeviation = 2 });

        var strength = fit.LogStrengths[0]!.Value.Value;
        Assert.Equal(strength / 2, 2 / (1 + Math.Exp(2 * strength)), 1e-10);
        Assert.Equal(-strength, fit.LogStrengths[1]!.Value.Value, 1e-10);
        // Of the item that was not seen the prior alone is known.
        Assert.Equal(0, fit.LogStrengths[2]!.Value.Value);
        Assert.Equal(2 * 1.959963984540054, fit.LogStrengths[2]!.Value.Interval!.Value.High, 1e-9);
        // Minus second derivatives: p(1−p)(e_0−e_1)(e_0−e_1)ᵀ + I/4; across 0 and 1 the direction (1,−1)/√2 has 2p(1−p) + 1/4.
        var p = 1 / (1 + Math.Exp(-2 * strength));
        var variance = 0.5 / ((2 * p * (1 - p)) + 0.25);
        Assert.Equal(1.959963984540054 * Math.Sqrt(variance), fit.LogStrengths[0]!.Value.Interval!.Value.High - strength, 1e-9);
    }

    [Fact]
    public void Intervals_from_curvature_and_from_resampling_both_cover_as_often_as_they_say()
    {
        // 300 times 6 items with 150 votes: 1,800 intervals of either kind, those of one simulation dependent. Decided before: a share within 3.5 standard errors of 0.95 if only the simulations
        // were independent, 3.5 · √(0.95 · 0.05 / 300) = 0.044.
        var (wald, drawn, all) = (0, 0, 0);
        for (var run = 0; run < 300; run++)
        {
            var random = Seed.Derive("coverage", run).Source();
            var strengths = Simulated.Strengths(6, random);
            var votes = Simulated.Comparisons(150, strengths, random);
            var resampled = BradleyTerry.Resample(votes, 6, Seed.Derive("resamples", run), resamples: 200);
            var mean = strengths.Average();
            for (var item = 0; item < 6; item++)
            {
                if (resampled.Fit.LogStrengths[item] is { } estimate && resampled.Fit.Groups.Count == 1)
                {
                    all++;
                    wald += estimate.Interval!.Value.Contains(strengths[item] - mean) ? 1 : 0;
                    drawn += resampled.LogStrengths[item]!.Value.Interval!.Value.Contains(strengths[item] - mean) ? 1 : 0;
                }
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{all} intervals: curvature {(double)wald / all:f4}, resampling {(double)drawn / all:f4}"
        );
        Assert.InRange(all, 1_600, 1_800);
        Assert.InRange((double)wald / all, 0.906, 0.994);
        Assert.InRange((double)drawn / all, 0.906, 0.994);
    }

    [Fact]
    public void Votes_of_one_rater_are_drawn_together_where_raters_are_the_units()
    {
        // Ten raters who each say the same thing 50 times know little more than ten votes.
        Comparison[] votes = [.. Enumerable.Range(0, 10).Select(rater => new Comparison(0, 1, rater < 6 ? 1 : 0, 50))];

        var single = BradleyTerry.Resample(votes, 2, Seed).LogStrengths[0]!.Value.Interval!.Value;
        var together = BradleyTerry.Resample(votes, 2, Seed, units: [.. Enumerable.Range(0, 10)]).LogStrengths[0]!.Value.Interval!.Value;

        // √50 ≈ 7 times as wide, as far as percentiles of ten units tell.
        Assert.InRange((together.High - together.Low) / (single.High - single.Low), 4, 12);
    }

    [Fact]
    public void A_resample_without_a_loss_leaves_no_bounds()
    {
        // One loss in twenty: more than a third of all resamples have none.
        var resampled = BradleyTerry.Resample([new(0, 1, 1, 19), new(1, 0, 1)], 2, Seed);

        Assert.InRange(resampled.FailedShares[0], 0.3, 0.45);
        Assert.Equal(double.PositiveInfinity, resampled.LogStrengths[0]!.Value.Interval!.Value.High);
        Assert.True(double.IsFinite(resampled.Fit.LogStrengths[0]!.Value.Interval!.Value.High));
        var prior = BradleyTerry.Resample([new(0, 1, 1, 19), new(1, 0, 1)], 2, Seed, new StrengthOptions { PriorDeviation = 3 });
        Assert.Equal(0, prior.FailedShares[0]);
        Assert.True(double.IsFinite(prior.LogStrengths[0]!.Value.Interval!.Value.High));
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits()
    {
        var random = Seed.Derive("bits").Source();
        var votes = Simulated.Comparisons(300, Simulated.Strengths(5, random), random);

        Estimate?[] Draw(Seed seed) => [.. BradleyTerry.Resample(votes, 5, seed, resamples: 100).LogStrengths];

        Assert.Equal(Draw(Seed), Draw(Seed));
        Assert.NotEqual(Draw(Seed), Draw(new Seed(42)));
    }

    [Fact]
    public void A_thousand_items_and_a_hundred_thousand_votes_are_estimated_with_intervals()
    {
        var random = Seed.Derive("large").Source();
        var strengths = Simulated.Strengths(1_000, random);
        Comparison[] votes =
        [
            .. Enumerable
                .Range(0, 100_000)
                .Select(_ =>
                {
                    var first = random.NextInt(1_000);
                    var second = (first + 1 + random.NextInt(999)) % 1_000;
                    return new Comparison(first, second, random.NextBool(1 / (1 + Math.Exp(strengths[second] - strengths[first]))) ? 1 : 0);
                }),
        ];
        var clock = System.Diagnostics.Stopwatch.StartNew();

        var fit = BradleyTerry.Fit(votes, 1_000);

        TestContext.Current.TestOutputHelper?.WriteLine($"{clock.ElapsedMilliseconds} ms");
        var mean = strengths.Average();
        var covered = fit
            .LogStrengths.Select((value, item) => value!.Value.Interval!.Value.Contains(strengths[item] - mean))
            .Count(holds => holds);
        TestContext.Current.TestOutputHelper?.WriteLine($"{covered} of 1,000 intervals hold the planted strength");
        // Decided before: 950 ± 4 · √(1000 · 0.95 · 0.05).
        Assert.InRange(covered, 950 - 28, 950 + 28);
    }

    [Fact]
    public void Lopsided_groups_among_thousands_are_estimated_as_exactly_as_alone()
    {
        // Pair i is won 10^(i mod 7) to 1, so curvatures differ by a factor of a million.
        Comparison[] votes =
        [
            .. Enumerable
                .Range(0, 3_000)
                .SelectMany(at => (Comparison[])[new(2 * at, (2 * at) + 1, 1, (int)Math.Pow(10, at % 7)), new((2 * at) + 1, 2 * at, 1)]),
        ];

        var fit = BradleyTerry.Fit(votes, 6_000);

        Assert.Null(fit.Undetermined);
        for (var at = 0; at < 14; at++)
        {
            Assert.Equal(at % 7 * Math.Log(10), fit.Difference(2 * at, (2 * at) + 1)!.Value.Value, 1e-8);
        }
    }

    [Theory]
    [InlineData(0, 0, 1, 1)]
    [InlineData(0, 3, 1, 1)]
    [InlineData(-1, 1, 1, 1)]
    [InlineData(0, 1, 1.5, 1)]
    [InlineData(0, 1, double.NaN, 1)]
    [InlineData(0, 1, 1, 0)]
    public void What_is_no_comparison_is_refused(int first, int second, double outcome, int count) =>
        Assert.Throws<ArgumentException>(() => BradleyTerry.Fit([new(first, second, outcome, count)], 3));

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new StrengthOptions { PriorDeviation = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new StrengthOptions { PriorDeviation = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new StrengthOptions { Confidence = 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => BradleyTerry.Resample([], 2, Seed, resamples: 99));
        Assert.Throws<ArgumentException>(() => BradleyTerry.Resample([new(0, 1, 1)], 2, Seed, units: [1, 2]));
    }
}
