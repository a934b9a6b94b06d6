using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Testing;
using Plumbline.Testing.Torch;
using Plumbline.Training.Loop;
using Plumbline.Training.Preferences;
using Plumbline.Training.References;
using Plumbline.Training.Supervised;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests.Preferences;

/// <summary>Losses that learn from a third answer to each prompt.</summary>
[NoTensorLeaks]
public sealed class GoldAnswerTests
{
    private static readonly StepNormalizer OneOfFour = new(Tokens: 1, Examples: 4);

    [Fact]
    public void The_loss_is_that_of_the_three_answers_scored_one_by_one()
    {
        using var scope = NewDisposeScope();
        using var policy = new Decoder(TinyModels.Config, new Seed(1));
        var triples = TinyModels.Triples(3);
        var options = new PreferenceOptions
        {
            LossType = "tpo",
            Loss = new PreferenceLossOptions { Beta = 0.2, TpoAlpha = 0.7 },
        };

        var metrics = new MetricSums();
        var loss = new PreferenceObjective(policy, null, options).Evaluate(triples, OneOfFour, metrics);

        double Sum(TokenizedExample answer) =>
            PreferenceEvaluation.Score(policy, [answer], new TrainingOptions { Precision = Precision.Fp32 })[0];
        var expected = triples.Sum(triple =>
            Math.Log(1 + Math.Exp(-0.2 * (Sum(triple.Chosen) - Sum(triple.Rejected))))
            - (0.7 * Sum(triple.Gold!) / triple.Gold!.TargetCount)
        );
        Assert.Equal(expected / 4, loss.item<float>(), 1e-5);
        Assert.Equal(triples.Average(triple => Sum(triple.Gold!)), metrics.Means["logps/gold"], 1e-3);
    }

    [Fact]
    public void A_gold_answer_that_no_loss_reads_costs_nothing()
    {
        using var policy = new Decoder(TinyModels.Config, new Seed(1));
        var (pair, triple) = (TinyModels.PromptedPairs(1)[0], TinyModels.Triples(1)[0]);
        ExampleSize Size(string loss, TokenizedPair example) =>
            new PreferenceObjective(policy, null, new PreferenceOptions { LossType = loss }).Size(example);

        Assert.Equal(Size("cpo", pair), Size("cpo", triple));
        Assert.True(Size("tpo", triple).Computed > Size("cpo", pair).Computed);
    }

    [Fact]
    public void A_precomputed_reference_knows_gold_answers_too()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var policy = new Decoder(TinyModels.Config, new Seed(1));
        using var start = new Decoder(TinyModels.Config, new Seed(2));
        var triples = TinyModels.Triples(4);
        var options = new PreferenceOptions { LossType = "sigmoid: 0.5, tpo: 0.5" };
        var kept = PrecomputedReference.Ensure(
            folder.Path,
            start,
            [.. triples.Select(triple => triple.Sequences)],
            new TrainingOptions { Precision = Precision.Fp32 }
        );
        float Loss(ReferencePolicy reference) =>
            new PreferenceObjective(policy, reference, options).Evaluate(triples, OneOfFour, new MetricSums()).item<float>();

        Assert.Equal(Loss(new FrozenReference(start)), Loss(kept), 1e-5);
    }

    [Theory]
    [InlineData("tpo", 0.5, "ld_alpha")]
    [InlineData("aot: 1, tpo: 1", 1, "unlike ways")]
    public void What_does_not_go_together_is_refused(string loss, double lengthWeight, string problem)
    {
        using var policy = new Decoder(TinyModels.Config, new Seed(1));
        using var reference = policy.FrozenCopy();
        var options = new PreferenceOptions { LossType = loss, LdAlpha = lengthWeight };

        var refused = Assert.Throws<InvalidInputException>(() => new PreferenceObjective(policy, new FrozenReference(reference), options));

        Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pair_without_one_is_refused_by_a_loss_that_needs_it()
    {
        using var policy = new Decoder(TinyModels.Config, new Seed(1));
        var objective = new PreferenceObjective(policy, null, new PreferenceOptions { LossType = "tpo" });

        var refused = Assert.Throws<InvalidInputException>(() => objective.Size(TinyModels.PromptedPairs(1)[0]));

        Assert.Contains("gold answer", refused.Message, StringComparison.Ordinal);
    }
}
