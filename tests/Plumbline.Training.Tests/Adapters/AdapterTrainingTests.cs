using Plumbline.Models.Adapters;
using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Testing;
using Plumbline.Testing.Torch;
using Plumbline.Training.Loop;
using Plumbline.Training.Preferences;
using Plumbline.Training.References;
using Plumbline.Training.Supervised;

namespace Plumbline.Training.Tests.Adapters;

[NoTensorLeaks]
public sealed class AdapterTrainingTests
{
    private static readonly TrainingOptions Options = new()
    {
        BatchSize = 5,
        Epochs = 3,
        LearningRate = 1e-2,
        LoggingSteps = 1,
        SaveSteps = 3,
        MicroBatchTokens = 80,
        Precision = Precision.Fp32,
    };

    private static readonly LoraOptions Lora = new() { Rank = 4, Alpha = 8 };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Training_an_adapter_lowers_the_loss_and_leaves_the_base_as_it_was_to_the_bit(bool useDora)
    {
        using var policy = Policy(Lora with { UseDora = useDora, Rank = 16 });
        using var fresh = new Decoder(TinyModels.Config, new Seed(1));
        var journal = new MemoryJournal();

        Loop(policy, journal, Options with { Epochs = 25, LearningRate = 2e-2 }, examples: 8).Run();

        var (first, last) = (journal.Rows[0].Values["loss"], journal.Rows[^1].Values["loss"]);
        Assert.True(last < 0.5 * first, $"{first} {last}");
        Assert.All(policy.Parameters.Zip(fresh.Parameters), pair => Assert.True(pair.First.Value.Equals(pair.Second.Value)));
    }

    [Theory]
    [InlineData(Precision.Fp32, false)]
    [InlineData(Precision.Bf16, true)]
    public void A_cancelled_run_resumes_to_the_same_bits_dropped_inputs_included(Precision precision, bool useDora)
    {
        var options = Options with { Precision = precision };
        var lora = Lora with { Dropout = 0.2, UseDora = useDora };
        using var folder = new TemporaryFolder();
        var (straight, straightRows) = Train(options, lora, null);
        for (var stop = 1; stop <= 2; stop++)
        {
            using var cancel = new CancellationTokenSource();
            var journal = new MemoryJournal(folder.Path) { OnProgress = progress => CancelAt(progress.Step, stop * 4, cancel) };
            using var policy = Policy(lora);
            Assert.Throws<OperationCanceledException>(() => Loop(policy, journal, options).Run(cancel.Token));
        }

        var (resumed, resumedRows) = Train(options, lora, folder.Path);

        Assert.All(straight.Zip(resumed), pair => Assert.Equal(pair.First, pair.Second));
        Assert.Equal(straightRows[^1].Values, resumedRows[^1].Values);
        // A checkpoint holds the adapter and no copy of the base.
        Assert.All(
            Directory.GetDirectories(folder.Path),
            checkpoint =>
            {
                Assert.False(Directory.Exists(Path.Combine(checkpoint, "model")));
                Assert.True(File.Exists(Path.Combine(checkpoint, "adapters", "default", "adapter_model.safetensors")));
            }
        );

        static void CancelAt(long step, long at, CancellationTokenSource cancel)
        {
            if (step == at)
            {
                cancel.Cancel();
            }
        }
    }

    [Fact]
    public void What_is_dropped_differs_from_step_to_step_and_from_seed_to_seed()
    {
        var options = Options with { MaxSteps = 2, LearningRate = 1e-9 };
        var lora = Lora with { Dropout = 0.5 };

        var (_, first) = Train(options, lora, null);
        var (_, same) = Train(options, lora, null);
        var (_, other) = Train(options, lora with { Dropout = 0 }, null);

        // The update is zero at first, so the loss is that of the base, and only the gradient feels what was dropped.
        Assert.Equal(first[0].Values, same[0].Values);
        Assert.Equal(first[0].Values["loss"], other[0].Values["loss"], 1e-6);
        Assert.NotEqual(first[0].Values["grad_norm"], other[0].Values["grad_norm"]);
    }

    [Fact]
    public void An_adapter_on_four_bit_weights_learns_to_within_2_percent_of_the_loss_on_wide_ones()
    {
        // The base knows one language, the adapter learns another. Either goes on from a token in four equally likely ways, so no model gets below ln 4.
        var options = Options with
        {
            Epochs = 1,
            BatchSize = 16,
            MicroBatchTokens = 512,
            LoggingSteps = 20,
            WarmupRatio = 0.1,
        };
        using var known = new Decoder(TinyModels.Config, new Seed(1));
        Run(known, Chains([1, 5, 11, 17], 1_280, 9));

        var (wide, narrow) = (Loss(quantised: false), Loss(quantised: true));

        Assert.InRange(wide[^1], Math.Log(4), 0.6 * wide[0]);
        Assert.True(Math.Abs(narrow[^1] - wide[^1]) <= 0.02 * wide[^1], $"{wide[^1]} {narrow[^1]}");

        double[] Loss(bool quantised)
        {
            using var policy = known.MergedCopy();
            if (quantised)
            {
                policy.QuantizeProjections();
            }

            policy.Adapters.Add("default", Lora with { Rank = 16, Alpha = 32 }, new Seed(3));
            return Run(policy, Chains([2, 7, 23, 40], 1_280, 10));
        }

        double[] Run(Decoder policy, List<TokenizedExample> examples)
        {
            var journal = new MemoryJournal();
            new TrainingLoop<TokenizedExample>(new SupervisedObjective(policy), examples, options, new Seed(7), journal).Run();
            return [.. journal.Rows.Select(row => row.Values["loss"])];
        }
    }

    [Theory]
    [InlineData(Precision.Fp32)]
    [InlineData(Precision.Bf16)]
    public void Preference_learning_against_the_adapters_switched_off_equals_that_against_a_frozen_copy_to_the_bit(Precision precision)
    {
        using var start = new Decoder(TinyModels.Config, new Seed(1));
        using var copy = start.FrozenCopy();
        var options = Options with { MaxSteps = 4, Precision = precision };

        var (own, ownRows) = Prefer(null, options);
        var (frozen, frozenRows) = Prefer(copy, options);

        Assert.Equal(Math.Log(2), ownRows[0].Values["loss"], 1e-6);
        Assert.True(ownRows[^1].Values["loss"] < 0.69);
        Assert.All(ownRows.Zip(frozenRows), pair => Assert.Equal(pair.First.Values, pair.Second.Values));
        Assert.All(own.Zip(frozen), pair => Assert.Equal(pair.First, pair.Second));
    }

    [Fact]
    public void A_finished_adapter_stays_in_the_reference_of_the_next_one()
    {
        using var policy = Policy(Lora);
        Loop(policy, new MemoryJournal(), Options).Run();
        policy.Adapters["default"].IsTrainable = false;
        using var copy = policy.FrozenCopy();
        policy.Adapters.Add("preferences", Lora, new Seed(5));
        policy.Adapters.Activate(("default", 1), ("preferences", 1));
        var options = Options with { MaxSteps = 1 };

        var (journal, other) = (new MemoryJournal(), new MemoryJournal());
        Preferences(new PreferenceObjective(policy, new AdapterFreeReference(policy), TinyModels.Dpo(0.1)), options, journal).Run();
        policy.Adapters.Remove("preferences");
        policy.Adapters.Add("again", Lora, new Seed(5));
        policy.Adapters.Activate(("default", 1), ("again", 1));
        Preferences(new PreferenceObjective(policy, new FrozenReference(copy), TinyModels.Dpo(0.1)), options, other).Run();

        Assert.Equal(Math.Log(2), journal.Rows[0].Values["loss"], 1e-6);
        Assert.Equal(other.Rows[0].Values["loss"], journal.Rows[0].Values["loss"], 1e-5);
        Assert.Equal(other.Rows[0].Values["grad_norm"], journal.Rows[0].Values["grad_norm"], 1e-4);
    }

    [Fact]
    public void What_cannot_learn_and_what_has_no_reference_is_refused()
    {
        using var frozen = Policy(Lora);
        frozen.Adapters["default"].IsTrainable = false;
        using var plain = new Decoder(TinyModels.Config, new Seed(1));

        Assert.Contains("nothing to train", Assert.Throws<InvalidInputException>(() => Loop(frozen, new MemoryJournal(), Options)).Message);
        Assert.Contains(
            "no reference",
            Assert
                .Throws<InvalidInputException>(() =>
                    Preferences(
                            new PreferenceObjective(plain, new AdapterFreeReference(plain), TinyModels.Dpo(0.1)),
                            Options,
                            new MemoryJournal()
                        )
                        .Run()
                )
                .Message
        );
    }

    /// <summary>Sequences in which each token follows the one before at one of four distances.</summary>
    private static List<TokenizedExample> Chains(int[] distances, int count, ulong seed)
    {
        var random = new Seed(seed).Source();
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(_ =>
                {
                    var ids = new int[20];
                    ids[0] = random.NextInt(48);
                    for (var i = 1; i < ids.Length; i++)
                    {
                        ids[i] = (ids[i - 1] + random.Choose(distances)) % 48;
                    }

                    return new TokenizedExample(ids, [.. ids.Select((_, i) => i > 0)]);
                }),
        ];
    }

    private static Decoder Policy(LoraOptions lora)
    {
        var policy = new Decoder(TinyModels.Config, new Seed(1));
        policy.Adapters.Add("default", lora, new Seed(3));
        return policy;
    }

    private static TrainingLoop<TokenizedExample> Loop(
        Decoder policy,
        ITrainingJournal journal,
        TrainingOptions options,
        int examples = 23
    ) => new(new SupervisedObjective(policy), TinyModels.Examples(examples), options, new Seed(7), journal);

    private static TrainingLoop<TokenizedPair> Preferences(
        PreferenceObjective objective,
        TrainingOptions options,
        ITrainingJournal journal
    ) => new(objective, TinyModels.Pairs(8), options, new Seed(7), journal);

    private static (float[][] Weights, List<(long Step, IReadOnlyDictionary<string, double> Values)> Rows) Train(
        TrainingOptions options,
        LoraOptions lora,
        string? folder
    )
    {
        using var policy = Policy(lora);
        var journal = new MemoryJournal(folder);
        Loop(policy, journal, options).Run();
        return (Weights(policy), journal.Rows);
    }

    private static (float[][] Weights, List<(long Step, IReadOnlyDictionary<string, double> Values)> Rows) Prefer(
        Decoder? reference,
        TrainingOptions options
    )
    {
        using var policy = Policy(Lora);
        var journal = new MemoryJournal();
        Preferences(
                new PreferenceObjective(
                    policy,
                    reference is null ? new AdapterFreeReference(policy) : new FrozenReference(reference),
                    TinyModels.Dpo(0.1)
                ),
                options,
                journal
            )
            .Run();
        return (Weights(policy), journal.Rows);
    }

    private static float[][] Weights(Decoder policy) =>
        [.. policy.Adapters["default"].Parameters.Select(parameter => parameter.Value.data<float>().ToArray())];
}
