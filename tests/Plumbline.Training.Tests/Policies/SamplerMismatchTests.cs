using Plumbline.Testing.Torch;
using Plumbline.Training.Loop;
using Plumbline.Training.Policies;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests.Policies;

[NoTensorLeaks]
public sealed class SamplerMismatchTests
{
    // Two answers of three and one tokens; π_train/π_sampler is 1, 3, 1/4 and 1.5. The sampler's numbers of a fifth token nobody wrote down.
    private static readonly double[] Ratios = [1, 3, 0.25, 1.5, double.NaN];

    [Theory]
    [InlineData(MismatchCorrection.TokenTruncate, 1, 2, 0.25, 1.5, 1)]
    [InlineData(MismatchCorrection.TokenMask, 1, 0, 0, 1, 1)]
    // The first answer's ratio is 0.75.
    [InlineData(MismatchCorrection.SequenceTruncate, 0.75, 0.75, 0.75, 1.5, 1)]
    [InlineData(MismatchCorrection.SequenceMask, 1, 1, 1, 1, 1)]
    public void Each_way_weighs_tokens_as_it_says(
        MismatchCorrection correction,
        double first,
        double second,
        double third,
        double fourth,
        double fifth
    )
    {
        using var scope = NewDisposeScope();
        var metrics = new MetricSums();

        var weights = SamplerMismatch.Weights(Tokens(), Sampler(), new PolicyOptions { MismatchCorrection = correction }, metrics)!;

        Assert.All(
            new[] { first, second, third, fourth, fifth }.Zip(weights.Values()),
            pair => Assert.Equal(pair.First, pair.Second, 1e-9)
        );
        Assert.Equal((Math.Log(3) + Math.Log(4) + Math.Log(1.5)) / 4, metrics.Means["sampling/mismatch"], 1e-9);
        Assert.Equal(Math.Log(4), metrics.Means["sampling/mismatch_max"], 1e-9);
        // The mean of r − 1 − ln r over the four tokens whose numbers are known.
        Assert.Equal(((1 + 3 + 0.25 + 1.5) - 4 - Math.Log(3 * 0.25 * 1.5)) / 4, metrics.Means["sampling/kl"], 1e-9);
    }

    [Fact]
    public void An_answer_far_from_the_sampler_is_left_out_whole()
    {
        using var scope = NewDisposeScope();
        var options = new PolicyOptions { MismatchCorrection = MismatchCorrection.SequenceMask, ImportanceCap = 1.4 };

        var weights = SamplerMismatch.Weights(Tokens(), Sampler(), options, new MetricSums())!;

        // 0.75 is within 1/1.4 and 1.4, and 1.5 is not.
        Assert.Equal([1, 1, 1, 0, 1], weights.Values());
    }

    [Fact]
    public void Without_a_correction_it_is_only_measured()
    {
        using var scope = NewDisposeScope();
        var metrics = new MetricSums();

        Assert.Null(
            SamplerMismatch.Weights(Tokens(), Sampler(), new PolicyOptions { MismatchCorrection = MismatchCorrection.None }, metrics)
        );
        Assert.True(metrics.Means["sampling/mismatch"] > 0);
    }

    private static AnswerTokens Tokens()
    {
        var old = tensor([-1.0, -2.0, -3.0, -0.5, -1.5]);
        return new AnswerTokens(old, old, zeros_like(old), tensor([0L, 0, 0, 1, 2]), tensor([3.0, 1, 1]));
    }

    private static Tensor Sampler() => tensor([-1.0, -2.0, -3.0, -0.5, -1.5]) - tensor(Ratios).log();
}
