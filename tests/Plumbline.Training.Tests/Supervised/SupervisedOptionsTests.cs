using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Testing;
using Plumbline.Testing.Torch;
using Plumbline.Training.Loop;
using Plumbline.Training.Supervised;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests.Supervised;

[NoTensorLeaks]
public sealed class SupervisedOptionsTests
{
    private static readonly SupervisedOptions Dynamic = new() { LossType = SupervisedLoss.Dynamic };
    private static readonly SupervisedOptions Noisy = new() { NeftuneNoiseAlpha = 5 };
    private static readonly SupervisedOptions Both = new() { LossType = SupervisedLoss.Dynamic, NeftuneNoiseAlpha = 5 };

    [Fact]
    public void The_dynamic_loss_and_its_gradient_are_those_of_the_formula()
    {
        var examples = TinyModels.Examples(6);
        using var scope = NewDisposeScope();
        using var model = new Decoder(TinyModels.Config, new Seed(1));
        var (dynamic, crossEntropy) = (zeros(1), 0.0);
        foreach (var example in examples)
        {
            var all = nn.functional.log_softmax(model.Logits(model.HiddenStates(PackedTokens.Of([example.Ids]))), -1);
            for (var i = 1; i < example.Ids.Length; i++)
            {
                if (example.IsTarget[i])
                {
                    var logProbability = all[i - 1, example.Ids[i]];
                    dynamic -= logProbability.detach().exp() * logProbability;
                    crossEntropy -= logProbability.item<float>();
                }
            }
        }

        var targets = examples.Sum(example => (double)example.TargetCount);
        (dynamic / targets).backward();

        var (gradients, metrics) = Step(examples, Dynamic, budget: 100_000, new Seed(7));

        Assert.True(Distance(Gradients(model), gradients) <= 1e-5);
        Assert.Equal(dynamic.item<float>() / targets, metrics["loss"], 1e-5);
        Assert.Equal(crossEntropy / targets, metrics["nll_loss"], 1e-5);
    }

    [Theory]
    [InlineData(SupervisedLoss.Dynamic, 0)]
    [InlineData(SupervisedLoss.CrossEntropy, 5)]
    [InlineData(SupervisedLoss.Dynamic, 5)]
    public void Gradients_do_not_depend_on_how_a_step_is_cut_nor_on_checkpoints(SupervisedLoss loss, double alpha)
    {
        var options = new SupervisedOptions { LossType = loss, NeftuneNoiseAlpha = alpha };
        var examples = TinyModels.Examples(12);
        var (whole, _) = Step(examples, options, budget: 100_000, new Seed(7));

        foreach (var budget in new[] { 1, 50, 90 })
        {
            Assert.True(Distance(whole, Step(examples, options, budget, new Seed(7)).Gradients) <= 1e-5);
        }

        Assert.True(Distance(whole, Step(examples, options, 50, new Seed(7), checkpointing: true).Gradients) <= 1e-5);
        Assert.True(Distance(whole, Step(examples, new SupervisedOptions(), 50, new Seed(7)).Gradients) > 1e-2);
    }

    [Fact]
    public void Noise_joins_what_the_tokens_look_up_before_the_model_scales_it()
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var model = new Decoder(TinyModels.Config with { EmbeddingScale = 3 }, new Seed(1));
        // Every token once, so that noise on its place is noise on its row of the table.
        var tokens = PackedTokens.Of([
            [5, 1, 9, 4],
            [7, 2, 30],
        ]);
        var noise = cat([EmbeddingNoise.Of(4, 32, 5, new Seed(1)), EmbeddingNoise.Of(3, 32, 5, new Seed(2))]);
        var noisy = model.HiddenStates(tokens, embeddingNoise: noise);
        var plain = model.HiddenStates(tokens);

        using var ids = tensor(Array.ConvertAll(tokens.Ids, id => (long)id));
        using var one = 1.ToScalar();
        model.Parameters[0].Value.index_add_(0, ids, noise, one);

        Assert.Equal(model.HiddenStates(tokens).Values(), noisy.Values());
        Assert.NotEqual(plain.Values(), noisy.Values());
        Assert.Throws<ArgumentException>(() => model.HiddenStates(tokens, embeddingNoise: noise[..1]));
    }

    [Fact]
    public void Another_step_and_another_seed_have_another_noise()
    {
        // One example and weights that hardly move: without noise both steps and both seeds lose the same.
        static double[] Losses(SupervisedOptions options, ulong seed) =>
            [.. Train(options, null, seed, rate: 1e-30, examples: 1).Rows.Select(row => row.Values["loss"])];

        var (plain, first, same, other) = (Losses(new(), 1), Losses(Noisy, 1), Losses(Noisy, 1), Losses(Noisy, 2));

        Assert.Single(plain.Distinct());
        Assert.Equal(first, same);
        Assert.Equal(first.Length, first.Distinct().Count());
        Assert.Empty(first.Intersect(other));
    }

    [Fact]
    public void Outside_of_a_step_there_is_no_noise()
    {
        using var scope = NewDisposeScope();
        using var model = new Decoder(TinyModels.Config, new Seed(1));
        var examples = TinyModels.Examples(3);
        var objective = new SupervisedObjective(model, Noisy);
        var step = TrainingStep<TokenizedExample>.Of(examples, objective.Size, 100_000, new Seed(7));
        float Loss(IObjective<TokenizedExample> of) => of.Evaluate(examples, step.Normalizer, new MetricSums()).item<float>();

        var plain = Loss(new SupervisedObjective(model));
        var before = Loss(objective);
        objective.BeginStep(step);
        var within = Loss(objective);
        var after = Loss(objective);

        Assert.Equal(plain, before);
        Assert.NotEqual(plain, within);
        Assert.Equal(plain, after);
    }

    [Fact]
    public void Defaults_train_to_the_bits_of_no_options_and_others_do_not()
    {
        var plain = Train(null, null).Weights;

        Assert.Equal(plain, Train(new SupervisedOptions(), null).Weights);
        Assert.NotEqual(plain, Train(Noisy, null).Weights);
        Assert.NotEqual(plain, Train(Dynamic, null).Weights);
    }

    [Fact]
    public void A_cancelled_run_with_noise_resumes_to_the_same_bits()
    {
        using var folder = new TemporaryFolder();
        var straight = Train(Both, null);
        using var cancel = new CancellationTokenSource();

        Assert.Throws<OperationCanceledException>(() => Train(Both, folder.Path, stopAt: 4, cancel: cancel));
        var resumed = Train(Both, folder.Path);

        Assert.Equal(straight.Weights, resumed.Weights);
        Assert.Equal(straight.Rows[^1].Values, resumed.Rows[^1].Values);
    }

    [Theory]
    [InlineData(SupervisedLoss.CrossEntropy, -1, "'neftune_noise_alpha' is -1")]
    [InlineData(SupervisedLoss.CrossEntropy, double.NaN, "'neftune_noise_alpha'")]
    [InlineData(SupervisedLoss.CrossEntropy, double.PositiveInfinity, "'neftune_noise_alpha'")]
    [InlineData((SupervisedLoss)7, 0, "'loss_type'")]
    public void Options_out_of_range_are_refused_by_name(SupervisedLoss loss, double alpha, string named)
    {
        using var model = new Decoder(TinyModels.Config, new Seed(1));
        var options = new SupervisedOptions { LossType = loss, NeftuneNoiseAlpha = alpha };

        var failure = Assert.Throws<InvalidInputException>(() => new SupervisedObjective(model, options));

        Assert.Contains(named, failure.Message);
    }

    /// <summary>One step's gradients, as the loop makes them.</summary>
    private static (float[][] Gradients, IReadOnlyDictionary<string, double> Metrics) Step(
        List<TokenizedExample> examples,
        SupervisedOptions options,
        int budget,
        Seed seed,
        bool checkpointing = false
    )
    {
        using var policy = new Decoder(TinyModels.Config, new Seed(1)) { GradientCheckpointing = checkpointing };
        var objective = new SupervisedObjective(policy, options);
        var metrics = new MetricSums();
        var step = TrainingStep<TokenizedExample>.Of(examples, objective.Size, budget, seed);
        objective.BeginStep(step);
        foreach (var pass in step.Passes)
        {
            using var scope = NewDisposeScope();
            objective.Evaluate(pass, step.Normalizer, metrics).backward();
        }

        return (Gradients(policy), metrics.Means);
    }

    private static (float[] Weights, List<(long Step, IReadOnlyDictionary<string, double> Values)> Rows) Train(
        SupervisedOptions? options,
        string? folder,
        ulong seed = 7,
        double rate = 3e-3,
        int examples = 12,
        long stopAt = 0,
        CancellationTokenSource? cancel = null
    )
    {
        using var policy = new Decoder(TinyModels.Config, new Seed(1));
        var journal = new MemoryJournal(folder)
        {
            OnProgress = progress =>
            {
                if (progress.Step == stopAt)
                {
                    cancel!.Cancel();
                }
            },
        };
        var training = new TrainingOptions
        {
            BatchSize = 5,
            Epochs = 3,
            LearningRate = rate,
            LoggingSteps = 1,
            SaveSteps = 3,
            MicroBatchTokens = 80,
            Precision = Precision.Fp32,
        };
        new TrainingLoop<TokenizedExample>(
            new SupervisedObjective(policy, options),
            TinyModels.Examples(examples),
            training,
            new Seed(seed),
            journal
        ).Run(cancel?.Token ?? CancellationToken.None);
        return ([.. policy.Parameters.SelectMany(parameter => parameter.Value.data<float>().ToArray())], journal.Rows);
    }

    private static float[][] Gradients(Decoder policy) =>
        [
            .. policy.Parameters.Select(parameter =>
            {
                using var gradient = parameter.Value.grad!;
                return gradient.data<float>().ToArray();
            }),
        ];

    // ‖one − other‖ / ‖one‖ over all parameters.
    private static double Distance(float[][] one, float[][] other) =>
        Math.Sqrt(
            one.Zip(other).Sum(pair => pair.First.Zip(pair.Second).Sum(values => Math.Pow(values.First - values.Second, 2)))
                / one.Sum(values => values.Sum(value => (double)value * value))
        );
}
