using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Testing.Torch;
using Plumbline.Training.Loop;
using Plumbline.Training.Preferences;
using Plumbline.Training.References;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests.Preferences;

[NoTensorLeaks]
public sealed class PreferenceTrainingTests
{
    [Theory]
    [InlineData(Precision.Fp32)]
    [InlineData(Precision.Bf16)]
    public void The_loss_of_the_first_step_is_ln_2_and_all_rewards_are_0(Precision precision)
    {
        using var policy = new Decoder(TinyModels.Config, new Seed(1));
        var journal = new MemoryJournal();
        var options = new TrainingOptions
        {
            BatchSize = 8,
            MaxSteps = 1,
            LoggingSteps = 1,
            MicroBatchTokens = 100,
            Precision = precision,
        };
        using var reference = FrozenReference.Of(policy, options);

        new TrainingLoop<TokenizedPair>(
            new PreferenceObjective(policy, reference, TinyModels.Dpo(0.1)),
            TinyModels.Pairs(8),
            options,
            new Seed(2),
            journal
        ).Run();

        var row = Assert.Single(journal.Rows).Values;
        Assert.Equal((float)Math.Log(2), row["loss"], 1e-7);
        Assert.Equal(0, row["rewards/chosen"]);
        Assert.Equal(0, row["rewards/rejected"]);
        Assert.Equal(0, row["rewards/margins"]);
        Assert.Equal(0, row["rewards/accuracies"]);
        Assert.True(row["grad_norm"] > 0);
    }

    [Fact]
    public void A_reference_that_multiplies_in_bf16_keeps_no_projection_in_float32()
    {
        using var policy = new Decoder(TinyModels.Config, new Seed(1));
        using var reference = FrozenReference.Copy(policy, policy.Config, new TrainingOptions { Precision = Precision.Bf16 });

        var wide = reference.Parameters.Where(parameter => parameter.Value.dtype == ScalarType.Float32).Select(parameter => parameter.Name);

        // What is looked up, and what kernels read row by row.
        Assert.All(
            wide,
            name => Assert.True(name.Contains("embed", StringComparison.Ordinal) || name.Contains("norm", StringComparison.Ordinal))
        );
        Assert.All(policy.Parameters, parameter => Assert.Equal(ScalarType.Float32, parameter.Value.dtype));
    }

    [Fact]
    public void A_wide_reference_of_a_narrow_policy_stays_in_the_policys_precision()
    {
        var wide = TinyModels.Config with { HiddenSize = 256 };
        using var start = new Decoder(wide, new Seed(1));
        using var reference = FrozenReference.Copy(start, TinyModels.Config, new TrainingOptions { Precision = Precision.Auto });

        Assert.All(reference.Parameters, parameter => Assert.Equal(ScalarType.Float32, parameter.Value.dtype));
    }

    [Fact]
    public void A_bandit_reaches_the_closed_form_optimum()
    {
        // One prompt, two answers of one token; "people" prefer the first with probability σ(1.5). DPO's optimum has
        // β·Δ(log π − log ref) = 1.5, whatever the reference.
        const double Utility = 1.5;
        const double Beta = 0.5;
        var random = new Seed(3).Source();
        TokenizedPair Pair(int chosen, int rejected) => new(new([1, chosen], [false, true]), new([1, rejected], [false, true]));
        var probability = 1 / (1 + Math.Exp(-Utility));
        var wins = (int)Math.Round(200 * probability);
        TokenizedPair[] pairs = [.. Enumerable.Range(0, 200).Select(i => i < wins ? Pair(2, 3) : Pair(3, 2))];
        using var policy = new Decoder(TinyModels.Config, new Seed(4));
        using var reference = policy.FrozenCopy();
        var options = new TrainingOptions
        {
            BatchSize = 200,
            MicroBatchTokens = 10_000,
            Epochs = 150,
            LearningRate = 3e-3,
            LoggingSteps = 150,
        };
        var journal = new MemoryJournal();

        new TrainingLoop<TokenizedPair>(
            new PreferenceObjective(policy, new FrozenReference(reference), TinyModels.Dpo(Beta)),
            pairs,
            options,
            new Seed(5),
            journal
        ).Run();

        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        double Difference(Decoder model)
        {
            var logits = model.Logits(
                model.HiddenStates(
                    PackedTokens.Of([
                        [1],
                    ])
                )
            )[0];
            return (logits[2] - logits[3]).item<float>();
        }

        Assert.Equal(Math.Log(wins / (200.0 - wins)) / Beta, Difference(policy) - Difference(reference), 0.02);
    }

    [Fact]
    public void The_reference_stays_as_it_was_and_gets_no_gradient()
    {
        using var policy = new Decoder(TinyModels.Config, new Seed(1));
        using var reference = policy.FrozenCopy();
        var options = new TrainingOptions
        {
            BatchSize = 4,
            MaxSteps = 3,
            LearningRate = 0.01,
            LoggingSteps = 1,
        };

        new TrainingLoop<TokenizedPair>(
            new PreferenceObjective(policy, new FrozenReference(reference), TinyModels.Dpo(0.1)),
            TinyModels.Pairs(8),
            options,
            new Seed(2),
            new MemoryJournal()
        ).Run();

        using var fresh = new Decoder(TinyModels.Config, new Seed(1));
        Assert.All(reference.Parameters.Zip(fresh.Parameters), pair => Assert.True(pair.First.Value.Equals(pair.Second.Value)));
        Assert.All(reference.Parameters, parameter => Assert.False(parameter.Value.requires_grad));
        Assert.Contains(policy.Parameters.Zip(fresh.Parameters), pair => !pair.First.Value.Equals(pair.Second.Value));
    }

    [Fact]
    public void Scores_of_held_out_pairs_are_the_sums_of_their_answers_log_probabilities()
    {
        using var model = new Decoder(TinyModels.Config, new Seed(1));
        var pairs = TinyModels.Pairs(5);

        var scores = PreferenceEvaluation.Score(model, pairs, new TrainingOptions { MicroBatchTokens = 60, Precision = Precision.Fp32 });

        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        foreach (var (pair, score) in pairs.Zip(scores))
        {
            var ids = pair.Chosen.Ids;
            var all = nn.functional.log_softmax(model.Logits(model.HiddenStates(PackedTokens.Of([ids]))), -1);
            var sum = Enumerable.Range(1, ids.Length - 1).Where(i => pair.Chosen.IsTarget[i]).Sum(i => all[i - 1, ids[i]].item<float>());
            Assert.Equal(sum, score.Chosen, 1e-3);
            Assert.Equal(pair.Chosen.TargetCount, score.ChosenTokens);
            Assert.Equal(pair.Rejected.TargetCount, score.RejectedTokens);
        }
    }
}
