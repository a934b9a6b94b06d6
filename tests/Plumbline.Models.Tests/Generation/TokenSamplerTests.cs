using Plumbline.Models.Generation;
using Plumbline.Randomness;

namespace Plumbline.Models.Tests.Generation;

public sealed class TokenSamplerTests
{
    private static readonly float[] Logits = [.. new[] { 0.4, 0.05, 0.3, 0.05, 0.2 }.Select(p => (float)Math.Log(p))];

    [Theory]
    [InlineData(0, 1.0, new[] { 0.4, 0.05, 0.3, 0.05, 0.2 })]
    [InlineData(2, 1.0, new[] { 4 / 7.0, 0, 3 / 7.0, 0, 0 })]
    [InlineData(0, 0.65, new[] { 4 / 7.0, 0, 3 / 7.0, 0, 0 })]
    [InlineData(0, 0.75, new[] { 4 / 9.0, 0, 3 / 9.0, 0, 2 / 9.0 })]
    [InlineData(3, 0.7, new[] { 4 / 7.0, 0, 3 / 7.0, 0, 0 })]
    [InlineData(0, 1e-6, new[] { 1.0, 0, 0, 0, 0 })]
    public void Draws_follow_the_renormalised_probabilities(int topK, double topP, double[] expected)
    {
        const int Draws = 40_000;
        var sampler = new TokenSampler(new GenerationOptions { TopK = topK, TopP = topP }, Logits.Length);
        var random = new Seed(1).Source();
        var counts = new int[Logits.Length];

        for (var i = 0; i < Draws; i++)
        {
            counts[sampler.Sample(Logits, random)]++;
        }

        // Four standard errors of a proportion.
        Assert.All(counts.Zip(expected), pair => Assert.Equal(pair.Second, pair.First / (double)Draws, 4 * Math.Sqrt(0.25 / Draws)));
        Assert.All(counts.Zip(expected), pair => Assert.True(pair.Second > 0 || pair.First == 0));
    }

    [Fact]
    public void Temperature_sharpens_and_zero_takes_the_most_likely()
    {
        var random = new Seed(2).Source();
        var cold = new TokenSampler(new GenerationOptions { Temperature = 0.5 }, Logits.Length);
        var frozen = new TokenSampler(new GenerationOptions { Temperature = 0 }, Logits.Length);

        var first = Enumerable.Range(0, 20_000).Count(_ => cold.Sample(Logits, random) == 0) / 20_000.0;

        // p² renormalised: .16 / (.16 + .0025 + .09 + .0025 + .04)
        Assert.Equal(0.16 / 0.295, first, 0.015);
        Assert.All(Enumerable.Range(0, 50), _ => Assert.Equal(0, frozen.Sample(Logits, random)));
    }

    [Fact]
    public void Scores_that_are_no_numbers_stop_the_draw()
    {
        var sampler = new TokenSampler(new GenerationOptions(), 2);
        Assert.Throws<InvalidOperationException>(() => sampler.Sample([float.NaN, 1], new Seed(1).Source()));
    }
}
