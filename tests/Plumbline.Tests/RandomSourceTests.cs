using Plumbline.Randomness;

namespace Plumbline.Tests;

public sealed class RandomSourceTests
{
    [Fact]
    public void The_same_seed_gives_the_same_numbers_on_every_machine()
    {
        var stream = new Seed(42).Derive("test").Source();

        var numbers = Enumerable.Range(0, 5).Select(_ => stream.NextInt(1000)).ToArray();

        var again = new Seed(42).Derive("test").Source();
        Assert.Equal(numbers, Enumerable.Range(0, 5).Select(_ => again.NextInt(1000)));
        Assert.NotEqual(numbers, Draw(new Seed(42).Derive("other")));
        Assert.NotEqual(numbers, Draw(new Seed(42).Derive("test", 1)));
        Assert.NotEqual(numbers, Draw(new Seed(43).Derive("test")));

        static int[] Draw(Seed seed)
        {
            var stream = seed.Source();
            return [.. Enumerable.Range(0, 5).Select(_ => stream.NextInt(1000))];
        }
    }

    [Fact]
    public void Whole_numbers_are_evenly_spread_over_a_range_that_is_no_power_of_two()
    {
        var stream = new Seed(7).Source();
        var counts = new int[7];

        for (var i = 0; i < 70_000; i++)
        {
            counts[stream.NextInt(7)]++;
        }

        // Chi-squared with 6 degrees of freedom: 22.46 is its 0.999 quantile.
        Assert.True(counts.Sum(count => Math.Pow(count - 10_000, 2) / 10_000) < 22.46, string.Join(' ', counts));
    }

    [Fact]
    public void A_shuffle_keeps_every_value_and_normal_draws_have_mean_0_and_variance_1()
    {
        var stream = new Seed(3).Source();
        var values = Enumerable.Range(0, 100).ToArray();

        stream.Shuffle<int>(values);

        Assert.NotEqual(Enumerable.Range(0, 100), values);
        Assert.Equal(Enumerable.Range(0, 100), values.Order());
        var draws = Enumerable.Range(0, 20_000).Select(_ => stream.NextNormal()).ToArray();
        Assert.Equal(0, draws.Average(), 0.03);
        Assert.Equal(1, draws.Average(draw => draw * draw), 0.05);
    }
}
