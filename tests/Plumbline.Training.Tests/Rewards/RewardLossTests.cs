using Plumbline.Testing.Torch;
using Plumbline.Training.Rewards;
using Plumbline.Training.Rewards.Losses;
using Plumbline.Training.Rewards.Process;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests.Rewards;

/// <summary>Values by hand or with 40 digits outside of this code base, and what must hold for every registered reward loss.</summary>
[NoTensorLeaks]
public sealed class RewardLossTests
{
    private static readonly RewardLossOptions Options = new()
    {
        CenterRewardsCoefficient = 0.05,
        RaoKupperTheta = 1.5,
        DavidsonNu = 0.8,
    };

    private static readonly int[][] FourLists =
    [
        [1, 2, 3, 4],
        [2, 2, 1, 3],
        [1, 1, 2, 1],
        [2, 1, 2, 2],
    ];

    public static TheoryData<string> All => [.. RewardLosses.All.Select(loss => loss.Name)];

    public static TheoryData<string> OfComparisons =>
        [.. RewardLosses.All.Where(loss => !loss.Declaration.NeedsHarmSigns).Select(loss => loss.Name)];

    public static TheoryData<string> OfLists => [.. RewardLosses.All.Where(loss => loss.Declaration.TakesLists).Select(loss => loss.Name)];

    [Theory]
    [InlineData(null, 0, 0.25192908134537289)]
    [InlineData(0.5, 0, 0.38687100611489994)]
    [InlineData(null, 0.01, 0.28255408134537289)]
    public void Bradley_Terry_has_the_published_values(double? margin, double centering, double expected)
    {
        using var scope = NewDisposeScope();
        var answers = new RankedScores(tensor([1.5, 0.25]), Rankings.Pairs(1)) { Margins = margin is { } by ? tensor([by]) : null };

        var loss = RewardLosses.Find("bradley_terry").Of(answers, new() { CenterRewardsCoefficient = centering });

        Assert.Equal(expected, loss.item<double>(), 1e-12);
    }

    [Theory]
    [InlineData("rao_kupper", 0.35750463635197002, 1.9646221685757629)]
    [InlineData("davidson", 0.5392462676822984, 1.3873898189965082)]
    public void Models_of_ties_have_the_values_of_their_papers(string name, double win, double tie)
    {
        using var scope = NewDisposeScope();
        var answers = new RankedScores(
            tensor([1.5, 0.25, 1.5, 0.25]),
            new([
                [1, 2],
                [1, 1],
            ])
        );

        var losses = RewardLosses.Find(name).Of(answers, Options with { CenterRewardsCoefficient = 0 }).Values();

        Assert.Equal(win, losses[0], 1e-12);
        Assert.Equal(tie, losses[1], 1e-12);
    }

    /// <summary>Scores 1.2, 0.3, −0.5, 0.1; Plackett-Luce by adding up the probabilities of all orders.</summary>
    [Theory]
    [InlineData("plackett_luce", 0, 2.5098436300982773)]
    [InlineData("plackett_luce", 1, 3.0638039992070364)]
    [InlineData("plackett_luce", 2, 0.65445936850987094)]
    [InlineData("plackett_luce", 3, 1.5534309637605411)]
    [InlineData("best_of", 3, 1.5534309637605411)]
    [InlineData("best_of", 2, 0.099867314014803379)]
    [InlineData("all_pairs", 0, 0.46716711917483996)]
    public void Losses_of_lists_have_the_values_of_their_papers(string name, int list, double expected)
    {
        using var scope = NewDisposeScope();
        var answers = new RankedScores(tensor([1.2, 0.3, -0.5, 0.1]), new([FourLists[list]]));

        var loss = RewardLosses.Find(name).Of(answers, new()).item<double>();

        Assert.Equal(expected, loss, 1e-12);
    }

    [Fact]
    public void A_cost_model_learns_from_the_pair_and_from_both_signs()
    {
        using var scope = NewDisposeScope();
        var answers = new RankedScores(
            tensor([0.25, 1.5]),
            new([
                [2, 1],
            ])
        )
        {
            HarmSigns = tensor([-1.0, 1.0]),
        };

        Assert.Equal(1.2792817792069689, RewardLosses.Find("cost_model").Of(answers, new()).item<double>(), 1e-12);
        Assert.Throws<InvalidInputException>(() => RewardLosses.Find("cost_model").Of(answers with { HarmSigns = null }, new()));
    }

    [Fact]
    public void A_process_reward_is_the_cross_entropy_of_a_step_with_its_label()
    {
        using var scope = NewDisposeScope();
        // σ(log 3) is ¾: the loss is −log ¼ of a wrong step, −log ¾ of a right one, and half of each at a label of one half.
        var scores = tensor([Math.Log(3), Math.Log(3), Math.Log(3)]);
        var labels = tensor([0, 1, 0.5]);
        var (wrong, right) = (Math.Log(4), Math.Log(4) - Math.Log(3));

        Numerics.AssertEqual(tensor([wrong, right, (wrong + right) / 2]), Process(scores, labels), 1e-14);
        Numerics.AssertGradient(at => Process(at, labels), scores);
        Assert.All(Process(tensor([1e4f, -1e4f]), tensor([0f, 1f])).Values(), loss => Assert.Equal(1e4, loss, 1e-3));

        static Tensor Process(Tensor scores, Tensor labels) => StepLosses.Find("process").Of(new StepScores(scores, labels), new());
    }

    [Theory]
    [InlineData("plackett_luce")]
    [InlineData("all_pairs")]
    [InlineData("best_of")]
    [InlineData("rao_kupper")]
    [InlineData("davidson")]
    public void Two_answers_give_Bradley_and_Terrys_loss(string name)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var answers = new RankedScores(
            randn(12, ScalarType.Float64),
            new(Enumerable.Range(0, 6).Select(i => i % 2 == 0 ? new[] { 1, 2 } : [3, 1]))
        );
        var options = Options with { RaoKupperTheta = 1, DavidsonNu = 0 };

        var expected = RewardLosses.Find("bradley_terry").Of(answers, options);

        Numerics.AssertEqual(expected, RewardLosses.Find(name).Of(answers, options), 1e-12);
    }

    [Fact]
    public void Probabilities_of_all_outcomes_add_up_to_one()
    {
        using var scope = NewDisposeScope();
        var difference = tensor([-3.0, -0.4, 0, 0.4, 3]);
        foreach (
            var (win, loss) in new[]
            {
                (RaoKupperLoss.LogProbabilities(difference, tensor(1.7)), RaoKupperLoss.LogProbabilities(-difference, tensor(1.7))),
                (DavidsonLoss.LogProbabilities(difference, tensor(-0.3)), DavidsonLoss.LogProbabilities(-difference, tensor(-0.3))),
            }
        )
        {
            Numerics.AssertEqual(win.Tie, loss.Tie, 1e-14);
            Numerics.AssertEqual(ones(5, ScalarType.Float64), win.Win.exp() + loss.Win.exp() + win.Tie.exp(), 1e-14);
        }
    }

    [Fact]
    public void Plackett_Luce_probabilities_of_all_orders_add_up_to_one_and_a_tie_is_the_sum_of_its_orders()
    {
        using var scope = NewDisposeScope();
        double[] scores = [0.9, -0.4, 0.2, 1.3];
        double Probability(params int[] ranks) =>
            Math.Exp(-RewardLosses.Find("plackett_luce").Of(new RankedScores(tensor(scores), new([ranks])), new()).item<double>());
        var orders = (
            from a in Enumerable.Range(1, 4)
            from b in Enumerable.Range(1, 4)
            from c in Enumerable.Range(1, 4)
            from d in Enumerable.Range(1, 4)
            where new HashSet<int> { a, b, c, d }.Count == 4
            select new[] { a, b, c, d }
        ).ToArray();

        Assert.Equal(24, orders.Length);
        Assert.Equal(1, orders.Sum(order => Probability(order)), 1e-12);
        Assert.Equal(1, Probability(1, 1, 1, 1), 1e-15);
        Assert.Equal(orders.Where(order => order[3] == 4).Sum(order => Probability(order)), Probability(1, 1, 1, 2), 1e-12);
        Assert.Equal(orders.Where(order => order[3] == 1).Sum(order => Probability(order)), Probability(2, 2, 2, 1), 1e-12);
        Assert.Equal(
            orders.Where(order => order[1] == 1 && order[2] == 4).Sum(order => Probability(order)),
            Probability(2, 1, 3, 2),
            1e-12
        );
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_expected_loss_is_the_mean_over_both_orders(string name)
    {
        using var scope = NewDisposeScope();
        var (loss, scores, signs) = (RewardLosses.Find(name), tensor([1.5, 0.25, -0.5, 0.5]), tensor([1.0, -1, 1, 1]));
        double[] sure = [0.7, 1];
        RankedScores Answers(params int[][] ranks) => new(scores, new(ranks)) { HarmSigns = signs };
        var (said, otherwise) = (loss.Of(Answers([1, 2], [1, 2]), Options).Values(), loss.Of(Answers([2, 1], [2, 1]), Options).Values());

        var expected = RewardLosses.Expected(loss, Answers([1, 2], [1, 2]) with { Confidences = tensor(sure) }, Options).Values();

        Assert.Equal((0.7 * said[0]) + (0.3 * otherwise[0]), expected[0], 1e-12);
        Assert.Equal(said[1], expected[1]);
        Assert.NotEqual(said[0], expected[0]);
        Assert.Equal(said, RewardLosses.Expected(loss, Answers([1, 2], [1, 2]), Options).Values());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Gradients_agree_with_finite_differences(string name)
    {
        using var scope = NewDisposeScope();
        var sample = Sample(name, 2);

        Numerics.AssertGradient(scores => RewardLosses.Find(name).Of(sample with { Scores = scores }, Options), sample.Scores);
    }

    [Theory]
    [MemberData(nameof(OfComparisons))]
    public void The_level_of_the_scores_matters_to_centering_alone(string name)
    {
        using var scope = NewDisposeScope();
        var (sample, loss) = (Sample(name, 3), RewardLosses.Find(name));
        var (free, shifted) = (Options with { CenterRewardsCoefficient = 0 }, sample with { Scores = sample.Scores + 3 });

        Numerics.AssertEqual(loss.Of(sample, free), loss.Of(shifted, free), 1e-12);
        Assert.NotEqual(loss.Of(sample, Options).Values(), loss.Of(shifted, Options).Values());
    }

    [Theory]
    [MemberData(nameof(OfLists))]
    public void The_order_in_which_answers_and_lists_are_given_changes_nothing(string name)
    {
        using var scope = NewDisposeScope();
        var loss = RewardLosses.Find(name);
        var scores = tensor([0.3, -1.2, 2.1, 0.7, 1.1, -0.2]);

        var losses = loss.Of(
                new RankedScores(
                    scores,
                    new([
                        [1, 2, 2, 3],
                        [2, 1],
                    ])
                ),
                Options
            )
            .Values();
        var turned = loss.Of(
                new RankedScores(
                    scores.flip(0),
                    new([
                        [1, 2],
                        [3, 2, 2, 1],
                    ])
                ),
                Options
            )
            .Values();

        Assert.Equal(losses[0], turned[1], 1e-13);
        Assert.Equal(losses[1], turned[0], 1e-13);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Extreme_scores_stay_finite_in_float32_and_float32_agrees_with_float64(string name)
    {
        using var scope = NewDisposeScope();
        var (sample, loss) = (Sample(name, 4), RewardLosses.Find(name));
        RankedScores Single(Tensor scores) =>
            sample with
            {
                Scores = scores.to(ScalarType.Float32),
                HarmSigns = sample.HarmSigns?.to(ScalarType.Float32),
            };
        Numerics.AssertEqual(loss.Of(sample, Options), loss.Of(Single(sample.Scores), Options).to(ScalarType.Float64), 1e-5);

        var extreme = (sample.Scores.sign() * 1e4).to(ScalarType.Float32).requires_grad_();
        var losses = loss.Of(Single(extreme), Options);
        losses.sum().backward();

        Assert.All(losses.Values().Concat(extreme.grad!.Values()), value => Assert.True(double.IsFinite(value)));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_loss_reads_the_options_that_it_declares_and_no_others(string name)
    {
        using var scope = NewDisposeScope();
        var (sample, loss) = (Sample(name, 5), RewardLosses.Find(name));
        (string Option, RewardLossOptions Changed)[] changes =
        [
            (nameof(RewardLossOptions.CenterRewardsCoefficient), Options with { CenterRewardsCoefficient = 0.1 }),
            (nameof(RewardLossOptions.RaoKupperTheta), Options with { RaoKupperTheta = 3 }),
            (nameof(RewardLossOptions.DavidsonNu), Options with { DavidsonNu = 2 }),
        ];

        Assert.Equal(typeof(RewardLossOptions).GetProperties().Length, changes.Length);
        Assert.All(
            changes,
            change =>
                Assert.Equal(
                    loss.Declaration.Reads.Contains(change.Option),
                    !loss.Of(sample, Options).Values().SequenceEqual(loss.Of(sample, change.Changed).Values())
                )
        );
    }

    [Theory]
    [MemberData(nameof(OfLists))]
    public void Tied_answers_move_losses_that_learn_from_ties_and_no_others(string name)
    {
        using var scope = NewDisposeScope();
        var loss = RewardLosses.Find(name);
        var scores = tensor([1.0, -1.0]).requires_grad_();

        loss.Of(
                new RankedScores(
                    scores,
                    new([
                        [1, 1],
                    ])
                ),
                Options with
                {
                    CenterRewardsCoefficient = 0,
                }
            )
            .sum()
            .backward();

        Assert.Equal(loss.Declaration.LearnsFromTies, scores.grad is not null && scores.grad.Values().Any(value => value != 0));
    }

    [Fact]
    public void Lists_that_are_no_rankings_are_refused()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<InvalidInputException>(() =>
            new Rankings([
                [1],
            ])
        );
        Assert.Throws<InvalidInputException>(() =>
            new Rankings([
                [0, 1],
            ])
        );
        Assert.Throws<ArgumentException>(() => RewardLosses.Find("all_pairs").Of(new RankedScores(zeros(3), Rankings.Pairs(1)), new()));
        Assert.Throws<InvalidInputException>(() =>
            RewardLosses
                .Find("bradley_terry")
                .Of(
                    new RankedScores(
                        zeros(2),
                        new([
                            [1, 1],
                        ])
                    ),
                    new()
                )
        );
        Assert.Throws<InvalidInputException>(() =>
            RewardLosses
                .Find("bradley_terry")
                .Of(
                    new RankedScores(
                        zeros(3),
                        new([
                            [1, 2, 3],
                        ])
                    ),
                    new()
                )
        );
        var tie = new RankedScores(
            zeros(2),
            new([
                [1, 1],
            ])
        );
        Assert.Throws<InvalidInputException>(() => RewardLosses.Find("rao_kupper").Of(tie, new() { RaoKupperTheta = 1 }));
        Assert.Throws<InvalidInputException>(() => RewardLosses.Find("davidson").Of(tie, new() { DavidsonNu = 0 }));
        var many = new RankedScores(
            zeros(14),
            new([
                [.. Enumerable.Repeat(1, 13), 2],
            ])
        );
        Assert.Throws<InvalidInputException>(() => RewardLosses.Find("plackett_luce").Of(many, new()));
    }

    [Fact]
    public void The_most_tied_answers_of_equal_score_are_as_likely_as_counting_says()
    {
        using var scope = NewDisposeScope();
        var answers = new RankedScores(
            zeros(13, ScalarType.Float64),
            new([
                [.. Enumerable.Repeat(1, PlackettLuceLoss.MostTied), 2],
            ])
        );

        // The thirteenth of thirteen alike comes last in one of thirteen cases.
        Assert.Equal(Math.Log(13), RewardLosses.Find("plackett_luce").Of(answers, new()).item<double>(), 1e-12);
    }

    /// <summary>Lists that the loss can take: pairs, or lists with ties.</summary>
    private static RankedScores Sample(string name, int seed)
    {
        manual_seed(seed);
        var takesLists = RewardLosses.Find(name).Declaration.TakesLists;
        var rankings = new Rankings(
            takesLists
                ? [.. FourLists, [1, 1], [2, 1, 3]]
                :
                [
                    [1, 2],
                    [2, 1],
                    [1, 2],
                    [1, 3],
                ]
        );
        var scores = randn(rankings.AnswerCount, ScalarType.Float64);
        var signs = tensor(Enumerable.Range(0, rankings.AnswerCount).Select(i => i % 3 == 0 ? 1.0 : -1.0).ToArray());
        return new RankedScores(scores, rankings) { HarmSigns = signs };
    }
}
