using Plumbline.Testing.Torch;
using Plumbline.Training.Preferences;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests.Preferences;

[NoTensorLeaks]
public sealed class PairWeightTests
{
    [Fact]
    public void Policy_weights_are_those_of_full_distributions()
    {
        using var scope = NewDisposeScope();
        // Two answers by hand: tokens of probability ½ and ¼ under (½, ¼, ¼), whose Σp² is 3/8; then one of ¾ under (¾, ¼), whose Σp² is 5/8.
        var logProbabilities = tensor([0.5, 0.25, 0.75]).log().requires_grad_();
        var collisions = tensor([0.375, 0.375, 0.625]).log();

        var mean = PolicyWeighting.MeanAligned(logProbabilities, collisions, tensor([0L, 0, 1]), tensor([2.0, 1]));
        var weights = PolicyWeighting.PairWeights(mean[..1], mean[1..]);

        var (chosen, rejected) = (Math.Sqrt(0.5 / 0.375 * (0.25 / 0.375)), 0.75 / 0.625);
        Assert.Equal(chosen * rejected, weights.item<double>(), 1e-14);
        Assert.False(weights.requires_grad);
    }

    [Fact]
    public void Answers_of_a_uniform_policy_weigh_one()
    {
        using var scope = NewDisposeScope();
        var uniform = tensor(Enumerable.Repeat(-Math.Log(50), 7).ToArray());

        var mean = PolicyWeighting.MeanAligned(uniform, uniform, tensor([0L, 0, 0, 1, 1, 1, 1]), tensor([3.0, 4]));

        Assert.Equal(1, PolicyWeighting.PairWeights(mean[..1], mean[1..]).item<double>(), 1e-15);
    }

    [Fact]
    public void Tokens_past_the_shorter_answer_weigh_alpha()
    {
        Assert.Equal([1, 1, 0.25f, 1, 1, 1, 1, 0.25f, 0.25f], LengthDesensitization.TokenWeights([3, 2, 1, 3], 0.25));
        Assert.All(LengthDesensitization.TokenWeights([3, 2, 1, 3], 1), weight => Assert.Equal(1, weight));
        Assert.Equal([1, 1, 0, 1, 1], LengthDesensitization.TokenWeights([3, 2], 0));
    }

    [Fact]
    public void Lengths_and_weights_that_cannot_be_are_refused()
    {
        Assert.Throws<ArgumentException>(() => LengthDesensitization.TokenWeights([3, 2, 1], 0.5));
        Assert.Throws<InvalidInputException>(() => LengthDesensitization.TokenWeights([3, 2], 1.5));
        Assert.Throws<InvalidInputException>(() => LengthDesensitization.TokenWeights([3, 2], double.NaN));
    }
}
