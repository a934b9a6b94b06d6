using System.Text.Json.Nodes;
using Plumbline.Evaluation.Reports;

namespace Plumbline.Cli.Pipelines.Align;

/// <summary>The figures of an alignment run as JSON, as a table and as a page.</summary>
internal static class AlignReport
{
    internal static JsonObject ToJson(AlignOptions options, AlignResult result) =>
        new()
        {
            ["name"] = options.Name,
            ["accuracies"] = AccuracyBlocks.ToJson(result.Accuracies.Rows),
            ["rows_read"] = result.Data.RowsRead,
            ["rows_good"] = result.Data.RowsGood,
            ["pairs_trained"] = result.Counts.Training,
            ["pairs_too_long"] = result.Counts.TrainingTooLong + result.Counts.HeldOutTooLong,
            ["pairs_held_out"] = result.Counts.HeldOut,
            ["model"] = result.Aligned.ModelFolder,
        };

    internal static void Write(TextWriter output, AlignResult result)
    {
        output.WriteLine($"Held-out preference accuracy on {result.Counts.HeldOut} pairs, with 95 % Wilson intervals:");
        AccuracyBlocks.Write(output, result.Accuracies.Rows);
        output.WriteLine($"Model:  {result.Aligned.ModelFolder}");
    }

    internal static ReportDocument Document(AlignOptions options, AlignResult result) =>
        new(
            $"Alignment of {options.Name}",
            $"How often each ruler picks the answer that people chose, on {result.Counts.HeldOut} held-out pairs; 95 % Wilson intervals.",
            [
                new(
                    "Held-out preference accuracy",
                    AccuracyBlocks.Of(
                        result.Accuracies.Rows,
                        "Share of held-out pairs in which the chosen answer wins; the rulers that look at no meaning stand below."
                    )
                ),
                new("Data", [DataTable(result)]),
                new(
                    "Training",
                    [
                        new LinePlotBlock(
                            "Supervised fine-tuning",
                            "step",
                            "loss (nats per token)",
                            [Curve("loss", result.Supervised, "loss")]
                        ),
                        new LinePlotBlock("Preference learning", "step", "loss (nats per pair)", [Curve("loss", result.Aligned, "loss")]),
                        new LinePlotBlock(
                            "Share of training pairs whose chosen answer has the higher implicit reward",
                            "step",
                            "accuracy",
                            [Curve("rewards/accuracies", result.Aligned, "rewards/accuracies")]
                        ),
                    ]
                ),
                HealthSection.Of([("supervised fine-tuning", result.Supervised.Folder), ("preference learning", result.Aligned.Folder)]),
                new(
                    "Sample answers to held-out prompts",
                    [
                        new ParagraphBlock(
                            "Sampled from the model before and after preference learning. Shown as they came, whatever they say."
                        ),
                        new SamplesBlock([
                            .. result.Samples.Select(sample => new SampleConversation(sample.Prompt, sample.Before, sample.After)),
                        ]),
                    ]
                ),
                Provenance.Section(result.Facts),
            ]
        );

    private static PlotSeries Curve(string name, Stage stage, string metric) => new(name, TrainingStage.Curve(stage, metric));

    private static TableBlock DataTable(AlignResult result) =>
        new(
            "Every row is accounted for.",
            [new("what"), new("rows", true)],
            [
                ["read", $"{result.Data.RowsRead}"],
                .. result.Data.BadRows.Select(bad => new[] { $"left out: {bad.Key}", $"{bad.Value}" }),
                ["training pairs", $"{result.Counts.Training}"],
                ["training pairs longer than the budget, left out", $"{result.Counts.TrainingTooLong}"],
                ["held-out pairs", $"{result.Counts.HeldOut}"],
                ["held-out pairs longer than the budget, left out", $"{result.Counts.HeldOutTooLong}"],
            ]
        );
}
