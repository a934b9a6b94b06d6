using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Testing;
using Plumbline.Testing.Torch;
using Plumbline.Training.Loop;
using Plumbline.Training.Packing;
using Plumbline.Training.Preferences;
using Plumbline.Training.Preferences.Unpaired;
using Plumbline.Training.References;
using Plumbline.Training.Supervised;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests.Preferences;

/// <summary>One optimiser step of a preference objective, whatever way it is cut, and whoever keeps the reference.</summary>
[NoTensorLeaks]
public sealed class ObjectiveInvarianceTests
{
    private static readonly TrainingOptions OneStep = new()
    {
        BatchSize = 12,
        MaxSteps = 1,
        LoggingSteps = 1,
        LearningRate = 1e-2,
        WarmupRatio = 0,
        Precision = Precision.Fp32,
    };

    [Theory]
    [InlineData("sigmoid")]
    [InlineData("aot")]
    [InlineData("aot_unpaired")]
    [InlineData("sigmoid: 0.8, bco_pair: 0.2, sft: 1")]
    [InlineData("orpo")]
    [InlineData("tpo")]
    [InlineData("sigmoid: 0.5, tpo_l: 0.5")]
    [InlineData("sigmoid", true)]
    [InlineData("sigmoid: 0.8, bco_pair: 0.2, sft: 1", true)]
    [InlineData("sigmoid: 0.5, tpo_l: 0.5", true)]
    public void A_step_of_pairs_does_not_depend_on_its_passes(string loss, bool softLabels = false)
    {
        var (whole, wholeRow) = Pairs(100_000, loss, softLabels);
        var (cut, cutRow) = Pairs(1, loss, softLabels);

        Assert.True(Distance(whole, cut) < 2e-5, $"{Distance(whole, cut)}");
        Assert.Equal(wholeRow["loss"], cutRow["loss"], 1e-4);
        Assert.Equal(wholeRow["rewards/margins"], cutRow["rewards/margins"], 1e-5);

        // Every third pair is certain, so that cut into single pairs some passes hold soft labels and others none.
        static (float[][], IReadOnlyDictionary<string, double>) Pairs(int tokens, string loss, bool softLabels)
        {
            using var start = new Decoder(TinyModels.Config, new Seed(9));
            return Step(
                [
                    .. TinyModels
                        .Triples(12)
                        .Select((pair, i) => softLabels && i % 3 > 0 ? pair with { Confidence = 0.5 + (i / 24.0) } : pair),
                ],
                policy => new PreferenceObjective(policy, new FrozenReference(start), new PreferenceOptions { LossType = loss }),
                OneStep with
                {
                    MicroBatchTokens = tokens,
                }
            );
        }
    }

    [Theory]
    [InlineData("kto")]
    [InlineData("bco")]
    [InlineData("apo_zero_unpaired")]
    public void A_step_of_judged_answers_does_not_depend_on_its_passes_and_a_batch_of_one_works(string loss)
    {
        (float[][] Gradients, IReadOnlyDictionary<string, double> Row) Answers(int tokens, int batch)
        {
            using var start = new Decoder(TinyModels.Config, new Seed(9));
            return Step(
                [.. TinyModels.PromptedPairs(12).Select((pair, i) => new TokenizedAnswer(pair.Chosen, i % 3 == 0, pair.Rejected))],
                policy => new UnpairedObjective(policy, new FrozenReference(start), loss, new UnpairedLossOptions()),
                OneStep with
                {
                    MicroBatchTokens = tokens,
                    BatchSize = batch,
                }
            );
        }

        var (whole, cut, alone) = (Answers(100_000, 12), Answers(1, 12), Answers(100_000, 1));

        Assert.True(Distance(whole.Gradients, cut.Gradients) < 2e-5, $"{Distance(whole.Gradients, cut.Gradients)}");
        Assert.Equal(whole.Row["loss"], cut.Row["loss"], 1e-4);
        Assert.Contains(alone.Gradients[0], value => value != 0);
    }

    [Fact]
    public void A_precomputed_reference_is_the_frozen_one_within_rounding_and_is_found_again()
    {
        using var folder = new TemporaryFolder();
        using var start = new Decoder(TinyModels.Config, new Seed(9));
        var pairs = TinyModels.PromptedPairs(12);
        IReadOnlyList<IReadOnlyList<TokenizedExample>> groups = [.. pairs.Select(pair => new[] { pair.Chosen, pair.Rejected })];
        var computed = 0;

        PrecomputedReference Reference() =>
            PrecomputedReference.Ensure(folder.Path, start, groups, OneStep with { MicroBatchTokens = 100 }, _ => computed++);
        var first = Reference();
        var passes = computed;
        var second = Reference();
        var (frozen, _) = Step(pairs, policy => new PreferenceObjective(policy, new FrozenReference(start), new()), OneStep);
        var (kept, _) = Step(pairs, policy => new PreferenceObjective(policy, second, new()), OneStep);

        Assert.True(passes > 1);
        Assert.Equal(passes, computed);
        Assert.Equal(first.Path, second.Path);
        Assert.True(Distance(frozen, kept) < 1e-5, $"{Distance(frozen, kept)}");

        // Another model is another file; a damaged one is refused by name.
        using var other = new Decoder(TinyModels.Config, new Seed(10));
        Assert.NotEqual(first.Path, PrecomputedReference.Ensure(folder.Path, other, groups, OneStep).Path);
        File.WriteAllBytes(first.Path, File.ReadAllBytes(first.Path)[..^4]);
        Assert.Contains(Path.GetFileName(first.Path), Assert.Throws<InvalidInputException>(Reference).Message);
        Assert.Contains(
            "measure_kl",
            Assert
                .Throws<InvalidInputException>(() =>
                    Step(pairs, policy => new PreferenceObjective(policy, second, new() { MeasureKl = true }), OneStep)
                )
                .Message
        );
    }

    [Fact]
    public void A_moving_reference_takes_its_share_of_the_policy_and_comes_back_from_a_checkpoint()
    {
        using var folder = new TemporaryFolder();
        using var policy = new Decoder(TinyModels.Config, new Seed(1));
        using var moving = new MovingReference(policy, 0.25, every: 2);
        var pairs = TinyModels.PromptedPairs(4);
        double[] Scores(ReferencePolicy reference)
        {
            using var scope = NewDisposeScope();
            using var noGradients = no_grad();
            var packed = new PackedExamples(policy, pairs.Select(pair => new[] { pair.Chosen, pair.Rejected }));
            var sequences = pairs.SelectMany(pair => new[] { pair.Chosen, pair.Rejected }).ToArray();
            return [.. reference.Score(packed, sequences).LogProbabilities.data<float>().Select(value => (double)value)];
        }

        var before = Scores(moving);
        float[] expected;
        using (no_grad())
        {
            using var scope = NewDisposeScope();
            var weight = policy.Parameters[0].Value;
            var old = weight.clone();
            foreach (var parameter in policy.Parameters)
            {
                parameter.Value.mul_(1.5);
            }

            expected = ((old * 0.75) + (weight * 0.25)).data<float>().ToArray();
        }

        moving.EndStep(1);
        Assert.Equal(before, Scores(moving));
        moving.EndStep(2);
        var after = Scores(moving);
        Assert.NotEqual(before, after);
        moving.SaveState(folder.Path);
        using var saved = Plumbline.Models.HuggingFace.ModelFolder.Load(Path.Combine(folder.Path, "reference"));
        Assert.All(expected.Zip(saved.Parameters[0].Value.data<float>()), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
        moving.EndStep(4);
        moving.LoadState(folder.Path);
        Assert.Equal(after, Scores(moving));
    }

    [Fact]
    public void The_divergence_is_0_at_the_start_and_grows_as_the_policy_learns()
    {
        using var policy = new Decoder(TinyModels.Config, new Seed(1));
        using var start = policy.FrozenCopy();
        var journal = new MemoryJournal();
        var options = OneStep with { MaxSteps = 5, Epochs = 5 };

        new TrainingLoop<TokenizedPair>(
            new PreferenceObjective(policy, new FrozenReference(start), new() { MeasureKl = true }),
            TinyModels.PromptedPairs(12),
            options,
            new Seed(2),
            journal
        ).Run();

        Assert.Equal(0, journal.Rows[0].Values["kl"], 1e-9);
        Assert.True(journal.Rows[^1].Values["kl"] > 1e-3);
    }

    [Fact]
    public void What_a_reference_cannot_be_is_said()
    {
        using var policy = new Decoder(TinyModels.Config, new Seed(1));
        using var same = policy.FrozenCopy();
        using var other = new Decoder(TinyModels.Config with { IntermediateSize = 96 }, new Seed(3));
        using var foreign = new Decoder(TinyModels.Config with { VocabularySize = 50 }, new Seed(3));
        var sample = TinyModels.Examples(4);

        Assert.Empty(ReferenceCheck.Warnings(policy, same, sample, OneStep));
        var warnings = ReferenceCheck.Warnings(policy, other, sample, OneStep);
        Assert.Contains(warnings, warning => warning.Contains("another stack"));
        Assert.Contains(warnings, warning => warning.Contains("nats per token apart"));
        Assert.Throws<InvalidInputException>(() => ReferenceCheck.Warnings(policy, foreign, sample, OneStep));
        Assert.Throws<InvalidInputException>(() => new PreferenceObjective(policy, null, new()));
        Assert.Throws<InvalidInputException>(() =>
            new PreferenceObjective(policy, new FrozenReference(same), new() { LossType = "aot", UseWeighting = true })
        );
    }

    [Fact]
    public void Weighted_and_length_desensitised_steps_follow_their_formulas()
    {
        // One pair at the start: the sigmoid's gradient is −β/2·∇(log π_c − log π_r), so weights scale it as they should.
        var pair = TinyModels.PromptedPairs(1);
        float[][] Gradients(PreferenceOptions options)
        {
            using var start = new Decoder(TinyModels.Config, new Seed(1));
            return Step(pair, policy => new PreferenceObjective(policy, new FrozenReference(start), options), OneStep).Gradients;
        }

        var plain = Gradients(new());
        var weighted = Gradients(new() { UseWeighting = true });
        var desensitised = Gradients(new() { LdAlpha = 0.5 });
        var full = Gradients(new() { LdAlpha = 1 });

        var ratio = weighted[0].Sum() / plain[0].Sum();
        Assert.True(ratio is > 0 and not 1);
        Assert.All(
            weighted.Zip(plain),
            both => Assert.All(both.First.Zip(both.Second), values => Assert.Equal(values.Second * ratio, values.First, 1e-5))
        );
        Assert.True(Distance(plain, desensitised) > 1e-3);
        Assert.Equal(0, Distance(plain, full));
    }

    /// <summary>One step's gradients, as the loop makes them.</summary>
    private static (float[][] Gradients, IReadOnlyDictionary<string, double> Row) Step<TExample>(
        IReadOnlyList<TExample> examples,
        Func<Decoder, IObjective<TExample>> create,
        TrainingOptions options
    )
    {
        using var policy = new Decoder(TinyModels.Config, new Seed(1));
        var objective = create(policy);
        var metrics = new MetricSums();
        var batch = examples.Take(options.BatchSize).ToList();
        var step = TrainingStep<TExample>.Of(batch, objective.Size, options.MicroBatchTokens, new Seed(7));
        using (NewDisposeScope())
        using (no_grad())
        {
            objective.BeginStep(step);
        }

        foreach (var pass in step.Passes)
        {
            using var scope = NewDisposeScope();
            objective.Evaluate(pass, step.Normalizer, metrics).backward();
        }

        return (
            [
                .. policy.Parameters.Select(parameter =>
                {
                    using var gradient = parameter.Value.grad!;
                    return gradient.data<float>().ToArray();
                }),
            ],
            metrics.Means
        );
    }

    private static double Distance(float[][] one, float[][] other) =>
        Math.Sqrt(
            one.Zip(other).Sum(pair => pair.First.Zip(pair.Second).Sum(values => Math.Pow(values.First - values.Second, 2)))
                / one.Sum(values => values.Sum(value => (double)value * value))
        );
}
