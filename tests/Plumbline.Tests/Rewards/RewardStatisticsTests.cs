using CsCheck;
using Plumbline.Rewards;

namespace Plumbline.Tests.Rewards;

public sealed class RewardStatisticsTests
{
    [Fact]
    public void They_say_how_many_were_judged_and_how()
    {
        var statistics = RewardStatistics.Of([1, null, 4, double.NaN, 1, double.PositiveInfinity]);

        Assert.Equal(3, statistics.Judged);
        Assert.Equal(3, statistics.Unjudged);
        Assert.Equal(2, statistics.NotFinite);
        Assert.Equal(2, statistics.Mean);
        Assert.Equal(Math.Sqrt(2), statistics.StandardDeviation!.Value, 1e-12);
        Assert.Equal(1, statistics.Minimum);
        Assert.Equal(4, statistics.Maximum);
    }

    [Fact]
    public void Where_nothing_was_judged_there_is_no_mean()
    {
        var statistics = RewardStatistics.Of([null]);

        Assert.Equal(1, statistics.Unjudged);
        Assert.Null(statistics.Mean);
        Assert.Null(statistics.StandardDeviation);
        Assert.Null(statistics.Minimum);
        Assert.Null(statistics.Maximum);
        Assert.Equal(RewardStatistics.None, RewardStatistics.Of([]));
    }

    [Fact]
    public void Those_of_parts_add_up_to_those_of_the_whole()
    {
        var scores = Gen.OneOf(Gen.Double[-1e3, 1e3].Select(score => (double?)score), Gen.Const((double?)null)).Array[0, 30];

        Gen.Select(scores, scores, scores)
            .Sample(
                (first, second, third) =>
                {
                    double?[] all = [.. first, .. second, .. third];
                    var judged = all.OfType<double>().ToArray();
                    var sum = RewardStatistics.Of(first).Add(RewardStatistics.Of(second).Add(RewardStatistics.Of(third)));

                    Assert.Equal(judged.Length, sum.Judged);
                    Assert.Equal(all.Length - judged.Length, sum.Unjudged);
                    if (judged.Length > 0)
                    {
                        var mean = judged.Average();
                        Assert.Equal(mean, sum.Mean!.Value, 1e-9);
                        Assert.Equal(
                            Math.Sqrt(judged.Average(score => (score - mean) * (score - mean))),
                            sum.StandardDeviation!.Value,
                            1e-7
                        );
                        Assert.Equal(judged.Min(), sum.Minimum);
                        Assert.Equal(judged.Max(), sum.Maximum);
                    }
                }
            );
    }
}
