using System.Text.Json.Nodes;
using Plumbline.Evaluation.Reports;
using Plumbline.Evaluation.Statistics;

namespace Plumbline.Cli.Pipelines.Reward;

/// <summary>The figures of a process reward model as JSON and as a page.</summary>
internal static class ProcessRewardReport
{
    internal static JsonObject ToJson(RewardPipelineOptions options, ProcessRewardResult result) =>
        new()
        {
            ["name"] = options.Name,
            ["accuracies"] = AccuracyBlocks.ToJson(Steps(result), "steps"),
            ["first_error"] = new JsonObject(
                result.Measures.Judges.Select(judge =>
                    KeyValuePair.Create(
                        judge.Key,
                        (JsonNode?)
                            new JsonObject
                            {
                                ["on_wrong"] = Share(judge.FirstError.OnWrong),
                                ["on_right"] = Share(judge.FirstError.OnRight),
                                ["harmonic_mean"] = Known(judge.FirstError.HarmonicMean),
                            }
                    )
                )
            ),
            ["roc_auc"] = new JsonObject
            {
                ["value"] = Known(result.Measures.Area.Value),
                ["low"] = result.Measures.Area.Interval?.Low,
                ["high"] = result.Measures.Area.Interval?.High,
            },
            ["expected_calibration_error"] = result.Measures.Calibration.ExpectedError,
            ["calibration_bins"] = result.Measures.Calibration.BinCount,
            ["rows_read"] = result.Data.RowsRead,
            ["rows_good"] = result.Data.RowsGood,
            ["answers_trained"] = result.Counts.Training,
            ["answers_held_out"] = result.Counts.HeldOut,
            ["answers_left_out"] = result.Counts.TrainingLeftOut + result.Counts.HeldOutLeftOut,
            ["steps_trained"] = result.Counts.TrainingSteps,
            ["steps_held_out"] = result.Counts.HeldOutSteps,
            ["models"] = new JsonArray(result.Model.ModelFolder),
        };

    internal static void Write(TextWriter output, ProcessRewardResult result)
    {
        output.WriteLine($"Held-out accuracy on {result.Counts.HeldOutSteps} steps, with 95 % Wilson intervals:");
        AccuracyBlocks.Write(output, Steps(result));
        output.WriteLine("First error found on wrong answers, none called on right ones, and their harmonic mean:");
        foreach (var judge in result.Measures.Judges)
        {
            var (wrong, right) = (judge.FirstError.OnWrong, judge.FirstError.OnRight);
            output.WriteLine($"  {judge.Name, -42} {wrong.Value, 6:P1}   {right.Value, 6:P1}   {judge.FirstError.HarmonicMean:P1}");
        }

        var area = result.Measures.Area;
        output.WriteLine(
            $"Area under the ROC curve: {area.Value:F3}{(area.Interval is { } interval ? $" ({interval.Low:F3} to {interval.High:F3})" : string.Empty)}."
        );
        output.WriteLine(
            $"Expected calibration error: {result.Measures.Calibration.ExpectedError:F3} over {result.Measures.Calibration.BinCount} bins."
        );
        output.WriteLine($"Model:  {result.Model.ModelFolder}");
    }

    internal static ReportDocument Document(RewardPipelineOptions options, ProcessRewardResult result) =>
        new(
            $"Process reward model of {options.Name}",
            $"How often each judge calls a step what it is, on {result.Counts.HeldOutSteps} steps of {result.Counts.HeldOut} held-out answers; 95 % Wilson intervals.",
            [
                new(
                    "Held-out accuracy",
                    AccuracyBlocks.Of(
                        Steps(result),
                        "Share of held-out steps that are called what they are; the rulers that look at no words stand below.",
                        "steps"
                    )
                ),
                new("First error", [FirstErrors(result.Measures.Judges)]),
                new(
                    "Calibration",
                    [
                        new ParagraphBlock(
                            $"σ(score) says how likely a step is right. Area under the ROC curve of the scores: {result.Measures.Area.Value:F3}."
                        ),
                        .. ReliabilityBlocks.Of(
                            result.Measures.Calibration,
                            "How often steps of each probability are right, with 95 % Wilson intervals"
                        ),
                    ]
                ),
                new("Data", [DataTable(result)]),
                new(
                    "Training",
                    [Curve(result, "Loss", "loss (nats per step)", "loss"), Curve(result, "Training accuracy", "accuracy", "accuracy")]
                ),
                HealthSection.Of([("process reward model", result.Model.Folder)]),
                Provenance.Section(result.Facts),
            ]
        );

    private static IReadOnlyList<(string Name, string Key, WinRate Rate)> Steps(ProcessRewardResult result) =>
        [.. result.Measures.Judges.Select(judge => (judge.Name, judge.Key, judge.Steps))];

    private static TableBlock FirstErrors(IReadOnlyList<StepJudge> judges) =>
        new(
            "ProcessBench's measure (arXiv 2412.06559): of answers with a wrong step, those of which the first is found; of answers that are right, those of which no step is called wrong.",
            [
                new("judge"),
                new("found", true),
                new("95 % interval", true),
                new("answers", true),
                new("left alone", true),
                new("95 % interval", true),
                new("answers", true),
                new("harmonic mean", true),
            ],
            [
                .. judges.Select(judge =>
                    new[] { judge.Name }
                        .Concat(Cells(judge.FirstError.OnWrong))
                        .Concat(Cells(judge.FirstError.OnRight))
                        .Append($"{judge.FirstError.HarmonicMean:P1}")
                        .ToArray()
                ),
            ]
        );

    private static string[] Cells(Proportion share)
    {
        var interval = share.WilsonInterval();
        return [$"{share.Value:P1}", $"{interval.Low:P1} to {interval.High:P1}", $"{share.Trials}"];
    }

    private static JsonObject Share(Proportion share)
    {
        var interval = share.WilsonInterval();
        return new JsonObject
        {
            ["value"] = Known(share.Value),
            ["low"] = interval.Low,
            ["high"] = interval.High,
            ["answers"] = share.Trials,
        };
    }

    // JSON has no word for what was not measured but null.
    private static double? Known(double value) => double.IsNaN(value) ? null : value;

    private static TableBlock DataTable(ProcessRewardResult result) =>
        new(
            "Every row is accounted for.",
            [new("what"), new("rows", true)],
            [
                ["read", $"{result.Data.RowsRead}"],
                .. result.Data.BadRows.Select(bad => new[] { $"left out: {bad.Key}", $"{bad.Value}" }),
                ["training answers", $"{result.Counts.Training}"],
                ["training answers that do not fit, left out", $"{result.Counts.TrainingLeftOut}"],
                ["held-out answers", $"{result.Counts.HeldOut}"],
                ["held-out answers that do not fit, left out", $"{result.Counts.HeldOutLeftOut}"],
            ]
        );

    private static LinePlotBlock Curve(ProcessRewardResult result, string caption, string label, string metric) =>
        new(caption, "step", label, [new PlotSeries(result.Model.Name, TrainingStage.Curve(result.Model, metric))]);
}
