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
    public void Noise_on_embeddings_is_uniform_within_the_bound_of_each_sequence()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(7, CPU);
        var embeddings = zeros(500, 64).requires_grad_();

        var noisy = NoisyEmbeddings.Add(embeddings, [100, 400], 5, generator);
        noisy.sum().backward();

        foreach (var (rows, length) in new[] { (noisy[..100], 100), (noisy[100..], 400) })
        {
            var bound = 5 / Math.Sqrt(length * 64.0);
            var values = rows.detach().Values();
            Assert.InRange(values.Max(), 0.999 * bound, bound);
            Assert.InRange(values.Min(), -bound, -0.999 * bound);
            // Mean 0 and variance bound²/3, four standard errors of 6,400 draws.
            Assert.Equal(0, values.Average(), 4 * bound / Math.Sqrt(3 * 6400));
            Assert.Equal(bound * bound / 3, values.Average(value => value * value), 4 * bound * bound * 0.2981 / Math.Sqrt(6400));
        }

        Assert.All(embeddings.grad!.Values(), slope => Assert.Equal(1, slope));
    }

    [Fact]
    public void The_generator_decides_the_noise_and_no_noise_changes_nothing()
    {
        using var scope = NewDisposeScope();
        var embeddings = randn(6, 4);
        Tensor Noisy(ulong seed, double alpha)
        {
            using var generator = new Generator(seed, CPU);
            return NoisyEmbeddings.Add(embeddings, [2, 4], alpha, generator);
        }

        Assert.Equal(Noisy(1, 5).Values(), Noisy(1, 5).Values());
        Assert.NotEqual(Noisy(1, 5).Values(), Noisy(2, 5).Values());
        Assert.Equal(embeddings.Values(), Noisy(1, 0).Values());
        Assert.Throws<ArgumentOutOfRangeException>(() => Noisy(1, -1));
        using var source = new Generator(1, CPU);
        Assert.Throws<ArgumentException>(() => NoisyEmbeddings.Add(embeddings, [2, 3], 5, source));
    }
}
