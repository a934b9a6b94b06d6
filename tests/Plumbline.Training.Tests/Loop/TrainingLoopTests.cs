using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Testing;
using Plumbline.Testing.Torch;
using Plumbline.Training.Loop;
using Plumbline.Training.Preferences;
using Plumbline.Training.References;
using Plumbline.Training.Supervised;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests.Loop;

[NoTensorLeaks]
public sealed class TrainingLoopTests
{
    private static readonly TrainingOptions Options = new()
    {
        BatchSize = 5,
        Epochs = 3,
        LearningRate = 3e-3,
        LoggingSteps = 4,
        SaveSteps = 3,
        MicroBatchTokens = 80,
        WeightDecay = 0.01,
    };

    [Theory]
    [InlineData(Precision.Fp32)]
    [InlineData(Precision.Bf16)]
    public void A_cancelled_run_resumes_to_the_same_bits(Precision precision)
    {
        var options = Options with { Precision = precision };
        using var folder = new TemporaryFolder();
        var (straight, straightRows) = Train(options, null);
        for (var stop = 1; stop <= 3; stop++)
        {
            // Stopped after 4 more steps each time: at steps that are and are not multiples of save_steps.
            using var cancel = new CancellationTokenSource();
            var journal = new MemoryJournal(folder.Path) { OnProgress = progress => CancelAt(progress.Step, stop * 4, cancel) };
            using var policy = new Decoder(TinyModels.Config, new Seed(1));
            var loop = new TrainingLoop<TokenizedExample>(
                new SupervisedObjective(policy),
                TinyModels.Examples(23),
                options,
                new Seed(7),
                journal
            );
            Assert.Throws<OperationCanceledException>(() => loop.Run(cancel.Token));
        }

        var (resumed, resumedRows) = Train(options, folder.Path);

        Assert.All(straight.Zip(resumed), pair => Assert.Equal(pair.First, pair.Second));
        Assert.Equal(straightRows[^1].Values, resumedRows[^1].Values);

        static void CancelAt(long step, long at, CancellationTokenSource cancel)
        {
            if (step == at)
            {
                cancel.Cancel();
            }
        }
    }

    // Step 4 and 5 find nothing to learn from: their gradients would be zeros in memory here, and none after a resume.
    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void Steps_without_examples_move_nothing_wherever_a_run_is_resumed(int stop)
    {
        var options = Options with { MaxSteps = 8, LoggingSteps = 1 };
        using var folder = new TemporaryFolder();
        float[] Weights(string? path, int? at, List<float[]>? after = null)
        {
            using var cancel = new CancellationTokenSource();
            using var policy = new Decoder(TinyModels.Config, new Seed(1));
            float[] Now() => [.. policy.Parameters.SelectMany(parameter => parameter.Value.data<float>().ToArray())];
            var journal = new MemoryJournal(path)
            {
                OnProgress = done =>
                {
                    after?.Add(Now());
                    if (done.Step == at)
                    {
                        cancel.Cancel();
                    }
                },
            };
            var loop = new TrainingLoop<TokenizedExample>(
                new SupervisedObjective(policy),
                new Sparse(TinyModels.Examples(8)),
                options,
                new Seed(7),
                journal
            );
            if (at is null)
            {
                loop.Run();
            }
            else
            {
                Assert.Throws<OperationCanceledException>(() => loop.Run(cancel.Token));
            }

            return Now();
        }

        var steps = new List<float[]>();
        var straight = Weights(null, null, steps);
        Weights(folder.Path, stop);

        Assert.Equal(straight, Weights(folder.Path, null));
        Assert.Equal(steps[3], steps[5]);
        Assert.NotEqual(steps[5], steps[6]);
    }

    private sealed class Sparse(IReadOnlyList<TokenizedExample> examples) : IExampleSource<TokenizedExample>
    {
        public long Steps => 8;

        public double Epoch(long step) => step;

        public IReadOnlyList<TokenizedExample> Step(long step, MetricSums metrics, CancellationToken cancellation) =>
            step is 4 or 5 ? [] : examples;
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits_and_another_seed_another_order()
    {
        var (first, _) = Train(Options, null);
        var (same, _) = Train(Options, null);
        var (other, _) = Train(Options, null, seed: 8);

        Assert.All(first.Zip(same), pair => Assert.Equal(pair.First, pair.Second));
        Assert.Contains(first.Zip(other), pair => !pair.First.SequenceEqual(pair.Second));
    }

    [Fact]
    public void Training_learns_by_heart_what_it_is_shown()
    {
        using var policy = new Decoder(TinyModels.Config, new Seed(1));
        var journal = new MemoryJournal();
        var options = Options with { Epochs = 60, LearningRate = 1e-2, LoggingSteps = 10 };

        new TrainingLoop<TokenizedExample>(new SupervisedObjective(policy), TinyModels.Examples(8), options, new Seed(7), journal).Run();

        Assert.True(journal.Rows[0].Values["loss"] > 2.5, $"{journal.Rows[0].Values["loss"]}");
        Assert.True(journal.Rows[^1].Values["mean_token_accuracy"] > 0.95, $"{journal.Rows[^1].Values["mean_token_accuracy"]}");
    }

    [Fact]
    public void A_run_leaves_no_tensor_behind()
    {
        Train(Options with { MaxSteps = 2 }, null);
        var before = Tensor.TotalCount;

        Train(Options with { MaxSteps = 4 }, null);

        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void Every_epoch_sees_every_example_once()
    {
        var plan = new BatchPlan(23, Options, new Seed(1));

        var epochs = Enumerable
            .Range(0, 3)
            .Select(epoch => Enumerable.Range(epoch * 5, 5).SelectMany(step => plan.Step(step).ToArray()).ToArray())
            .ToArray();

        Assert.Equal(15, plan.Steps);
        Assert.All(epochs, seen => Assert.Equal(Enumerable.Range(0, 23), seen.Order()));
        Assert.NotEqual(epochs[0], epochs[1]);
    }

    [Theory]
    [InlineData(LearningRateSchedule.Constant, 0, 0.1)]
    [InlineData(LearningRateSchedule.Constant, 9, 1.0)]
    [InlineData(LearningRateSchedule.Linear, 10, 1.0)]
    [InlineData(LearningRateSchedule.Linear, 55, 0.5)]
    [InlineData(LearningRateSchedule.Cosine, 55, 0.5)]
    [InlineData(LearningRateSchedule.Cosine, 40, 0.75)]
    public void The_learning_rate_rises_in_the_warm_up_and_follows_its_schedule(LearningRateSchedule schedule, int step, double expected) =>
        Assert.Equal(expected * 3e-3, LearningRate.At(Options with { Schedule = schedule, WarmupRatio = 0.1 }, step, 100), 1e-7);

    [Fact]
    public void Gradients_are_cut_to_the_longest_allowed()
    {
        using var policy = new Decoder(TinyModels.Config, new Seed(1));
        var journal = new MemoryJournal();
        var options = Options with
        {
            MaxSteps = 1,
            LoggingSteps = 1,
            MaxGradNorm = 1e-9,
            WeightDecay = 0,
            WarmupRatio = 0,
            LearningRate = 1e-3,
        };

        new TrainingLoop<TokenizedExample>(new SupervisedObjective(policy), TinyModels.Examples(5), options, new Seed(7), journal).Run();

        // A gradient of length 1e-9 is small beside AdamW's ε of 1e-8: the step is far below the learning rate.
        using var fresh = new Decoder(TinyModels.Config, new Seed(1));
        using var scope = NewDisposeScope();
        Assert.True(journal.Rows[0].Values["grad_norm"] > 0.01);
        Assert.All(
            policy.Parameters.Zip(fresh.Parameters),
            pair => Assert.True((pair.First.Value - pair.Second.Value).abs().max().item<float>() < 2e-4)
        );
    }

    [Fact]
    public void Damaged_and_cut_checkpoints_are_refused_by_name()
    {
        using var folder = new TemporaryFolder();
        Train(Options with { MaxSteps = 4 }, folder.Path);
        var checkpoint = Directory.GetDirectories(folder.Path).Single();
        var optimizer = Path.Combine(checkpoint, "optimizer.safetensors");
        var bytes = File.ReadAllBytes(optimizer);

        File.WriteAllBytes(optimizer, bytes[..(bytes.Length / 2)]);
        Assert.Contains("optimizer.safetensors", Assert.Throws<InvalidInputException>(() => Train(Options, folder.Path)).Message);
        File.WriteAllBytes(optimizer, bytes);
        File.WriteAllText(Path.Combine(checkpoint, "trainer.json"), "{\"Step\":");
        Assert.Contains("trainer.json", Assert.Throws<InvalidInputException>(() => Train(Options, folder.Path)).Message);
    }

    [Fact]
    public void Options_out_of_range_and_empty_data_are_refused()
    {
        using var policy = new Decoder(TinyModels.Config, new Seed(1));

        Assert.Contains(
            "learning_rate",
            Assert.Throws<InvalidInputException>(() => Train(Options with { LearningRate = -1 }, null)).Message
        );
        Assert.Throws<InvalidInputException>(() =>
            new TrainingLoop<TokenizedPair>(
                new PreferenceObjective(policy, new FrozenReference(policy), TinyModels.Dpo(0.1)),
                [],
                Options,
                new Seed(1),
                new MemoryJournal()
            )
        );
    }

    private static (float[][] Weights, List<(long Step, IReadOnlyDictionary<string, double> Values)> Rows) Train(
        TrainingOptions options,
        string? folder,
        ulong seed = 7
    )
    {
        using var policy = new Decoder(TinyModels.Config, new Seed(1));
        var journal = new MemoryJournal(folder);
        new TrainingLoop<TokenizedExample>(
            new SupervisedObjective(policy),
            TinyModels.Examples(23),
            options,
            new Seed(seed),
            journal
        ).Run();
        return ([.. policy.Parameters.Select(parameter => parameter.Value.data<float>().ToArray())], journal.Rows);
    }
}
