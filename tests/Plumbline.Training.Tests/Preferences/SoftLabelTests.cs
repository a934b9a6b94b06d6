using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Testing.Torch;
using Plumbline.Training.Loop;
using Plumbline.Training.Preferences;
using Plumbline.Training.References;
using Plumbline.Training.Tests.Preferences.Losses;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests.Preferences;

/// <summary>Pairs of which it is not certain that the chosen answer is the better one.</summary>
[NoTensorLeaks]
public sealed class SoftLabelTests
{
    private static readonly double[] Sure = [0.5, 0.65, 0.9, 1];

    public static TheoryData<string> OfPairs => PairSamples.Names(loss => !loss.Declaration.WholeBatch);

    public static TheoryData<string> OfBatches => PairSamples.Names(loss => loss.Declaration.WholeBatch);

    [Theory]
    [MemberData(nameof(OfPairs))]
    public void The_loss_is_the_mean_over_which_answer_is_better(string name)
    {
        using var scope = NewDisposeScope();
        var (mixture, pairs) = (PreferenceLossMixture.Parse(name), PairSamples.Random(Sure.Length, 21));
        // The pairs changed round by hand: what a rater would have said who preferred the other answers.
        var otherwise = new PairLogProbabilities(
            pairs.Rejected,
            pairs.Chosen,
            pairs.ReferenceRejected,
            pairs.ReferenceChosen,
            pairs.RejectedLengths,
            pairs.ChosenLengths
        )
        {
            Gold = pairs.Gold,
            GoldLengths = pairs.GoldLengths,
        };
        var (said, swapped) = (mixture.Of(pairs, PairSamples.Options).Values(), mixture.Of(otherwise, PairSamples.Options).Values());

        var losses = mixture.Of(pairs, PairSamples.Options, confidences: tensor(Sure)).Values();

        Assert.All(
            Sure.Select((sure, i) => (sure * said[i]) + ((1 - sure) * swapped[i])).Zip(losses),
            both => Assert.Equal(both.First, both.Second, 1e-12)
        );
        // Of a certain pair it is the pair's own loss to the bit, whatever stands beside it.
        Assert.Equal(said[^1], losses[^1]);
        Assert.NotEqual(said[1], losses[1]);
    }

    [Theory]
    [MemberData(nameof(OfPairs))]
    public void Gradients_agree_with_finite_differences(string name)
    {
        using var scope = NewDisposeScope();
        var (mixture, pairs) = (PreferenceLossMixture.Parse(name), PairSamples.Random(Sure.Length, 22));
        Tensor Loss(PairLogProbabilities of) => mixture.Of(of, PairSamples.Options, confidences: tensor(Sure));

        Numerics.AssertGradient(chosen => Loss(pairs with { Chosen = chosen }), pairs.Chosen);
        Numerics.AssertGradient(rejected => Loss(pairs with { Rejected = rejected }), pairs.Rejected);
    }

    [Fact]
    public void DPO_of_soft_labels_is_conservative_DPO()
    {
        using var scope = NewDisposeScope();
        var pairs = PairSamples.Random(6, 23);

        var soft = PreferenceLossMixture.Parse("sigmoid").Of(pairs, new(), confidences: full(6, 0.85, ScalarType.Float64));

        Numerics.AssertEqual(PreferenceLosses.Find("cdpo").Of(pairs, new() { LabelSmoothing = 0.15 }), soft, 1e-12);
    }

    [Fact]
    public void Self_play_regresses_on_the_probability_of_winning()
    {
        using var scope = NewDisposeScope();
        var (pairs, options) = (PairSamples.Random(Sure.Length, 24), new PreferenceLossOptions { Beta = 0.4 });

        Tensor Soft(Tensor chosen) =>
            PreferenceLossMixture.Parse("sppo_hard").Of(pairs with { Chosen = chosen }, options, confidences: tensor(Sure));
        // SPPO, arXiv 2405.00675: each ratio is drawn to (P − ½)/β. What is left does not depend on the policy.
        Tensor Published(Tensor chosen)
        {
            var target = (tensor(Sure) - 0.5) / options.Beta;
            var (c, r) = (chosen - pairs.ReferenceChosen!, pairs.Rejected - pairs.ReferenceRejected!);
            return (c - target).square() + (r + target).square();
        }

        Tensor Gradient(Func<Tensor, Tensor> loss)
        {
            var at = pairs.Chosen.detach().clone().requires_grad_();
            loss(at).sum().backward();
            return at.grad!;
        }

        Numerics.AssertEqual(Gradient(Published), Gradient(Soft), 1e-12);
    }

    [Fact]
    public void A_gold_answer_belongs_to_the_prompt_whichever_answer_is_better()
    {
        using var scope = NewDisposeScope();
        var (mixture, pairs) = (PreferenceLossMixture.Parse("tpo_l"), PairSamples.Random(Sure.Length, 25));
        var gold = pairs.Gold!.clone().requires_grad_();

        mixture.Of(pairs with { Gold = gold }, PairSamples.Options, confidences: tensor(Sure)).sum().backward();

        Numerics.AssertEqual(-PairSamples.Options.TpoAlpha / pairs.GoldLengths!, gold.grad!, 1e-12);
    }

    [Fact]
    public void Weights_weigh_the_expected_loss()
    {
        using var scope = NewDisposeScope();
        var (mixture, pairs) = (PreferenceLossMixture.Parse("sigmoid: 0.8, ipo: 0.2"), PairSamples.Random(Sure.Length, 26));
        var weights = tensor([2.0, 0, 0.5, 3]);

        var plain = mixture.Of(pairs, PairSamples.Options, confidences: tensor(Sure));

        Numerics.AssertEqual(plain * weights, mixture.Of(pairs, PairSamples.Options, weights, tensor(Sure)), 1e-12);
    }

    [Theory]
    [MemberData(nameof(OfBatches))]
    public void Losses_that_sort_pairs_refuse_soft_labels(string name)
    {
        using var scope = NewDisposeScope();

        var refused = Assert.Throws<InvalidInputException>(() =>
            PreferenceLossMixture
                .Parse($"sigmoid: 1, {name}: 1")
                .Of(PairSamples.Golden(), PairSamples.Options, confidences: tensor([0.9, 1]))
        );

        Assert.Contains($"'{name}'", refused.Message, StringComparison.Ordinal);
        Assert.Contains("soft_labels", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sigmoid", false)]
    [InlineData("orpo", false)]
    [InlineData("simpo", true)]
    public void Certain_pairs_learn_to_the_bit_as_before_and_doubtful_ones_less(string loss, bool weighted)
    {
        var pairs = TinyModels.PromptedPairs(6);
        var options = new PreferenceOptions { LossType = loss, UseWeighting = weighted };
        (float[] Gradient, IReadOnlyDictionary<string, double> Row) Step(Func<int, double?> confidence) =>
            Evaluated(
                options,
                [
                    [.. pairs.Select((pair, i) => pair with { Confidence = confidence(i) })],
                ]
            );

        var (silent, certain, mixed, doubtful) = (Step(_ => null), Step(_ => 1), Step(i => i == 0 ? 0.9 : null), Step(_ => 0.6));

        Assert.Equal(silent.Gradient, certain.Gradient);
        Assert.Equal(silent.Row["loss"], certain.Row["loss"]);
        Assert.NotEqual(silent.Gradient, mixed.Gradient);
        // What is measured stays on the label's side, and so does the cross-entropy of the chosen answers.
        string[] measures = [.. silent.Row.Keys.Where(key => key != "loss")];
        Assert.Contains("rewards/accuracies", measures);
        Assert.Equal(loss == "orpo", measures.Contains("nll_loss"));
        Assert.All(measures, key => Assert.Equal(silent.Row[key], doubtful.Row[key]));
    }

    [Fact]
    public void The_cross_entropy_of_chosen_answers_stays_whole()
    {
        // At an even chance the pair terms of CPO pull no way at the start of their margin, and the cross-entropy alone is left.
        var pairs = TinyModels.PromptedPairs(4).ConvertAll(pair => pair with { Confidence = 0.5 });
        var options = new PreferenceOptions
        {
            LossType = "cpo",
            Loss = new PreferenceLossOptions { Beta = 1e-12 },
        };

        var soft = Evaluated(options, [pairs]).Gradient;
        var crossEntropy = Evaluated(options with { LossType = "cpo: 1e-12, sft: 1" }, [pairs]).Gradient;

        Assert.All(crossEntropy.Zip(soft), both => Assert.Equal(both.First, both.Second, 1e-6f));
        Assert.Contains(soft, slope => Math.Abs(slope) > 1e-3);
    }

    [Fact]
    public void A_step_that_sorts_pairs_refuses_soft_labels_however_it_is_cut()
    {
        var pairs = TinyModels.PromptedPairs(4);
        pairs[3] = pairs[3] with { Confidence = 0.9 };
        var options = new PreferenceOptions { LossType = "aot" };

        Assert.Throws<InvalidInputException>(() => Evaluated(options, [pairs]));
        Assert.Throws<InvalidInputException>(() => Evaluated(options, [pairs[..2], pairs[2..]]));
        Evaluated(
            options,
            [
                [.. pairs.Select(pair => pair with { Confidence = 1 })],
            ]
        );
    }

    [Theory]
    [InlineData(0.49)]
    [InlineData(1.5)]
    [InlineData(double.NaN)]
    public void What_is_no_confidence_is_refused(double confidence)
    {
        var pairs = TinyModels.PromptedPairs(2);
        pairs[1] = pairs[1] with { Confidence = confidence };

        var refused = Assert.Throws<InvalidInputException>(() => Evaluated(new(), [pairs]));

        Assert.Contains("swap", refused.Message, StringComparison.Ordinal);
    }

    private static (float[] Gradient, IReadOnlyDictionary<string, double> Row) Evaluated(
        PreferenceOptions options,
        List<TokenizedPair>[] passes
    )
    {
        using var scope = NewDisposeScope();
        using var policy = new Decoder(TinyModels.Config, new Seed(1));
        using var start = new Decoder(TinyModels.Config, new Seed(9));
        var objective = new PreferenceObjective(policy, new FrozenReference(start), options);
        var all = passes.SelectMany(pass => pass).ToList();
        var step = TrainingStep<TokenizedPair>.Of(all, objective.Size, passes.Length == 1 ? 100_000 : 1, new Seed(7));
        Assert.Equal(passes.Length == 1, step.Passes.Count == 1);
        using (no_grad())
        {
            objective.BeginStep(step);
        }

        var metrics = new MetricSums();
        foreach (var pass in step.Passes)
        {
            objective.Evaluate(pass, step.Normalizer, metrics).backward();
        }

        return ([.. policy.Parameters.SelectMany(parameter => parameter.Value.grad!.data<float>().ToArray())], metrics.Means);
    }
}
