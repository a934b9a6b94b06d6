using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Testing.Torch;
using Plumbline.Training.Loop;
using Plumbline.Training.Policies;
using Plumbline.Training.References;
using Plumbline.Training.Supervised;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests.Policies;

[NoTensorLeaks]
public sealed class PolicyObjectiveTests
{
    private const int Groups = 6;

    [Theory]
    [InlineData("clip")]
    [InlineData("gspo")]
    [InlineData("sequence_clip")]
    public void On_a_fresh_rollout_the_ratio_is_1_and_the_divergence_0_to_the_bit(string loss)
    {
        using var policy = new Decoder(TinyModels.Config, new Seed(1));
        using var reference = FrozenReference.Of(policy, new TrainingOptions { Precision = Precision.Fp32 });

        var (_, row) = Step(policy, reference, new PolicyOptions { LossType = loss, Beta = 0.1 }, Rollouts(null), 100);

        Assert.Equal(1.0, row["ratio"]);
        Assert.Equal(0.0, row["approx_kl"]);
        Assert.Equal(0.0, row["kl"]);
        Assert.Equal(0.0, row["clip_ratio/low"] + row["clip_ratio/high"]);
    }

    public static TheoryData<string, PolicyAggregation, KlEstimator> Cuts() =>
        new()
        {
            { "clip", PolicyAggregation.TokenMean, KlEstimator.K2 },
            { "clip", PolicyAggregation.Constant, KlEstimator.K3 },
            { "gspo", PolicyAggregation.SequenceMean, KlEstimator.Exact },
            { "sequence_clip", PolicyAggregation.SequenceMean, KlEstimator.K2 },
            { "cispo", PolicyAggregation.TokenMean, KlEstimator.Exact },
        };

    [Theory]
    [MemberData(nameof(Cuts))]
    public void A_step_does_not_depend_on_its_passes(string loss, PolicyAggregation aggregation, KlEstimator estimator)
    {
        using var start = new Decoder(TinyModels.Config, new Seed(2));
        var options = new PolicyOptions
        {
            LossType = loss,
            Aggregation = aggregation,
            KlEstimator = estimator,
            Beta = 0.2,
            EntropyCoefficient = 0.05,
        };
        (float[][] Gradients, IReadOnlyDictionary<string, double> Row) Of(int tokens)
        {
            using var policy = new Decoder(TinyModels.Config, new Seed(1));
            using var reference = FrozenReference.Of(start, new TrainingOptions { Precision = Precision.Fp32 });
            return Step(policy, reference, options, Rollouts(start), tokens);
        }

        var (whole, cut) = (Of(100_000), Of(1));

        Assert.True(Distance(whole.Gradients, cut.Gradients) < 1e-5, $"{Distance(whole.Gradients, cut.Gradients)}");
        foreach (var name in new[] { "loss", "policy_loss", "kl", "ratio", "entropy", "approx_kl" })
        {
            Assert.Equal(whole.Row[name], cut.Row[name], 1e-4 * (1 + Math.Abs(whole.Row[name])));
        }
    }

    [Fact]
    public void Weights_count_like_advantages_and_a_weight_of_0_leaves_a_token_out()
    {
        float[][] Of(Func<DrawnAnswer, DrawnAnswer> change)
        {
            using var policy = new Decoder(TinyModels.Config, new Seed(1));
            var groups = Rollouts(null).ConvertAll(group => new AnswerGroup([.. group.Answers.Select(change)]));
            return Step(policy, null, new PolicyOptions(), groups, 1000).Gradients;
        }

        var weighted = Of(answer => answer with { Weights = [.. answer.Advantages.Select((_, i) => i % 3 * 0.5f)] });
        var scaled = Of(answer => answer with { Advantages = [.. answer.Advantages.Select((advantage, i) => advantage * (i % 3) * 0.5f)] });

        Assert.True(Distance(weighted, scaled) < 1e-6);
    }

    [Theory]
    [InlineData(float.NaN, 0)]
    [InlineData(1, 1)]
    public void Advantages_that_do_not_fit_their_targets_are_refused(float first, int more)
    {
        using var policy = new Decoder(TinyModels.Config, new Seed(1));
        var (group, change) = (Rollouts(null)[0], 0);
        DrawnAnswer Broken(DrawnAnswer answer) =>
            change++ > 0 ? answer : answer with { Advantages = [first, .. answer.Advantages[1..], .. new float[more]] };

        Assert.Throws<ArgumentException>(() =>
            Step(policy, null, new PolicyOptions(), [new AnswerGroup([.. group.Answers.Select(Broken)])], 1000)
        );
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(1)]
    public void Curated_answers_add_their_cross_entropy_and_change_nothing_else(int tokens)
    {
        const double Coefficient = 0.7;
        // What they are sampled at is none of theirs.
        var options = new PolicyOptions
        {
            Aggregation = PolicyAggregation.SequenceMean,
            EntropyCoefficient = 0.05,
            Temperature = 1.3,
            PtxCoefficient = Coefficient,
        };
        var drawn = Rollouts(null);
        var curated = drawn.ConvertAll(group => group.Answers[0].Sequence);
        (float[][] Gradients, IReadOnlyDictionary<string, double> Row) Of(IEnumerable<TokenizedExample> beside)
        {
            using var policy = new Decoder(TinyModels.Config, new Seed(1));
            var groups = beside.Select(example => new AnswerGroup([new DrawnAnswer(example, [])]) { IsCurated = true });
            return Step(policy, null, options, [.. drawn, .. groups], tokens);
        }

        var (alone, together) = (Of([]), Of(curated));

        using var scope = NewDisposeScope();
        using var taught = new Decoder(TinyModels.Config, new Seed(1));
        var (supervised, metrics) = (new SupervisedObjective(taught), new MetricSums());
        supervised.Evaluate(curated, StepNormalizer.Of(curated.Select(supervised.Size)), metrics).backward();
        float[][] expected =
        [
            .. taught
                .Parameters.Select(parameter => parameter.Value.grad!.data<float>().ToArray())
                .Zip(alone.Gradients, (ptx, own) => own.Zip(ptx, (left, right) => (float)(left + (Coefficient * right))).ToArray()),
        ];
        Assert.True(Distance(expected, together.Gradients) < 1e-5, $"{Distance(expected, together.Gradients)}");
        Assert.Equal(metrics.Means["loss"], together.Row["ptx_loss"], 1e-5);
        foreach (var name in new[] { "policy_loss", "ratio", "entropy" })
        {
            Assert.Equal(alone.Row[name], together.Row[name], 1e-5);
        }

        Assert.Equal(alone.Row["loss"] + (Coefficient * together.Row["ptx_loss"]), together.Row["loss"], 1e-4);
    }

    [Fact]
    public void Options_that_cannot_be_honoured_are_refused()
    {
        using var policy = new Decoder(TinyModels.Config, new Seed(1));
        string Refusal(PolicyOptions options) =>
            Assert.Throws<InvalidInputException>(() => new PolicyObjective(policy, null, options)).Message;

        Assert.Contains("beta", Refusal(new PolicyOptions { Beta = 0.1 }), StringComparison.Ordinal);
        Assert.Contains("ptx_coefficient", Refusal(new PolicyOptions { PtxCoefficient = -1 }), StringComparison.Ordinal);
        Assert.Contains("CispoCap", Refusal(new PolicyOptions { Loss = new() { CispoCap = 2 } }), StringComparison.Ordinal);
        Assert.Contains("k1", Refusal(new PolicyOptions { Beta = 0.1, KlEstimator = KlEstimator.K1 }), StringComparison.Ordinal);
    }

    // Groups of three answers of unequal lengths; of the policy itself, or with the log-probabilities of another that drew them.
    private static List<AnswerGroup> Rollouts(Decoder? drawer)
    {
        var random = new Seed(7).Source();
        var groups = new List<AnswerGroup>();
        for (var i = 0; i < Groups; i++)
        {
            var prompt = TinyModels.Ids(random, 2 + random.NextInt(12));
            groups.Add(new AnswerGroup([.. Enumerable.Range(0, 3).Select(_ => Answer(prompt))]));
        }

        return groups;

        DrawnAnswer Answer(int[] prompt)
        {
            var ids = TinyModels.Ids(random, 1 + random.NextInt(9));
            var sequence = new TokenizedExample([.. prompt, .. ids], [.. prompt.Select(_ => false), .. ids.Select(_ => true)]);
            var advantage = (float)(random.NextDouble() - 0.5);
            return new DrawnAnswer(sequence, [.. ids.Select((_, i) => advantage + (0.1f * i))])
            {
                OldLogProbabilities = drawer is null ? null : LogProbabilities(drawer, sequence),
            };
        }
    }

    private static float[] LogProbabilities(Decoder decoder, TokenizedExample sequence)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var states = decoder.HiddenStates(new PackedTokens(sequence.Ids, [sequence.Ids.Length]));
        var prompt = sequence.Ids.Length - sequence.TargetCount;
        var rows = states.narrow(0, prompt - 1, sequence.TargetCount);
        var targets = tensor(sequence.Ids.Skip(prompt).Select(id => (long)id).ToArray());
        return decoder.LogProbabilities(rows, targets).LogProbabilities.data<float>().ToArray();
    }

    internal static (float[][] Gradients, IReadOnlyDictionary<string, double> Row) Step(
        Decoder policy,
        ReferencePolicy? reference,
        PolicyOptions options,
        List<AnswerGroup> groups,
        int tokens
    )
    {
        using var scope = NewDisposeScope();
        var (objective, metrics) = (new PolicyObjective(policy, reference, options), new MetricSums());
        var step = TrainingStep<AnswerGroup>.Of(groups, objective.Size, tokens, new Seed(3));
        objective.BeginStep(step);
        foreach (var pass in step.Passes)
        {
            objective.Evaluate(pass, step.Normalizer, metrics).backward();
        }

        return ([.. policy.Parameters.Select(parameter => parameter.Value.grad!.data<float>().ToArray())], metrics.Means);
    }

    internal static double Distance(float[][] left, float[][] right)
    {
        var pairs = left.SelectMany(values => values).Zip(right.SelectMany(values => values)).ToList();
        return Math.Sqrt(pairs.Sum(pair => Math.Pow(pair.First - pair.Second, 2)) / pairs.Sum(pair => Math.Pow(pair.First, 2)));
    }
}
