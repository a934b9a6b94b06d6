using Plumbline.Models.Heads;
using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Testing.Torch;
using Plumbline.Training.Loop;
using Plumbline.Training.Rewards;
using Plumbline.Training.Supervised;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests.Rewards;

[NoTensorLeaks]
public sealed class RewardObjectiveTests
{
    [Fact]
    public void Loss_and_metrics_of_pairs_follow_the_formulas()
    {
        using var scope = NewDisposeScope();
        using var model = RewardSamples.Model();
        var pairs = RewardSamples.Rankings(5, answers: 2);
        pairs[0] = pairs[0] with { Margin = 1.5 };
        var options = new RewardOptions { Loss = new RewardLossOptions { CenterRewardsCoefficient = 0.1 } };
        var metrics = new MetricSums();
        // The model's scores one by one, without a shared prompt.
        var scores = pairs.Select(pair => pair.Answers.Select(answer => Alone(model, answer.Ids)).ToArray()).ToArray();

        var loss = new RewardObjective(model, options).Evaluate(pairs, new StepNormalizer(Tokens: 1, Examples: 8), metrics);

        var leads = scores.Select(pair => pair[0] - pair[1]).ToArray();
        var losses = scores.Select(
            (pair, i) => Math.Log(1 + Math.Exp(-(leads[i] - (i == 0 ? 1.5 : 0)))) + (0.1 * Math.Pow(pair[0] + pair[1], 2))
        );
        Assert.Equal(losses.Sum() / 8, loss.item<float>(), 1e-5);
        var means = metrics.Means;
        Assert.Equal(losses.Average(), means["loss"], 1e-5);
        Assert.Equal(leads.Count(lead => lead > 0) / 5.0, means["accuracy"], 1e-12);
        Assert.Equal(leads.Average(), means["margin"], 1e-5);
        Assert.Equal(scores.Min(pair => pair.Min()), means["min_reward"], 1e-5);
        Assert.Equal(scores.Average(pair => pair.Average()), means["mean_reward"], 1e-5);
        Assert.Equal(scores.Max(pair => pair.Max()), means["max_reward"], 1e-5);
    }

    [Fact]
    public void A_pair_that_is_not_certain_has_the_expected_loss_and_no_margin_the_other_way_round()
    {
        using var scope = NewDisposeScope();
        using var model = RewardSamples.Model();
        var pairs = RewardSamples.Rankings(4, answers: 2);
        pairs[0] = pairs[0] with { Margin = 1.5, Confidence = 0.8 };
        pairs[1] = pairs[1] with { Confidence = 0.6 };
        pairs[2] = pairs[2] with { Margin = 0.5 };
        var options = new RewardOptions { Loss = new RewardLossOptions { CenterRewardsCoefficient = 0.1 } };
        var scores = pairs.Select(pair => pair.Answers.Select(answer => Alone(model, answer.Ids)).ToArray()).ToArray();
        var (metrics, hard) = (new MetricSums(), new MetricSums());

        var loss = new RewardObjective(model, options).Evaluate(pairs, new StepNormalizer(Tokens: 1, Examples: 4), metrics);

        double Cost(double lead) => Math.Log(1 + Math.Exp(-lead));
        var expected = scores.Zip(
            pairs,
            (pair, said) =>
            {
                var (lead, sure) = (pair[0] - pair[1], said.Confidence ?? 1);
                return (sure * Cost(lead - (said.Margin ?? 0))) + ((1 - sure) * Cost(-lead)) + (0.1 * Math.Pow(pair[0] + pair[1], 2));
            }
        );
        Assert.Equal(expected.Average(), loss.item<float>(), 1e-5);
        new RewardObjective(model, options).Evaluate(
            pairs.ConvertAll(pair => pair with { Confidence = null }),
            new StepNormalizer(1, 4),
            hard
        );
        Assert.All(hard.Means.Where(mean => mean.Key != "loss"), mean => Assert.Equal(mean.Value, metrics.Means[mean.Key]));
        Assert.NotEqual(hard.Means["loss"], metrics.Means["loss"]);
    }

    [Fact]
    public void A_confidence_is_of_two_answers_and_in_range()
    {
        using var scope = NewDisposeScope();
        using var model = RewardSamples.Model();
        var objective = new RewardObjective(model, new RewardOptions { LossType = "plackett_luce" });
        Tensor Evaluated(int answers, double confidence) =>
            objective.Evaluate(
                [RewardSamples.Rankings(1, answers)[0] with { Confidence = confidence }],
                new StepNormalizer(1, 1),
                new MetricSums()
            );

        Assert.True(Evaluated(2, 0.5).item<float>() > 0);
        Assert.Contains("order of two", Assert.Throws<InvalidInputException>(() => Evaluated(3, 0.9)).Message, StringComparison.Ordinal);
        Assert.Contains("0.3", Assert.Throws<InvalidInputException>(() => Evaluated(2, 0.3)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Signs_of_harm_reach_the_cost_model()
    {
        using var scope = NewDisposeScope();
        using var model = RewardSamples.Model();
        var pair = RewardSamples.Rankings(1, answers: 2)[0] with { Harmful = [true, false] };
        var objective = new RewardObjective(model, new RewardOptions { LossType = "cost_model" });

        var loss = objective.Evaluate([pair], new StepNormalizer(1, 1), new MetricSums());

        var (more, less) = (Alone(model, pair.Answers[0].Ids), Alone(model, pair.Answers[1].Ids));
        double Cost(double lead) => Math.Log(1 + Math.Exp(-lead));
        Assert.Equal(Cost(more - less) + Cost(more) + Cost(-less), loss.item<float>(), 1e-5);
        // Which of the two does more harm may be doubted; the signs are said of each answer for itself.
        var doubted = objective.Evaluate([pair with { Confidence = 0.7 }], new StepNormalizer(1, 1), new MetricSums());
        Assert.Equal((0.7 * Cost(more - less)) + (0.3 * Cost(less - more)) + Cost(more) + Cost(-less), doubted.item<float>(), 1e-5);
        Assert.Throws<InvalidInputException>(() =>
            objective.Evaluate([pair with { Harmful = null }], new StepNormalizer(1, 1), new MetricSums())
        );
    }

    [Theory]
    [InlineData("bradley_terry", 2)]
    [InlineData("plackett_luce", 5)]
    [InlineData("all_pairs", 4)]
    public void Gradients_with_shared_prompts_equal_those_without(string loss, int answers)
    {
        var rankings = RewardSamples.Rankings(6, answers);

        var shared = Gradient(loss, [rankings], share: true);
        var alone = Gradient(loss, [rankings], share: false);

        Assert.True(Distance(alone, shared) < 1e-6, $"relative difference {Distance(alone, shared)}");
    }

    [Theory]
    [InlineData("bradley_terry", 2)]
    [InlineData("plackett_luce", 4)]
    [InlineData("bradley_terry", 2, 0.8)]
    [InlineData("rao_kupper", 2, 0.8)]
    public void The_gradient_does_not_depend_on_how_a_step_is_cut(string loss, int answers, double? confidence = null)
    {
        var rankings = RewardSamples.Rankings(8, answers);
        // The first pass holds certain pairs alone.
        rankings = [rankings[0], .. rankings[1..].Select(ranking => ranking with { Confidence = confidence })];

        var whole = Gradient(loss, [rankings], share: true);
        var cut = Gradient(loss, [rankings[..1], rankings[1..5], rankings[5..]], share: true);

        Assert.True(Distance(whole, cut) < 1e-6, $"relative difference {Distance(whole, cut)}");
    }

    [Fact]
    public void Certain_pairs_learn_to_the_bit_as_before()
    {
        var (silent, longer) = (RewardSamples.Rankings(6, 2), RewardSamples.Rankings(2, 4));
        var certain = silent.ConvertAll(pair => pair with { Confidence = 1 });
        var doubtful = silent.ConvertAll(pair => pair with { Confidence = 0.75 });

        Assert.Equal(Gradient("bradley_terry", [silent], share: true), Gradient("bradley_terry", [certain], share: true));
        Assert.NotEqual(Gradient("bradley_terry", [silent], share: true), Gradient("bradley_terry", [doubtful], share: true));
        // Longer lists stand beside pairs that are not certain.
        var (together, apart) = (
            Gradient(
                "all_pairs",
                [
                    [.. doubtful, .. longer],
                ],
                share: true
            ),
            Gradient("all_pairs", [doubtful, longer], share: true)
        );
        Assert.True(Distance(apart, together) < 1e-6, $"relative difference {Distance(apart, together)}");
    }

    [Fact]
    public void A_list_costs_its_prompt_once()
    {
        using var model = RewardSamples.Model();
        var prompt = Enumerable.Range(0, 20).ToArray();
        var list = new TokenizedRanking([.. Enumerable.Range(0, 4).Select(i => RewardSamples.Answer(prompt, [i, 40, 41]))], [1, 2, 3, 4]);

        Assert.Equal(new ExampleSize(20 + (4 * 3), 4), new RewardObjective(model, new RewardOptions()).Size(list));
    }

    [Fact]
    public void Planted_utilities_are_found_again_on_pairs_that_were_not_seen()
    {
        using var model = RewardSamples.Model();
        var options = new TrainingOptions
        {
            BatchSize = 32,
            Epochs = 8,
            LearningRate = 5e-3,
            LoggingSteps = 1000,
            Precision = Precision.Fp32,
        };

        new TrainingLoop<TokenizedRanking>(
            new RewardObjective(model, new RewardOptions()),
            RewardSamples.PlantedPairs(600, seed: 3),
            options,
            new Seed(5),
            new MemoryJournal()
        ).Run();

        var heldOut = RewardEvaluation.Score(model, RewardSamples.PlantedPairs(200, seed: 4), options);
        var accuracy = heldOut.Count(scores => scores[0] > scores[1]) / 200.0;
        Assert.True(accuracy > 0.85, $"accuracy {accuracy}");
    }

    [Fact]
    public void A_ranking_as_pairs_keeps_every_comparison_and_no_tie()
    {
        var list = RewardSamples.Rankings(1, answers: 4)[0] with { Ranks = [1, 2, 2, 3], Harmful = [true, false, true, false] };

        var pairs = list.Pairs().ToArray();

        Assert.Equal([(0, 1), (0, 2), (0, 3), (1, 3), (2, 3)], pairs.Select(pair => (Index(pair.Answers[0]), Index(pair.Answers[1]))));
        Assert.All(pairs, pair => Assert.Equal([1, 2], pair.Ranks));
        Assert.Equal([true, false], pairs[0].Harmful);
        int Index(TokenizedExample answer) => list.Answers.ToList().FindIndex(other => ReferenceEquals(other, answer));
    }

    [Fact]
    public void A_head_with_other_labels_and_an_unknown_loss_are_refused()
    {
        using var model = RewardSamples.Model();
        using var classifier = new ScoredDecoder(
            new Decoder(TinyModels.Config, new Seed(1)),
            new ScoreHeadOptions { Labels = ["a", "b"] },
            new Seed(2)
        );

        Assert.Contains("2 labels", Assert.Throws<InvalidInputException>(() => new RewardObjective(classifier, new())).Message);
        Assert.Contains(
            "plackett_luce",
            Assert.Throws<InvalidInputException>(() => new RewardObjective(model, new RewardOptions { LossType = "elo" })).Message
        );
        Assert.Contains(
            "rao_kupper_theta",
            Assert
                .Throws<InvalidInputException>(() =>
                    new RewardObjective(model, new RewardOptions { Loss = new RewardLossOptions { RaoKupperTheta = 3 } })
                )
                .Message
        );
    }

    internal static double Alone(ScoredDecoder model, int[] ids)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        return model.SequenceScores(PackedTokens.Of([ids])).item<float>();
    }

    private static float[] Gradient(string loss, List<TokenizedRanking>[] passes, bool share)
    {
        using var scope = NewDisposeScope();
        using var model = RewardSamples.Model();
        var objective = new RewardObjective(model, new RewardOptions { LossType = loss }, share);
        var normalizer = StepNormalizer.Of(passes.SelectMany(pass => pass).Select(objective.Size));
        foreach (var pass in passes)
        {
            objective.Evaluate(pass, normalizer, new MetricSums()).backward();
        }

        return
        [
            .. objective.Model.TrainableParameters.SelectMany(parameter =>
                parameter.Value.grad is { } gradient ? gradient.data<float>().ToArray() : []
            ),
        ];
    }

    private static double Distance(float[] one, float[] other) =>
        Math.Sqrt(one.Zip(other).Sum(pair => Math.Pow((double)pair.First - pair.Second, 2)) / one.Sum(value => Math.Pow((double)value, 2)));
}
