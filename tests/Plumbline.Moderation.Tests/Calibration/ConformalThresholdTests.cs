using Plumbline.Moderation.Calibration;
using Plumbline.Randomness;

namespace Plumbline.Moderation.Tests.Calibration;

public sealed class ConformalThresholdTests
{
    [Fact]
    public void The_threshold_is_a_rank_and_its_promises_are_those_of_the_books()
    {
        var harmful = Enumerable.Range(1, 19).Select(i => i / 20.0).Reverse().ToList();
        var harmless = Enumerable.Range(0, 10).Select(i => i / 100.0).ToList();

        // ⌊0.1 · 20⌋ = 2: the second smallest of 19.
        var found = ConformalThreshold.ForMisses(harmful, harmless, 0.1, 0.95)!;

        Assert.Equal(0.1, found.Threshold);
        Assert.Equal(2 / 20.0, found.MissBound, 1e-12);
        // 1 − (1 − x)^18 (1 + 18x) = 0.95, the distribution of the second smallest of 19 uniform numbers.
        Assert.Equal(0.95, 1 - (Math.Pow(1 - found.MissCeiling, 18) * (1 + (18 * found.MissCeiling))), 1e-9);
        Assert.Equal(0, found.OverBlocks);
        // No success in 10 trials: 1 − 0.05^(1/10).
        Assert.Equal(1 - Math.Pow(0.05, 0.1), found.OverBlockCeiling, 1e-9);
    }

    [Theory]
    [InlineData(0.1, 9)]
    [InlineData(0.05, 19)]
    [InlineData(0.5, 1)]
    public void With_fewer_texts_than_a_rate_needs_nothing_is_promised(double missRate, int least)
    {
        Assert.Equal(least, ConformalThreshold.Least(missRate));
        Assert.Null(ConformalThreshold.ForMisses([.. Enumerable.Repeat(0.5, least - 1)], [], missRate, 0.95));
        Assert.NotNull(ConformalThreshold.ForMisses([.. Enumerable.Repeat(0.5, least)], [], missRate, 0.95));
    }

    [Fact]
    public void Misses_stay_within_the_bound_and_ceilings_hold_as_often_as_they_say()
    {
        var (runs, missed, above, over) = (2000, 0.0, 0, 0);
        for (var run = 0; run < runs; run++)
        {
            var source = new Seed(6).Derive("run", run).Source();
            // Scores with ties: a detector that only knows twenty values.
            double Harmful() => Math.Ceiling(20 * Math.Sqrt(source.NextDouble())) / 20;
            var found = ConformalThreshold.ForMisses(
                [.. Enumerable.Range(0, 60).Select(_ => Harmful())],
                [.. Enumerable.Range(0, 40).Select(_ => source.NextDouble())],
                0.1,
                0.9
            )!;
            // P(score < t): one step below t.
            var rate = Math.Pow(found.Threshold - 0.05, 2);
            missed += rate / runs;
            above += rate > found.MissCeiling ? 1 : 0;
            over += 1 - found.Threshold > found.OverBlockCeiling ? 1 : 0;
        }

        Assert.InRange(missed, 0.05, 0.1);
        // 10 % of 2,000 and four standard deviations.
        Assert.InRange(above, 0, 200 + 54);
        Assert.InRange(over, 0, 200 + 54);
    }

    [Fact]
    public void Where_all_harmless_texts_are_stopped_or_there_are_none_the_ceiling_is_one()
    {
        Assert.Equal(1, ConformalThreshold.ForMisses([0.2, 0.2], [0.9], 0.5, 0.95)!.OverBlockCeiling);
        var none = ConformalThreshold.ForMisses([0.2, 0.2], [], 0.5, 0.95)!;
        Assert.Equal(1, none.OverBlockCeiling);
        Assert.True(double.IsNaN(none.OverBlocks));
    }
}
