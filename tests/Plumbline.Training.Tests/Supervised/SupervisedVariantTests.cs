using Plumbline.Randomness;
using Plumbline.Testing.Torch;
using Plumbline.Training.Supervised;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests.Supervised;

[NoTensorLeaks]
public sealed class SupervisedVariantTests
{
    [Fact]
    public void Dynamic_fine_tuning_takes_the_gradient_of_the_probability_itself()
    {
        using var scope = NewDisposeScope();
        var logProbabilities = tensor([Math.Log(0.5), Math.Log(0.1), 0]).requires_grad_();

        var losses = DynamicFineTuning.Of(logProbabilities);
        losses.sum().backward();

        Numerics.AssertEqual(tensor([0.5 * Math.Log(2), 0.1 * Math.Log(10), 0]), losses.detach(), 1e-14);
        // −d p/d log p = −p: the weight is a constant of the gradient.
        Numerics.AssertEqual(tensor([-0.5, -0.1, -1]), logProbabilities.grad!, 1e-14);
    }

    [Fact]
    public void Noise_on_embeddings_is_uniform_within_the_bound_of_its_sequence()
    {
        using var scope = NewDisposeScope();

        foreach (var length in new[] { 100, 400 })
        {
            var values = EmbeddingNoise.Of(length, 64, 5, new Seed(7)).Values();

            var bound = 5 / Math.Sqrt(length * 64.0);
            var draws = length * 64.0;
            Assert.Equal(draws, values.Length);
            Assert.InRange(values.Max(), 0.999 * bound, bound);
            Assert.InRange(values.Min(), -bound, -0.999 * bound);
            // Mean 0 and variance bound²/3, four standard errors.
            Assert.Equal(0, values.Average(), 4 * bound / Math.Sqrt(3 * draws));
            Assert.Equal(bound * bound / 3, values.Average(value => value * value), 4 * bound * bound * 0.2981 / Math.Sqrt(draws));
        }
    }

    [Fact]
    public void The_seed_decides_the_noise_and_sizes_out_of_range_are_refused()
    {
        using var scope = NewDisposeScope();

        Assert.Equal(EmbeddingNoise.Of(6, 4, 5, new Seed(1)).Values(), EmbeddingNoise.Of(6, 4, 5, new Seed(1)).Values());
        Assert.NotEqual(EmbeddingNoise.Of(6, 4, 5, new Seed(1)).Values(), EmbeddingNoise.Of(6, 4, 5, new Seed(2)).Values());
        Assert.All(EmbeddingNoise.Of(6, 4, 0, new Seed(1)).Values(), value => Assert.Equal(0, value));
        Assert.Throws<ArgumentOutOfRangeException>(() => EmbeddingNoise.Of(6, 4, -1, new Seed(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => EmbeddingNoise.Of(6, 4, double.NaN, new Seed(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => EmbeddingNoise.Of(0, 4, 5, new Seed(1)));
    }
}
