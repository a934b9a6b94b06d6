using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Testing.Torch;
using Plumbline.Training.Loop;
using Plumbline.Training.Supervised;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests.Supervised;

[NoTensorLeaks]
public sealed class SupervisedObjectiveTests
{
    [Fact]
    public void The_loss_is_the_mean_negative_log_probability_of_the_targets_alone()
    {
        using var scope = NewDisposeScope();
        using var model = new Decoder(TinyModels.Config, new Seed(1));
        var examples = TinyModels.Examples(6);
        var weight = examples.Sum(example => (double)example.TargetCount);

        var loss = new SupervisedObjective(model).Evaluate(examples, new StepNormalizer(weight, 6), new MetricSums()).item<float>();

        var expected = 0.0;
        foreach (var example in examples)
        {
            var all = nn.functional.log_softmax(model.Logits(model.HiddenStates(PackedTokens.Of([example.Ids]))), -1);
            for (var i = 1; i < example.Ids.Length; i++)
            {
                expected -= example.IsTarget[i] ? all[i - 1, example.Ids[i]].item<float>() : 0;
            }
        }

        Assert.Equal(expected / weight, loss, 1e-5);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    [InlineData(100_000)]
    public void Gradients_do_not_depend_on_how_a_step_is_cut_into_passes(int microBatchTokens)
    {
        var examples = TinyModels.Examples(12);

        var (whole, cut) = (Gradients(examples, 200), Gradients(examples, microBatchTokens));

        foreach (var (one, other) in whole.Zip(cut))
        {
            var scale = one.Max(Math.Abs);
            Assert.All(one.Zip(other), pair => Assert.Equal(pair.First, pair.Second, 2e-6 * Math.Max(scale, 1e-3)));
        }
    }

    [Fact]
    public void Metrics_are_weighted_by_tokens_not_by_passes()
    {
        using var model = new Decoder(TinyModels.Config, new Seed(1));
        var examples = TinyModels.Examples(12);
        var options = new TrainingOptions
        {
            BatchSize = 12,
            MaxSteps = 1,
            LoggingSteps = 1,
            Precision = Precision.Fp32,
        };
        IReadOnlyDictionary<string, double> Row(int microBatchTokens)
        {
            using var copy = new Decoder(TinyModels.Config, new Seed(1));
            var journal = new MemoryJournal();
            new TrainingLoop<TokenizedExample>(
                new SupervisedObjective(copy),
                examples,
                options with
                {
                    MicroBatchTokens = microBatchTokens,
                },
                new Seed(2),
                journal
            ).Run();
            return Assert.Single(journal.Rows).Values;
        }

        var (whole, cut) = (Row(100_000), Row(1));

        Assert.Equal(["entropy", "epoch", "grad_norm", "learning_rate", "loss", "mean_token_accuracy", "num_tokens"], whole.Keys.Order());
        Assert.All(whole, pair => Assert.Equal(pair.Value, cut[pair.Key], 1e-4));
        Assert.Equal(examples.Sum(example => example.Ids.Length), whole["num_tokens"]);
    }

    private static float[][] Gradients(List<TokenizedExample> examples, int microBatchTokens)
    {
        using var model = new Decoder(TinyModels.Config, new Seed(1));
        var weight = examples.Sum(example => (double)example.TargetCount);
        foreach (var pass in BatchPlan.Passes(examples, example => example.Ids.Length, microBatchTokens))
        {
            using var scope = NewDisposeScope();
            new SupervisedObjective(model).Evaluate(pass, new StepNormalizer(weight, examples.Count), new MetricSums()).backward();
        }

        return
        [
            .. model.Parameters.Select(parameter =>
            {
                using var gradient = parameter.Value.grad!;
                return gradient.data<float>().ToArray();
            }),
        ];
    }
}
