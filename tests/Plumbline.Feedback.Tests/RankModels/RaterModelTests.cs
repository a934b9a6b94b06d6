using Plumbline.Evaluation.Statistics;
using Plumbline.Feedback.RankModels;
using Plumbline.Feedback.RankModels.Raters;
using Plumbline.Randomness;

namespace Plumbline.Feedback.Tests.RankModels;

public sealed class RaterModelTests
{
    private static readonly Seed Seed = new(53);

    // Three good raters, one of them with a bias to the left and one with a smaller one to the right; two noisy ones, one with a bias to the left. The skills' mean is 1.
    private static readonly PlantedRaters Planted = new([1.5, 1.4, 1.3, 1.2, 0.4, 0.2], [0, 1, -0.5, 0, 0, 1.5], 1.5);

    [Theory]
    // Enough prompts that the normal approximation is to be expected to hold, few enough for the clock: chosen before any result was seen.
    [InlineData(2, 60, 200)]
    [InlineData(4, 25, 100)]
    public void Intervals_of_skill_and_side_bias_hold_the_planted_values_as_often_as_they_say(int answers, int prompts, int runs)
    {
        // Decided before: over all 6 · runs intervals of a kind 0.95 ± 3.3 binomial standard errors, times √2 as those of one simulation depend on each other; for each rater alone, whose intervals are
        // independent, at least 0.95 − 3.9 standard errors, for 12 of them at once.
        var error = Math.Sqrt(0.95 * 0.05 / runs);
        var tolerance = 3.3 * Math.Sqrt(2) * error / Math.Sqrt(6);
        var (skills, biases, deviations) = (new int[6], new int[6], 0);
        for (var run = 0; run < runs; run++)
        {
            var (rankings, strengths) = Planted.Draw(prompts, answers, Seed.Derive($"coverage {answers}", run).Source());
            var fit = RaterModel.Fit(rankings, 6, strengths.Length, Seed.Derive("nodes", run));
            deviations += fit.StrengthDeviation.Interval!.Value.Contains(Planted.Deviation) ? 1 : 0;
            for (var rater = 0; rater < 6; rater++)
            {
                skills[rater] += fit.Raters[rater]!.Skill!.Value.Interval!.Value.Contains(Planted.Skills[rater]) ? 1 : 0;
                biases[rater] += fit.Raters[rater]!.SideBias!.Value.Interval!.Value.Contains(Planted.Biases[rater]) ? 1 : 0;
            }
        }

        var output = TestContext.Current.TestOutputHelper;
        output?.WriteLine($"skills {skills.Sum() / (6.0 * runs):f4} ({string.Join(' ', skills)} of {runs})");
        output?.WriteLine($"side biases {biases.Sum() / (6.0 * runs):f4} ({string.Join(' ', biases)} of {runs})");
        output?.WriteLine($"deviation of strengths {deviations} of {runs}");
        Assert.InRange(skills.Sum() / (6.0 * runs), 0.95 - tolerance, 0.95 + tolerance);
        Assert.InRange(biases.Sum() / (6.0 * runs), 0.95 - tolerance, 0.95 + tolerance);
        Assert.All([.. skills, .. biases, deviations], held => Assert.InRange(held / (double)runs, 0.95 - (3.9 * error), 1));
    }

    [Fact]
    public void Few_judgements_of_each_prompt_do_not_inflate_the_scale_when_prompts_are_many()
    {
        // Two of six raters for each of 2,400 prompts: strengths that are estimated along would fit their errors, however many prompts there are. Decided before: the mean over 3 simulations lies within 3.5
        // of its own standard errors of the planted 1.5.
        var raters = new PlantedRaters([1, 1, 1, 1, 1, 1], [0, 0, 0, 0, 0, 0], 1.5);
        var (mean, variance) = (0.0, 0.0);
        for (var run = 0; run < 3; run++)
        {
            var (rankings, strengths) = raters.Draw(2_400, 3, Seed.Derive("few", run).Source());
            RatedRanking[] two =
            [
                .. rankings.Where(ranking =>
                {
                    // All pairs of raters in turn: a ring of pairs would only show products of skills.
                    var prompt = ranking.Ranking.Items[0] / 3;
                    return ranking.Rater == prompt % 6 || ranking.Rater == (prompt + 1 + (prompt / 6 % 5)) % 6;
                }),
            ];
            var deviation = RaterModel.Fit(two, 6, strengths.Length, Seed).StrengthDeviation;
            mean += deviation.Value / 3;
            variance += Math.Pow((deviation.Interval!.Value.High - deviation.Value) / 1.96 / 3, 2);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"planted 1.5, mean estimate {mean:f4} ± {Math.Sqrt(variance):f4}");
        Assert.InRange(mean, 1.5 - (3.5 * Math.Sqrt(variance)), 1.5 + (3.5 * Math.Sqrt(variance)));
    }

    [Fact]
    public void Strengths_of_answers_are_found_better_than_when_all_raters_count_the_same()
    {
        var (rankings, strengths) = new PlantedRaters([2, 2, 0.5, 0.5, 0, 0], [0, 0, 0, 2, 2, -2], 1.5).Draw(
            100,
            3,
            Seed.Derive("strengths").Source()
        );

        var fit = RaterModel.Fit(rankings, 6, 300, Seed);
        var plain = PlackettLuce.Fit([.. rankings.Select(ranking => ranking.Ranking)], 300, new StrengthOptions { PriorDeviation = 1.5 });

        double Error(IReadOnlyList<Estimate?> estimates) =>
            Enumerable
                .Range(0, 300)
                .Average(item =>
                    Math.Pow(
                        estimates[item]!.Value.Value
                            - (strengths[item] - Enumerable.Range(item / 3 * 3, 3).Average(other => strengths[other])),
                        2
                    )
                );
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"mean squared error {Error(fit.LogStrengths):f3} with skills, {Error(plain.LogStrengths):f3} without"
        );
        Assert.True(Error(fit.LogStrengths) < Error(plain.LogStrengths));
        var held = fit
            .LogStrengths.Where(
                (value, item) =>
                    value!.Value.Interval!.Value.Contains(
                        strengths[item] - Enumerable.Range(item / 3 * 3, 3).Average(other => strengths[other])
                    )
            )
            .Count();
        TestContext.Current.TestOutputHelper?.WriteLine($"{held} of 300 intervals hold the planted strength");
        // Decided before: 285 ± 4 binomial standard errors, times √2 as strengths of one prompt sum to 0.
        Assert.InRange(held, 285 - 22, 300);
    }

    [Fact]
    public void Who_always_chooses_the_left_has_a_finite_bias_and_no_skill()
    {
        var random = Seed.Derive("left").Source();
        var (rankings, strengths) = new PlantedRaters([1, 1, 1], [0, 0, 0], 1.5).Draw(80, 2, random);
        RatedRanking[] always =
        [
            .. rankings
                .Where(ranking => ranking.Rater == 0)
                .Select(ranking => new RatedRanking(3, Ranking.OfOrder(ranking.Shown!), ranking.Shown)),
        ];

        var fit = RaterModel.Fit([.. rankings, .. always], 4, strengths.Length, Seed);

        var left = fit.Raters[3]!;
        TestContext.Current.TestOutputHelper?.WriteLine($"skill {left.Skill}, bias {left.SideBias}");
        Assert.True(left.SideBias!.Value.Interval!.Value.Low > 2);
        Assert.True(double.IsFinite(left.SideBias.Value.Interval.Value.High));
        Assert.True(left.Skill!.Value.Interval!.Value.Contains(0));
        Assert.All(fit.Raters.Take(3), rater => Assert.InRange(rater!.SideBias!.Value.Value, -1.5, 1.5));
    }

    [Fact]
    public void Who_ranks_upside_down_has_negative_skill()
    {
        var (rankings, strengths) = new PlantedRaters([1.5, 1.5, 1.5, -0.5], [0, 0, 0, 0], 2).Draw(
            60,
            4,
            Seed.Derive("adversary").Source()
        );

        var fit = RaterModel.Fit(rankings, 4, strengths.Length, Seed);

        Assert.True(fit.Raters[3]!.Skill!.Value.Interval!.Value.High < 0);
        Assert.All(fit.Raters.Take(3), rater => Assert.True(rater!.Skill!.Value.Interval!.Value.Low > 0));
    }

    [Fact]
    public void Skills_average_one_over_judgements_whether_the_scale_is_estimated_or_given()
    {
        var (rankings, strengths) = Planted.Draw(30, 3, Seed.Derive("scale").Source());
        foreach (var deviation in new double?[] { null, 1.2 })
        {
            var fit = RaterModel.Fit(rankings, 7, strengths.Length, Seed, new RaterModelOptions { StrengthDeviation = deviation });

            Assert.Equal(1, fit.Raters.Take(6).Average(rater => rater!.Skill!.Value.Value), 1e-9);
            Assert.Null(fit.Raters[6]);
            Assert.Equal(deviation is null, fit.StrengthDeviation.Interval is not null);
            for (var prompt = 0; prompt < 30; prompt++)
            {
                Assert.Equal(0, fit.LogStrengths.Skip(3 * prompt).Take(3).Sum(strength => strength!.Value.Value), 1e-9);
            }
        }
    }

    [Fact]
    public void Raters_who_share_no_prompt_have_no_skill_but_a_side_bias()
    {
        var (rankings, strengths) = Planted.Draw(120, 2, Seed.Derive("no overlap").Source());
        RatedRanking[] apart = [.. rankings.Where(ranking => ranking.Ranking.Items[0] / 2 % 6 == ranking.Rater)];

        var fit = RaterModel.Fit(apart, 6, strengths.Length, Seed);

        Assert.Contains("do not agree beyond chance", fit.Undetermined, StringComparison.Ordinal);
        Assert.All(fit.Raters, rater => Assert.Null(rater!.Skill));
        Assert.All(fit.Raters, rater => Assert.NotNull(rater!.SideBias));
        Assert.All(fit.LogStrengths, Assert.Null);
    }

    [Fact]
    public void Nothing_said_is_a_reason_and_not_a_number()
    {
        var fit = RaterModel.Fit([new RatedRanking(0, new Ranking([0, 1], [1, 1]), [0, 1])], 2, 2, Seed);

        Assert.Equal("Nobody ranked anything.", fit.Undetermined);
        Assert.Equal([null, null], fit.Raters);
        Assert.Equal([null, null], fit.LogStrengths);
    }

    [Fact]
    public void Without_the_order_shown_there_is_no_side_bias_and_the_skill_is_as_if_there_were_none()
    {
        var (rankings, strengths) = Planted.Draw(40, 2, Seed.Derive("unknown sides").Source());
        RatedRanking[] hidden = [.. rankings.Select(ranking => ranking with { Shown = null })];

        var fit = RaterModel.Fit(hidden, 6, strengths.Length, Seed);

        Assert.All(fit.Raters, rater => Assert.Null(rater!.SideBias));
        Assert.All(fit.Raters, rater => Assert.NotNull(rater!.Skill));
    }

    [Fact]
    public void Showing_everything_the_other_way_round_turns_the_sign_of_side_biases()
    {
        var (rankings, strengths) = Planted.Draw(20, 3, Seed.Derive("mirror").Source());
        RatedRanking[] mirrored = [.. rankings.Select(ranking => ranking with { Shown = [.. ranking.Shown!.Reverse()] })];

        var (fit, mirror) = (RaterModel.Fit(rankings, 6, strengths.Length, Seed), RaterModel.Fit(mirrored, 6, strengths.Length, Seed));

        for (var rater = 0; rater < 6; rater++)
        {
            Assert.Equal(fit.Raters[rater]!.SideBias!.Value.Value, -mirror.Raters[rater]!.SideBias!.Value.Value, 1e-9);
            Assert.Equal(fit.Raters[rater]!.Skill!.Value.Value, mirror.Raters[rater]!.Skill!.Value.Value, 1e-9);
        }
    }

    [Fact]
    public void Estimates_do_not_depend_on_the_order_of_data_or_on_who_is_who()
    {
        var (rankings, strengths) = Planted.Draw(20, 2, Seed.Derive("names").Source());
        int[] names = [3, 5, 0, 1, 4, 2];
        RatedRanking[] renamed = [.. rankings.Reverse().Select(ranking => ranking with { Rater = names[ranking.Rater] })];

        var (fit, other) = (RaterModel.Fit(rankings, 6, strengths.Length, Seed), RaterModel.Fit(renamed, 6, strengths.Length, Seed));

        for (var rater = 0; rater < 6; rater++)
        {
            var (expected, actual) = (fit.Raters[rater]!.Skill!.Value, other.Raters[names[rater]]!.Skill!.Value);
            Assert.Equal(expected.Value, actual.Value, 1e-8);
            Assert.Equal(expected.Interval!.Value.Low, actual.Interval!.Value.Low, 1e-8);
        }
    }

    [Fact]
    public void The_rule_says_what_many_more_nodes_say()
    {
        // Decided before: the estimates move by less than a tenth of the half-width of their intervals.
        var (rankings, strengths) = Planted.Draw(30, 5, Seed.Derive("nodes").Source(), ties: 0.2);

        var few = RaterModel.Fit(rankings, 6, strengths.Length, Seed);
        var many = RaterModel.Fit(rankings, 6, strengths.Length, Seed, new RaterModelOptions { Nodes = 1024 });

        TestContext.Current.TestOutputHelper?.WriteLine($"{few.MarginalLogLikelihood:f2} of {many.MarginalLogLikelihood:f2}");
        for (var rater = 0; rater < 6; rater++)
        {
            var (rough, fine) = (few.Raters[rater]!, many.Raters[rater]!);
            foreach (var (one, other) in new[] { (rough.Skill!.Value, fine.Skill!.Value), (rough.SideBias!.Value, fine.SideBias!.Value) })
            {
                var reach = other.Interval!.Value.High - other.Value;
                TestContext.Current.TestOutputHelper?.WriteLine($"{one.Value:f3} {other.Value:f3} ± {reach:f3}");
                Assert.InRange(Math.Abs(one.Value - other.Value), 0, 0.1 * reach);
            }
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits()
    {
        var (rankings, strengths) = Planted.Draw(10, 4, Seed.Derive("bits").Source());

        RaterEstimate?[] Estimates(Seed seed) => [.. RaterModel.Fit(rankings, 6, strengths.Length, seed).Raters];

        Assert.Equal(Estimates(Seed), Estimates(Seed));
        Assert.NotEqual(Estimates(Seed), Estimates(new Seed(2)));
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        var pair = Ranking.OfOrder(0, 1);
        Assert.Throws<ArgumentException>(() => RaterModel.Fit([new(2, pair)], 2, 2, Seed));
        Assert.Throws<ArgumentException>(() => RaterModel.Fit([new(-1, pair)], 2, 2, Seed));
        Assert.Throws<ArgumentException>(() => RaterModel.Fit([new(0, pair)], 2, 1, Seed));
        Assert.Throws<ArgumentException>(() => RaterModel.Fit([new(0, pair, [0, 2])], 2, 3, Seed));
        Assert.Throws<ArgumentException>(() => RaterModel.Fit([new(0, pair, [0, 1, 1])], 2, 3, Seed));
        Assert.Throws<ArgumentException>(() => RaterModel.Fit([new(0, Ranking.OfOrder([.. Enumerable.Range(0, 25)]))], 1, 25, Seed));
        Assert.Throws<ArgumentOutOfRangeException>(() => RaterModel.Fit([], RaterModel.MostRaters + 1, 2, Seed));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RaterModelOptions { Nodes = 9 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new RaterModelOptions { SideBiasDeviation = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new RaterModelOptions { SensitivityDeviation = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new RaterModelOptions { StrengthDeviation = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new RaterModelOptions { Confidence = 0 });
    }
}
