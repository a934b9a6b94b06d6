using Plumbline.Testing.Torch;
using Plumbline.Training.Preferences;
using Plumbline.Training.Tests.Preferences.Losses;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests.Preferences;

[NoTensorLeaks]
public sealed class PreferenceLossMixtureTests
{
    [Fact]
    public void A_mixture_is_the_weighted_sum_of_its_losses()
    {
        using var scope = NewDisposeScope();
        var mixture = PreferenceLossMixture.Parse("[sigmoid: 0.8, bco_pair: 0.2, sft: 1.0]");

        var losses = mixture.Of(PairSamples.Golden(), new()).Values();

        Assert.Equal(0.8 * 0.59813886938159184 + 0.2 * 1.2887933201471418, losses[0], 1e-12);
        Assert.Equal(0.8 * 0.88338215541877703 + 0.2 * 1.5703360799524145, losses[1], 1e-12);
        Assert.Equal(1, mixture.SftWeight);
        Assert.True(mixture.NeedsReference);
        Assert.False(mixture.WholeBatch);
    }

    [Theory]
    [InlineData("sigmoid", 0)]
    [InlineData("simpo", 0)]
    [InlineData("cpo", 1)]
    [InlineData(" orpo : 0.5 ", 0.5)]
    [InlineData("{cpo: 1, orpo: 2}", 3)]
    [InlineData("cpo: 1, sft: 0", 0)]
    [InlineData("sft: 0.25, cpo", 0.25)]
    public void The_cross_entropy_is_what_sft_says_or_what_the_losses_bring(string text, double expected) =>
        Assert.Equal(expected, PreferenceLossMixture.Parse(text).SftWeight);

    [Theory]
    [InlineData("")]
    [InlineData("sft: 1")]
    [InlineData("sigmoid: 1, sigmoid: 1")]
    [InlineData("sigmoid: -1")]
    [InlineData("sigmoid: 0")]
    [InlineData("sigmoid: nan")]
    [InlineData("sigmoid: much")]
    [InlineData("sigmoid: 1,, hinge: 1")]
    [InlineData("sigmoid bco_pair")]
    public void Text_that_is_no_mixture_is_refused(string text) =>
        Assert.Throws<InvalidInputException>(() => PreferenceLossMixture.Parse(text));

    [Fact]
    public void A_mixture_of_countless_losses_is_refused() =>
        Assert.Throws<InvalidInputException>(() => PreferenceLossMixture.Parse(string.Join(',', Enumerable.Repeat("sigmoid", 100_000))));

    [Fact]
    public void A_weight_of_zero_masks_a_pair_and_its_gradient()
    {
        using var scope = NewDisposeScope();
        var sample = PairSamples.Random(4, 1);
        var pairs = sample with { Chosen = sample.Chosen.clone().requires_grad_() };
        var mixture = PreferenceLossMixture.Parse("sigmoid: 0.5, ipo: 2");

        var losses = mixture.Of(pairs, PairSamples.Options, tensor([1.0, 0, 0.5, 2]));
        losses.sum().backward();

        var plain = mixture.Of(sample, PairSamples.Options).Values();
        Numerics.AssertEqual(tensor([plain[0], 0, plain[2] / 2, plain[3] * 2]), losses.detach(), 1e-14);
        Assert.Equal(0, pairs.Chosen.grad![1].item<double>());
        Assert.NotEqual(0, pairs.Chosen.grad![0].item<double>());
    }

    [Theory]
    [InlineData("aot")]
    [InlineData("aot_unpaired")]
    public void Pairs_of_a_sorted_batch_cannot_be_weighed(string name)
    {
        using var scope = NewDisposeScope();
        var mixture = PreferenceLossMixture.Parse($"sigmoid: 1, {name}: 1");
        Assert.True(mixture.WholeBatch);

        var failure = Assert.Throws<InvalidInputException>(() =>
            mixture.Of(PairSamples.Golden(), PairSamples.Options, ones(2, ScalarType.Float64))
        );

        Assert.Contains(name, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("simpo")]
    [InlineData("cpo")]
    [InlineData("orpo")]
    [InlineData("alphapo")]
    [InlineData("tpo")]
    [InlineData("tpo_l")]
    [InlineData("aot")]
    public void A_divergence_is_refused_by_losses_that_cannot_honour_it(string name)
    {
        using var scope = NewDisposeScope();
        var options = new PreferenceLossOptions { FDivergenceType = DivergenceType.JsDivergence };
        var mixture = PreferenceLossMixture.Parse($"sigmoid: 1, {name}: 1");

        Assert.Contains(
            "f_divergence_type",
            Assert.Throws<InvalidInputException>(() => mixture.Check(options)).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<InvalidInputException>(() => mixture.Of(PairSamples.Golden(), options));
    }

    [Fact]
    public void An_option_that_no_loss_reads_is_refused_and_one_that_some_loss_reads_is_not()
    {
        var smoothed = new PreferenceLossOptions { LabelSmoothing = 0.1 };

        var failure = Assert.Throws<InvalidInputException>(() => PreferenceLossMixture.Parse("sigmoid: 1, hinge: 1").Check(smoothed));
        PreferenceLossMixture.Parse("sigmoid: 1, cdpo: 1").Check(smoothed);
        PreferenceLossMixture.Parse("sigmoid").Check(new() { Beta = 3 });

        Assert.Contains("'label_smoothing'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("cdpo", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        PreferenceLossOptions[] wrong =
        [
            new() { Beta = 0 },
            new() { LabelSmoothing = 0.5 },
            new() { Gamma = -1 },
            new() { Alpha = double.NaN },
            new() { TpoAlpha = -1 },
            new() { XpoAlpha = -1 },
            new() { DiscopopTau = 1.5 },
            new() { FAlphaDivergenceCoef = 1 },
        ];

        Assert.Equal(typeof(PreferenceLossOptions).GetProperties().Length - 1, wrong.Length);
        Assert.All(wrong, options => Assert.Single(options.Problems()));
        Assert.Throws<InvalidInputException>(() => PreferenceLossMixture.Parse("sigmoid").Check(wrong[0]));
    }

    [Fact]
    public void Exo_asks_for_the_smoothing_that_it_takes_the_logarithm_of()
    {
        using var scope = NewDisposeScope();

        var failure = Assert.Throws<InvalidInputException>(() => PreferenceLosses.Find("exo_pair").Of(PairSamples.Golden(), new()));

        Assert.Contains("label_smoothing", failure.Message, StringComparison.Ordinal);
    }
}
