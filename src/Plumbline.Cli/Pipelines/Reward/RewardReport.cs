using System.Text.Json.Nodes;
using Plumbline.Evaluation.Reports;
using Plumbline.Evaluation.Statistics;

namespace Plumbline.Cli.Pipelines.Reward;

/// <summary>The figures of a run as JSON and as a page.</summary>
internal static class RewardReport
{
    private const int HistogramBins = 12;

    // A plot tells no more curves apart.
    private const int MostCurves = 8;

    internal static JsonObject ToJson(RewardPipelineOptions options, RewardResult result) =>
        new()
        {
            ["name"] = options.Name,
            ["accuracies"] = AccuracyBlocks.ToJson(result.Measures.Accuracies),
            ["expected_calibration_error"] = result.Measures.Calibration.ExpectedError,
            ["calibration_bins"] = result.Measures.Calibration.BinCount,
            ["disputed"] = result.Measures.Disputed?.Share.Value,
            ["harm"] = result.Measures.Harm is { } harm ? ToJson(harm) : null,
            ["rows_read"] = result.Data.RowsRead,
            ["rows_good"] = result.Data.RowsGood,
            ["lists_trained"] = result.Counts.Training,
            ["lists_held_out"] = result.Counts.HeldOut,
            ["lists_left_out"] = result.Counts.TrainingLeftOut + result.Counts.HeldOutLeftOut,
            ["models"] = new JsonArray([.. result.Members.Select(member => (JsonNode)member.ModelFolder)]),
            ["scales"] = new JsonArray([
                .. result.Scales.Select(scale =>
                    scale is { } known ? new JsonObject { ["mean"] = known.Mean, ["deviation"] = known.Deviation } : null
                ),
            ]),
        };

    private static JsonObject ToJson(HarmSigns harm)
    {
        var right = harm.Right.ToEstimate();
        return new()
        {
            ["value"] = right.Value,
            ["low"] = right.Interval!.Value.Low,
            ["high"] = right.Interval.Value.High,
            ["majority"] = harm.Majority.Value,
            ["answers"] = harm.Right.Trials,
        };
    }

    internal static void Write(TextWriter output, RewardResult result)
    {
        var calibration = result.Measures.Calibration;
        output.WriteLine($"Held-out accuracy on {calibration.Total} comparisons, with 95 % Wilson intervals:");
        AccuracyBlocks.Write(output, result.Measures.Accuracies);
        if (result.Measures.Harm is { } harm)
        {
            output.WriteLine(
                $"Harm by the sign of the cost: {harm.Right.Value:P1} of {harm.Right.Trials} held-out answers right; always the more frequent: {harm.Majority.Value:P1}."
            );
        }

        output.WriteLine($"Expected calibration error: {calibration.ExpectedError:F3} over {calibration.BinCount} bins.");
        foreach (var member in result.Members)
        {
            output.WriteLine($"Model:  {member.ModelFolder}");
        }
    }

    internal static ReportDocument Document(RewardPipelineOptions options, RewardResult result)
    {
        var measures = result.Measures;
        return new(
            $"{(options.IsCost ? "Cost" : "Reward")} model of {options.Name}",
            $"How often each judge picks the answer that people {(options.IsCost ? "found more harmful" : "preferred")}, on {measures.Calibration.Total} held-out comparisons of {result.Counts.HeldOut} prompts; 95 % Wilson intervals.",
            [
                new(
                    "Held-out accuracy",
                    AccuracyBlocks.Of(
                        measures.Accuracies,
                        "Share of held-out comparisons in which the better answer wins; the rulers that look at no meaning stand below."
                    )
                ),
                new(
                    "Calibration",
                    [
                        new ParagraphBlock(
                            "The model calls the answer with the higher score the better one, with a confidence of σ(difference of the scores)."
                        ),
                        .. ReliabilityBlocks.Of(
                            measures.Calibration,
                            "How often calls of each confidence hold, with 95 % Wilson intervals"
                        ),
                    ]
                ),
                new("Scores", [Histogram(measures), ScaleTable(result)]),
                .. measures.Harm is { } harm ? new[] { new ReportSection("Harm", [Harm(harm)]) } : [],
                .. measures.Disputed is { } disputed ? new[] { new ReportSection("Disagreement", [Disagreement(disputed)]) } : [],
                new("Data", [DataTable(result)]),
                new("Training", Curves(result)),
                HealthSection.Of(result.Members.Take(MostCurves).Select(member => (member.Name, member.Folder))),
                Provenance.Section(result.Facts),
            ]
        );
    }

    private static BarPlotBlock Histogram(RewardMeasures measures)
    {
        var all = measures.BetterScores.Concat(measures.WorseScores).ToArray();
        var (low, high) = (all.Min(), all.Max());
        var width = Math.Max((high - low) / HistogramBins, 1e-9);
        Estimate? Share(IReadOnlyList<double> scores, int bin) =>
            new Estimate(
                scores.Count(score => Math.Clamp((int)((score - low) / width), 0, HistogramBins - 1) == bin) / (double)scores.Count
            );
        return new BarPlotBlock(
            "Scores of held-out answers, on the model's scale where it has one.",
            "share of answers",
            FigureFormat.Percent,
            ["better of a pair", "worse of a pair"],
            [
                .. Enumerable
                    .Range(0, HistogramBins)
                    .Select(bin => new BarGroup(
                        $"{low + (bin * width):F2} to {low + ((bin + 1) * width):F2}",
                        [Share(measures.BetterScores, bin), Share(measures.WorseScores, bin)]
                    )),
            ]
        );
    }

    private static TableBlock ScaleTable(RewardResult result) =>
        new(
            "Where reference answers lie: score = (raw − mean) / deviation. Stored with the model.",
            [new("model"), new("mean", true), new("deviation", true)],
            [
                .. result.Members.Zip(
                    result.Scales,
                    (member, scale) =>
                        new[] { member.Name, scale is { } known ? $"{known.Mean:F4}" : "not measured", $"{scale?.Deviation:F4}" }
                ),
            ]
        );

    private static TableBlock Disagreement(RewardDisagreement disputed) =>
        new(
            "Comparisons about which members disagree, and how far the mean score is to be trusted there.",
            [new("what"), new("value", true), new("95 % interval", true)],
            [
                Row("comparisons in dispute", disputed.Share.ToEstimate()),
                Row("accuracy where members disagree", disputed.OnDisputed.ToEstimate()),
                Row("accuracy where they agree", disputed.OnAgreed.ToEstimate()),
                ["mean deviation of a margin over members", $"{disputed.MeanDeviation:F3}", string.Empty],
            ]
        );

    private static TableBlock Harm(HarmSigns harm) =>
        new(
            "Costs above 0 say that an answer does harm. Held-out answers.",
            [new("judge"), new("share right", true), new("95 % interval", true)],
            [Row("sign of the cost", harm.Right.ToEstimate()), Row("ruler: always the more frequent", harm.Majority.ToEstimate())]
        );

    private static string[] Row(string name, Estimate estimate) =>
        [name, $"{estimate.Value:P1}", $"{estimate.Interval!.Value.Low:P1} to {estimate.Interval.Value.High:P1}"];

    private static TableBlock DataTable(RewardResult result) =>
        new(
            "Every row is accounted for.",
            [new("what"), new("rows", true)],
            [
                ["read", $"{result.Data.RowsRead}"],
                .. result.Data.BadRows.Select(bad => new[] { $"left out: {bad.Key}", $"{bad.Value}" }),
                ["training lists", $"{result.Counts.Training}"],
                ["training lists with an answer that does not fit, left out", $"{result.Counts.TrainingLeftOut}"],
                ["held-out lists", $"{result.Counts.HeldOut}"],
                ["held-out lists with an answer that does not fit, left out", $"{result.Counts.HeldOutLeftOut}"],
            ]
        );

    private static IReadOnlyList<ReportBlock> Curves(RewardResult result) =>
        [Curve(result, "Loss", "loss (nats per list)", "loss"), Curve(result, "Share of training comparisons won", "accuracy", "accuracy")];

    private static LinePlotBlock Curve(RewardResult result, string caption, string label, string metric) =>
        new(
            caption,
            "step",
            label,
            [.. result.Members.Take(MostCurves).Select(member => new PlotSeries(member.Name, TrainingStage.Curve(member, metric)))]
        );
}
