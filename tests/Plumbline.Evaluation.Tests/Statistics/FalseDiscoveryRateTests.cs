using Plumbline.Evaluation.Statistics;

namespace Plumbline.Evaluation.Tests.Statistics;

public sealed class FalseDiscoveryRateTests
{
    /// <summary>The fifteen p values of Benjamini and Hochberg's own example (1995, section 4.1), of which four are believed at 0.05.</summary>
    [Fact]
    public void Four_of_the_papers_fifteen_are_believed()
    {
        double[] p =
        [
            0.0001,
            0.0004,
            0.0019,
            0.0095,
            0.0201,
            0.0278,
            0.0298,
            0.0344,
            0.0459,
            0.3240,
            0.4262,
            0.5719,
            0.6528,
            0.7590,
            1.000,
        ];

        var q = FalseDiscoveryRate.Adjust(p);

        Assert.Equal(4, q.Count(value => value <= 0.05));
        Assert.Equal(0.0015, q[0], 1e-12);
        Assert.Equal(0.0003 * 10, q[1], 1e-12);
        Assert.Equal(0.0095 * 15 / 4, q[3], 1e-12);
        // 0.0278·15/6 is larger than 0.0344·15/8: the later one counts.
        Assert.Equal(0.0298 * 15 / 7, q[5], 1e-12);
        Assert.Equal(1, q[14]);
    }

    [Fact]
    public void The_order_does_not_matter_and_nothing_is_below_its_own_p()
    {
        Assert.Equal([0.06, 0.9, 0.03], FalseDiscoveryRate.Adjust([0.04, 0.9, 0.01]).Select(q => Math.Round(q, 12)));
        Assert.Empty(FalseDiscoveryRate.Adjust([]));
        Assert.Throws<ArgumentException>(() => FalseDiscoveryRate.Adjust([0.1, double.NaN]));
    }

    [Fact]
    public void The_mean_of_groups_of_one_has_the_usual_standard_error_and_repeated_values_add_nothing()
    {
        var alone = ClusteredMean.Of([1, 2, 3, 6], [0, 1, 2, 3]);
        var twice = ClusteredMean.Of([1, 1, 2, 2, 3, 3, 6, 6], [0, 0, 1, 1, 2, 2, 3, 3]);

        Assert.Equal(3, alone.Value, 1e-12);
        // s² = 14/3, s/√4 = 1.0801.
        Assert.Equal(3 + (1.959964 * 1.080123), alone.Interval!.Value.High, 1e-4);
        Assert.Equal(alone.Interval.Value.Low, twice.Interval!.Value.Low, 1e-12);
        Assert.Equal(double.PositiveInfinity, ClusteredMean.Of([1, 2], [0, 0]).Interval!.Value.High);
        Assert.True(double.IsNaN(ClusteredMean.Of([], []).Value));
        Assert.Throws<ArgumentException>(() => ClusteredMean.Of([1], []));
    }
}
