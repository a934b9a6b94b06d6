using Plumbline.Evaluation.Statistics;

namespace Plumbline.Evaluation.Reports;

/// <summary>A calibration as a reliability plot, and as the table behind it.</summary>
public static class ReliabilityBlocks
{
    /// <summary>How often calls of each confidence held, with 95 % Wilson intervals, beside the diagonal of a model that means what it says; then the bins in figures.</summary>
    /// <param name="calibration">What was measured.</param>
    /// <param name="caption">What the plot shows.</param>
    public static IReadOnlyList<ReportBlock> Of(Calibration calibration, string caption)
    {
        IReadOnlyList<PlotPoint> Points(Func<CalibrationBin, double> height) =>
            [.. calibration.Bins.Select(bin => new PlotPoint(bin.MeanConfidence, height(bin)))];
        return
        [
            new LinePlotBlock(
                caption,
                "mean confidence of the bin",
                "share of its calls that held",
                [
                    new PlotSeries("measured", Points(bin => bin.Held.Value)),
                    new PlotSeries("as it says", Points(bin => bin.MeanConfidence)),
                    new PlotSeries("95 %, low", Points(bin => bin.Held.WilsonInterval().Low)),
                    new PlotSeries("95 %, high", Points(bin => bin.Held.WilsonInterval().High)),
                ]
            ),
            new TableBlock(
                $"Expected calibration error {calibration.ExpectedError:F3} over {calibration.BinCount} bins of equal width; {calibration.Total} calls.",
                [new("confidence"), new("calls", true), new("mean confidence", true), new("held", true), new("95 % interval", true)],
                [.. calibration.Bins.Select(Row)]
            ),
        ];
    }

    private static IReadOnlyList<string> Row(CalibrationBin bin)
    {
        var interval = bin.Held.WilsonInterval();
        return
        [
            $"{bin.Low:F2} to {bin.High:F2}",
            $"{bin.Held.Trials}",
            $"{bin.MeanConfidence:F3}",
            $"{bin.Held.Value:F3}",
            $"{interval.Low:F3} to {interval.High:F3}",
        ];
    }
}
