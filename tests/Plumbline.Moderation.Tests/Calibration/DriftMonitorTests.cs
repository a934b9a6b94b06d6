using Plumbline.Moderation.Calibration;
using Plumbline.Randomness;

namespace Plumbline.Moderation.Tests.Calibration;

public sealed class DriftMonitorTests
{
    private const double Bound = 100;

    [Fact]
    public void While_nothing_changes_alarms_are_as_rare_as_promised()
    {
        var alarms = 0;
        for (var run = 0; run < 500; run++)
        {
            alarms += Alarm(run, score: source => Math.Round(source.NextDouble(), 2), steps: 1000).IsAlarmed(Bound) ? 1 : 0;
        }

        // At most 1 % in expectation: 5 of 500, and four standard deviations.
        Assert.InRange(alarms, 0, 5 + 9);
    }

    [Theory]
    [InlineData(0.15)]
    [InlineData(-0.15)]
    public void Scores_that_move_either_way_are_noticed(double shift)
    {
        var noticed = 0;
        for (var run = 0; run < 50; run++)
        {
            noticed += Alarm(run, score: source => Math.Clamp(source.NextDouble() + shift, 0, 1), steps: 1000).IsAlarmed(Bound) ? 1 : 0;
        }

        Assert.Equal(50, noticed);
    }

    [Fact]
    public void Its_capital_begins_at_one_and_is_never_negative()
    {
        var monitor = new DriftMonitor([0.5], new Seed(1).Source());
        Assert.Equal(1, monitor.Capital, 1e-12);
        foreach (var score in new[] { 0, 1, 0.5, double.MinValue, double.MaxValue, 0.5 })
        {
            monitor.Add(score);
            Assert.InRange(monitor.Capital, 0, monitor.Highest);
        }

        Assert.Equal(6, monitor.Seen);
    }

    [Fact]
    public void Without_scores_to_compare_with_it_says_so() =>
        Assert.Throws<InvalidInputException>(() => new DriftMonitor([], new Seed(1).Source()));

    private static DriftMonitor Alarm(int run, Func<RandomSource, double> score, int steps)
    {
        var source = new Seed(5).Derive("scores", run).Source();
        var monitor = new DriftMonitor(
            [.. Enumerable.Range(0, 500).Select(_ => Math.Round(source.NextDouble(), 2))],
            new Seed(5).Derive("ties", run).Source()
        );
        for (var i = 0; i < steps && !monitor.IsAlarmed(Bound); i++)
        {
            monitor.Add(score(source));
        }

        return monitor;
    }
}
