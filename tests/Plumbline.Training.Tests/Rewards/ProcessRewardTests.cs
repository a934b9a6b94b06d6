using Plumbline.Data;
using Plumbline.Models.ChatTemplates;
using Plumbline.Models.Heads;
using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Testing.Torch;
using Plumbline.Tokenization;
using Plumbline.Training.Loop;
using Plumbline.Training.Rewards;
using Plumbline.Training.Rewards.Process;
using Plumbline.Training.Supervised;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests.Rewards;

[NoTensorLeaks]
public sealed class ProcessRewardTests
{
    private const int Marker = 7;
    private static readonly RewardOptions Process = new() { LossType = "process" };

    [Theory]
    [InlineData(262)]
    [InlineData(300)]
    public void A_step_ends_where_a_token_ends_and_its_tokens_do_not_depend_on_what_follows(int vocabulary)
    {
        // Learnt merges join line breaks with each other and with full stops.
        var tokenizer = BpeTrainer.Train(
            ["a step.\n\nanother step.\n\nthe end.\n"],
            new BpeTrainerOptions { VocabularySize = vocabulary, MinFrequency = 1 }
        );
        var encoder = new ExampleEncoder(tokenizer, ChatEncoder.For(tokenizer), 200);
        string[] steps = ["a step.", "\nanother step.\n", "the end."];
        foreach (var prompt in new[] { Content.FromText("Q\n"), Content.FromMessages([new(Microsoft.Extensions.AI.ChatRole.User, "Q")]) })
        {
            var whole = Assert.Single(encoder.ForSteps([new("1", prompt, steps, [1, 0, 0.5])]));

            var start = 0;
            for (var i = 0; i < steps.Length; i++)
            {
                var text = tokenizer.Decode(whole.Ids.AsSpan(start, whole.StepEnds[i] + 1 - start));
                Assert.EndsWith(steps[i] + "\n", text, StringComparison.Ordinal);
                var part = Assert.Single(encoder.ForSteps([new("1", prompt, steps[..(i + 1)], new double[i + 1])]));
                Assert.Equal(part.Ids, whole.Ids[..part.Ids.Length]);
                Assert.Equal(part.Ids.Length - 1, whole.StepEnds[i]);
                start = whole.StepEnds[i] + 1;
            }

            Assert.Equal(whole.Ids.Length, start);
            Assert.Equal([1, 0, 0.5], whole.Labels);
        }

        var narrow = new ExampleEncoder(tokenizer, ChatEncoder.For(tokenizer), 8);
        Assert.Empty(narrow.ForSteps([new("1", Content.FromText("Q"), steps, [1, 1, 1])]));
        Assert.Equal(1, narrow.Dropped["longer than 8 tokens"]);
    }

    [Fact]
    public void Loss_and_gradient_are_those_of_steps_scored_one_by_one()
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        var answers = Answers(4, seed: 2);
        var objective = new ProcessRewardObjective(model, Process);
        var metrics = new MetricSums();
        var loss = objective.Evaluate(answers, new StepNormalizer(Tokens: 10, Examples: 1), metrics);
        loss.backward();
        var gradient = Gradients(objective);
        foreach (var parameter in model.TrainableParameters)
        {
            parameter.Value.grad?.zero_();
        }

        // Every step alone, the text before it as its only context, through libtorch's own loss.
        var sum = zeros([]);
        foreach (var (answer, step) in answers.SelectMany(answer => answer.StepEnds.Select((_, step) => (answer, step))))
        {
            var scores = model.TokenScores(PackedTokens.Of([answer.Ids[..(answer.StepEnds[step] + 1)]]));
            sum += nn.functional.binary_cross_entropy_with_logits(scores[-1], tensor([(float)answer.Labels[step]]));
        }

        (sum / 10).backward();
        Assert.Equal(sum.item<float>() / 10, loss.item<float>(), 1e-5);
        Assert.Equal(sum.item<float>() / answers.Sum(answer => answer.StepEnds.Count), metrics.Means["loss"], 1e-5);
        Assert.True(Distance(Gradients(objective), gradient) < 1e-5);
    }

    [Fact]
    public void The_gradient_does_not_depend_on_how_a_step_is_cut()
    {
        var answers = Answers(8, seed: 3);

        var whole = Gradient([answers]);
        var cut = Gradient([answers[..1], answers[1..5], answers[5..]]);

        Assert.True(Distance(whole, cut) < 1e-5, $"relative difference {Distance(whole, cut)}");
    }

    [Fact]
    public void Steps_with_a_marker_are_found_in_answers_that_were_not_seen()
    {
        using var model = Model();
        var options = new TrainingOptions
        {
            BatchSize = 16,
            Epochs = 6,
            LearningRate = 5e-3,
            LoggingSteps = 1000,
            Precision = Precision.Fp32,
        };

        new TrainingLoop<TokenizedSteps>(
            new ProcessRewardObjective(model, Process),
            Answers(200, seed: 4),
            options,
            new Seed(5),
            new MemoryJournal()
        ).Run();

        var heldOut = Answers(100, seed: 6);
        var scores = ProcessRewardEvaluation.Score(model, heldOut, options);
        var right = scores
            .Zip(heldOut, (of, answer) => of.Zip(answer.Labels, (score, label) => score > 0 == label > 0.5))
            .SelectMany(x => x);
        Assert.True(right.Average(isRight => isRight ? 1.0 : 0) > 0.95, $"accuracy {right.Average(isRight => isRight ? 1.0 : 0)}");
    }

    [Fact]
    public void Another_head_and_a_loss_of_comparisons_are_refused()
    {
        using var sequences = RewardSamples.Model();
        using var tokens = Model();

        Assert.Contains("sequences", Assert.Throws<InvalidInputException>(() => new ProcessRewardObjective(sequences, Process)).Message);
        Assert.Contains(
            "bradley_terry",
            Assert.Throws<InvalidInputException>(() => new ProcessRewardObjective(tokens, new RewardOptions())).Message
        );
    }

    private static ScoredDecoder Model() =>
        new(
            new Decoder(TinyModels.Config, new Seed(1)),
            new ScoreHeadOptions { Kind = ScoreHeadKind.Token, InitialDeviation = 0.5 },
            new Seed(2)
        );

    /// <summary>Answers of 1 to 5 steps of 2 to 6 tokens; a step is wrong where the marker is among its tokens, which is so in about half of them.</summary>
    private static List<TokenizedSteps> Answers(int count, ulong seed)
    {
        var random = new Seed(seed).Source();
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(_ =>
                {
                    var (ids, ends, labels) = (TinyModels.Ids(random, 3).ToList(), new List<int>(), new List<double>());
                    for (var step = random.NextInt(5); step >= 0; step--)
                    {
                        var tokens = TinyModels.Ids(random, 2 + random.NextInt(5)).Select(id => id == Marker ? Marker + 1 : id).ToArray();
                        var isRight = random.NextBool(0.5);
                        tokens[random.NextInt(tokens.Length)] = isRight ? tokens[0] : Marker;
                        ids.AddRange([.. tokens, 0]);
                        ends.Add(ids.Count - 1);
                        labels.Add(isRight ? 1 : 0);
                    }

                    return new TokenizedSteps([.. ids], ends, labels);
                }),
        ];
    }

    private static float[] Gradient(List<TokenizedSteps>[] passes)
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        var objective = new ProcessRewardObjective(model, Process);
        var normalizer = StepNormalizer.Of(passes.SelectMany(pass => pass).Select(objective.Size));
        foreach (var pass in passes)
        {
            objective.Evaluate(pass, normalizer, new MetricSums()).backward();
        }

        return Gradients(objective);
    }

    private static float[] Gradients(ProcessRewardObjective objective) =>
        [
            .. objective.Model.TrainableParameters.SelectMany(parameter =>
                parameter.Value.grad is { } gradient ? gradient.data<float>().ToArray() : []
            ),
        ];

    private static double Distance(float[] one, float[] other) =>
        Math.Sqrt(one.Zip(other).Sum(pair => Math.Pow((double)pair.First - pair.Second, 2)) / one.Sum(value => Math.Pow((double)value, 2)));
}
