using Plumbline.Evaluation.Reports;
using Plumbline.Evaluation.Statistics;
using Plumbline.Randomness;

namespace Plumbline.Evaluation.Tests.Statistics;

public sealed class CalibrationTests
{
    [Fact]
    public void A_tie_counts_half_and_without_ties_the_interval_is_that_of_the_share()
    {
        var rate = WinRate.Of([2.0, -1, 0, 0.5, 0]);

        Assert.Equal(new WinRate(2, 2, 5), rate);
        Assert.Equal(0.6, rate.Value, 1e-12);
        Assert.Equal(new Proportion(3, 5).WilsonInterval(), rate.WilsonInterval());
        Assert.Equal(new Proportion(81, 263).WilsonInterval(), new WinRate(81, 0, 263).WilsonInterval());
        Assert.True(double.IsNaN(new WinRate(0, 0, 0).Value));
        Assert.Throws<ArgumentException>(() => WinRate.Of([double.NaN]));
        Assert.Throws<InvalidOperationException>(() => new WinRate(3, 1, 3).WilsonInterval());
    }

    [Fact]
    public void The_expected_error_is_the_one_counted_by_hand()
    {
        // Two bins. [0, 0.5): 0.2 and 0.4, one of which held: |0.5 − 0.3| = 0.2. [0.5, 1]: 0.5, 0.9 and 1, two of which held: |2/3 − 0.8| = 2/15.
        var calibration = Calibration.Of([(0.2, -1), (0.4, 1), (0.5, 1), (0.9, -1), (1, 1)], bins: 2);

        Assert.Equal(((2 * 0.2) + (3 * 2.0 / 15)) / 5, calibration.ExpectedError, 1e-12);
        Assert.Equal([2L, 3], calibration.Bins.Select(bin => bin.Held.Trials));
        Assert.Equal([0.3, 0.8], calibration.Bins.Select(bin => Math.Round(bin.MeanConfidence, 12)));
        Assert.Equal(5, calibration.Total);
    }

    [Fact]
    public void Margins_are_calls_of_at_least_a_half_and_a_tie_holds_by_half()
    {
        // σ(ln 3) = 0.75: three calls right, one wrong is what the model says. A margin of 0 is a call of 0.5 that holds by half.
        var lead = Math.Log(3);

        var calibration = Calibration.OfMargins([lead, lead, lead, -lead, 0], bins: 5);

        Assert.Equal(0, calibration.ExpectedError, 1e-12);
        Assert.Equal([0.5, 0.75], calibration.Bins.Select(bin => Math.Round(bin.MeanConfidence, 12)));
        Assert.Equal([0.5, 0.7], calibration.Bins.Select(bin => Math.Round(bin.Low, 12)));
        Assert.Equal([new WinRate(0, 1, 1), new WinRate(3, 0, 4)], calibration.Bins.Select(bin => bin.Held));
    }

    [Fact]
    public void A_model_that_means_what_it_says_has_a_small_error_and_one_that_shouts_a_large_one()
    {
        var random = new Seed(5).Source();
        var honest = Enumerable
            .Range(0, 20_000)
            .Select(_ => Math.Abs(random.NextNormal()))
            .Select(margin => random.NextBool(1 / (1 + Math.Exp(-margin))) ? margin : -margin)
            .ToArray();

        Assert.InRange(Calibration.OfMargins(honest).ExpectedError, 0, 0.02);
        Assert.InRange(Calibration.OfMargins(honest.Select(margin => 5 * margin)).ExpectedError, 0.15, 0.4);
    }

    [Fact]
    public void What_is_no_probability_is_refused_and_nothing_measured_is_not_a_number()
    {
        Assert.Throws<ArgumentException>(() => Calibration.Of([(1.1, 1)]));
        Assert.Throws<ArgumentException>(() => Calibration.Of([(0.4, 1)], lowest: 0.5));
        Assert.Throws<ArgumentException>(() => Calibration.Of([(double.NaN, 1)]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Calibration.Of([], bins: 0));
        Assert.True(double.IsNaN(Calibration.Of([]).ExpectedError));
        Assert.Empty(Calibration.Of([]).Bins);
    }

    [Fact]
    public void The_report_shows_each_bin_beside_the_diagonal_with_its_interval()
    {
        var calibration = Calibration.OfMargins([1, 1, -1, 3]);

        var blocks = ReliabilityBlocks.Of(calibration, "calls");

        var plot = Assert.IsType<LinePlotBlock>(blocks[0]);
        Assert.All(plot.Series, series => Assert.Equal(2, series.Points.Count));
        Assert.Equal(2.0 / 3, plot.Series[0].Points[0].Y, 1e-12);
        Assert.All(plot.Series[1].Points, point => Assert.Equal(point.X, point.Y));
        Assert.Equal(new Proportion(2, 3).WilsonInterval().Low, plot.Series[2].Points[0].Y);
        var table = Assert.IsType<TableBlock>(blocks[1]);
        Assert.Equal(2, table.Rows.Count);
        Assert.All(table.Rows, row => Assert.Equal(table.Columns.Count, row.Count));
        Assert.Contains("10 bins", table.Caption);
    }
}
