using System.Text.Json.Nodes;
using Plumbline.Evaluation.Reports;

namespace Plumbline.Cli.Pipelines.Prefer;

/// <summary>The figures of a preference run as JSON and as a page.</summary>
internal static class PreferReport
{
    private static readonly (string Metric, string Caption, string Unit)[] Curves =
    [
        ("loss", "Loss of the step", "loss"),
        ("rewards/accuracies", "Share of training pairs whose chosen answer has the higher implicit reward", "accuracy"),
        ("rewards/margins", "Margin of the implicit rewards", "reward"),
        ("rewards/chosen", "Implicit reward of chosen answers", "reward"),
        ("rewards/rejected", "Implicit reward of rejected answers", "reward"),
        (
            "logps/chosen_per_token",
            "Log-probability of chosen answers: one that falls means that the policy leaves them too",
            "nats per token"
        ),
        ("kl", "Divergence from the reference", "nats"),
        ("grad_norm", "Length of the gradient", "norm"),
    ];

    internal static JsonObject ToJson(PreferOptions options, PreferResult result)
    {
        var json = new JsonObject
        {
            ["name"] = options.Name,
            ["loss_type"] = options.LossType,
            ["rows_read"] = result.Data.RowsRead,
            ["rows_good"] = result.Data.RowsGood,
            ["rows_trained"] = result.Trained,
            ["rows_held_out"] = result.HeldOut,
            ["rows_too_long"] = result.TooLong,
        };
        if (result.Accuracies is { } accuracies)
        {
            json["accuracies"] = AccuracyBlocks.ToJson(accuracies.Rows);
        }

        if (result.Separation is { } separation)
        {
            json["separation"] = new JsonObject
            {
                ["value"] = separation.Value,
                ["low"] = separation.Interval?.Low,
                ["high"] = separation.Interval?.High,
            };
        }

        json["model"] = result.Aligned.ModelFolder;
        return json;
    }

    private static string SeparationText(PreferResult result) =>
        result.Separation is { Interval: { } interval } separation
            ? $"A held-out good answer has a higher implicit reward than a bad one with a chance of {separation.Value:P1} ({interval.Low:P1} to {interval.High:P1}, {result.HeldOut} answers)."
            : "The held-out answers are all of one kind: nothing can be told apart.";

    internal static void Write(TextWriter output, PreferResult result)
    {
        if (result.Accuracies is { } accuracies)
        {
            output.WriteLine($"Held-out preference accuracy on {result.HeldOut} pairs, with 95 % Wilson intervals:");
            AccuracyBlocks.Write(output, accuracies.Rows);
        }
        else
        {
            output.WriteLine(SeparationText(result));
        }

        output.WriteLine($"Model:  {result.Aligned.ModelFolder}");
    }

    internal static ReportDocument Document(PreferOptions options, PreferResult result) =>
        new(
            $"Preference learning: {options.Name}",
            $"{options.LossType} on {result.Trained} rows, measured on {result.HeldOut} rows of other conversations; {result.TooLong} rows are longer than {options.MaxLength} tokens and left out.",
            [
                result.Accuracies is { } accuracies
                    ? new ReportSection(
                        "Held-out preference accuracy",
                        AccuracyBlocks.Of(
                            accuracies.Rows,
                            "Share of held-out pairs in which the chosen answer wins; the rulers that look at no meaning stand below."
                        )
                    )
                    : new ReportSection("Held-out answers", [new ParagraphBlock(SeparationText(result))]),
                new(
                    "Training",
                    [
                        .. Curves
                            .Select(curve => (curve, Points: TrainingStage.Curve(result.Aligned, curve.Metric)))
                            .Where(entry => entry.Points.Count > 0)
                            .Select(entry => new LinePlotBlock(
                                entry.curve.Caption,
                                "step",
                                entry.curve.Unit,
                                [new PlotSeries(entry.curve.Metric, entry.Points)]
                            )),
                    ]
                ),
                HealthSection.Of([("preference learning", result.Aligned.Folder)]),
                Provenance.Section(result.Facts),
            ]
        );
}
