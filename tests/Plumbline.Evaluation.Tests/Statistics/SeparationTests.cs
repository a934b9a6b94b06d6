using Plumbline.Evaluation.Statistics;
using Plumbline.Randomness;

namespace Plumbline.Evaluation.Tests.Statistics;

public sealed class SeparationTests
{
    [Theory]
    [InlineData(new[] { 1.0, 2, 3, 4 }, new[] { false, false, true, true }, 1)]
    [InlineData(new[] { 4.0, 3, 2, 1 }, new[] { false, false, true, true }, 0)]
    [InlineData(new[] { 1.0, 1, 1, 1 }, new[] { false, true, false, true }, 0.5)]
    // Good 2 and 3 against bad 1 and 2: three wins and a tie of four.
    [InlineData(new[] { 1.0, 2, 2, 3 }, new[] { false, false, true, true }, 0.875)]
    public void It_is_the_share_of_pairs_in_which_the_good_one_is_above(double[] scores, bool[] good, double expected)
    {
        var separation = Separation.Of(scores, good, new Seed(1));

        Assert.Equal(expected, separation.Value, 1e-12);
        Assert.True(separation.Interval!.Value.Contains(separation.Value));
    }

    [Fact]
    public void Items_of_one_kind_cannot_be_told_apart()
    {
        var separation = Separation.Of([1, 2], [true, true], new Seed(1));

        Assert.True(double.IsNaN(separation.Value));
        Assert.Null(separation.Interval);
    }

    [Fact]
    public void Intervals_hold_the_truth_about_as_often_as_they_say()
    {
        // Two normal distributions one deviation apart: Φ(1/√2).
        const double Truth = 0.7602;
        var held = 0;
        for (ulong run = 0; run < 100; run++)
        {
            var random = new Seed(run).Source();
            bool[] good = [.. Enumerable.Range(0, 120).Select(i => i % 2 == 0)];
            double[] scores = [.. good.Select(isGood => random.NextNormal() + (isGood ? 1 : 0))];
            held += Separation.Of(scores, good, new Seed(run)).Interval!.Value.Contains(Truth) ? 1 : 0;
        }

        // 95 of 100, three standard deviations below.
        Assert.InRange(held, 88, 100);
    }
}
