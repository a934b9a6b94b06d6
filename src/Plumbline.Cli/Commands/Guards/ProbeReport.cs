using System.Globalization;
using System.Text.Json.Nodes;
using Plumbline.Cli.Pipelines;
using Plumbline.Evaluation.Detection;
using Plumbline.Evaluation.Reports;
using Plumbline.Evaluation.Statistics;
using Plumbline.Models.Probes.Training;
using Plumbline.Moderation.TextModels.Training;
using Plumbline.Runs;

namespace Plumbline.Cli.Commands.Guards;

/// <summary>What a probe learnt from, which layer it was given and how it did, for terminals, machines and browsers.</summary>
internal sealed class ProbeReport(
    TextModelRecipe recipe,
    ProbeTrainingOptions options,
    ProbeRun run,
    IReadOnlyList<LabelledText> texts,
    TrainedProbe trained,
    DetectionMeasurement measured
)
{
    // As many curves as a plot can tell apart.
    private const int MostCurves = 8;

    private readonly IReadOnlyList<(int Layer, TriedLabel Label, Estimate Area)> tried =
    [
        .. trained.Layers.SelectMany(layer =>
            layer.Labels.Select(label => (layer.Layer, label, Separation.Of(label.Scores, label.Holds, recipe.Seed)))
        ),
    ];

    internal void Write(TextWriter output)
    {
        var probe = trained.Probe;
        output.WriteLine(
            Line(
                $"Learnt from {texts.Count} texts: {run.Output}, behind block {probe.Description.Layer} of {run.Model}, {probe.Description.Labels.Count} labels, hash {probe.Hash}."
            )
        );
        output.WriteLine("On validation texts, which chose layer and weight decay:");
        foreach (var (layer, label, area) in tried)
        {
            output.WriteLine(
                Line($"  block {layer, -4} {label.Name, -12} loss {label.Loss:F4} l2 {label.L2, -8} AUROC {DetectionReport.Area(area)}")
            );
        }

        DetectionReport.Write(output, measured);
    }

    internal JsonObject Json()
    {
        var json = new JsonObject
        {
            ["probe"] = run.Output,
            ["hash"] = trained.Probe.Hash,
            ["model"] = trained.Probe.Description.Model,
            ["layer"] = trained.Probe.Description.Layer,
            ["texts"] = texts.Count,
            ["validation"] = new JsonArray([
                .. tried.Select(one => new JsonObject
                {
                    ["layer"] = one.Layer,
                    ["label"] = one.Label.Name,
                    ["l2"] = one.Label.L2,
                    ["loss"] = one.Label.Loss,
                    ["texts"] = one.Label.Scores.Count,
                    ["auroc"] = EstimateJson.Of(one.Area),
                }),
            ]),
            ["threshold"] = TextModelMeasurement.Threshold,
        };
        DetectionReport.AddTo(json, measured);
        return json;
    }

    internal ReportDocument Document() =>
        new(
            $"A probe for {recipe.Name}",
            $"Learnt from {texts.Count} texts on the hidden states of {run.Model} behind block {trained.Probe.Description.Layer}, tested on sources that it learnt nothing from, at a score of {TextModelMeasurement.Threshold.ToString(CultureInfo.InvariantCulture)}.",
            [
                new("Layers", [Curves(), Layers()]),
                .. DetectionReport.Sections(measured),
                new("What it learnt from", [TextModelReport.Sources(recipe, texts), Labels(), Options()]),
                Provenance.Section(
                    new RunFacts("plumb guard probe", options, recipe.Seed.Value, Versions.All, RunMachine.Facts(run.Threads), [])
                ),
            ]
        );

    private LinePlotBlock Curves()
    {
        // Where there are more labels than curves: those with the most texts.
        var shown = trained.Layers[0].Labels.OrderByDescending(label => label.Scores.Count).Take(MostCurves).Select(label => label.Name);
        return new LinePlotBlock(
            "How well the labels are told on validation texts, behind each block that was tried.",
            "block",
            "AUROC",
            [
                .. shown.Select(label => new PlotSeries(
                    label,
                    [.. tried.Where(one => one.Label.Name == label).Select(one => new PlotPoint(one.Layer, one.Area.Value))]
                )),
            ],
            [new PlotMark(trained.Probe.Description.Layer, "chosen")]
        );
    }

    private TableBlock Layers() =>
        new(
            "Validation texts choose the block with the lowest mean loss, and weight decay by label. Areas with bootstrap intervals; tests above are the measure, for these chose.",
            [new("block", true), new("label"), new("texts", true), new("weight decay", true), new("loss", true), new("AUROC", true)],
            [
                .. tried.Select(one =>
                    new[]
                    {
                        Line($"{one.Layer}"),
                        one.Label.Name,
                        Line($"{one.Label.Scores.Count}"),
                        Line($"{one.Label.L2}"),
                        Line($"{one.Label.Loss:F4}"),
                        DetectionReport.Area(one.Area),
                    }
                ),
            ]
        );

    private TableBlock Labels() =>
        new(
            "Texts of each label that weights were learnt from; validation texts are not among them.",
            [new("label"), new("hazard"), new("holds", true), new("does not", true)],
            [
                .. trained.Probe.Description.Labels.Select(label =>
                    new[] { label.Name, label.Hazard, Line($"{label.Positives}"), Line($"{label.Negatives}") }
                ),
            ]
        );

    private TableBlock Options()
    {
        var used = trained.Probe.Description.Training;
        return new TableBlock(
            "How it was learnt.",
            [new("option"), new("value")],
            [
                ["reading.framing", used.Reading.Framing.ToString().ToLowerInvariant()],
                ["reading.pooling", used.Reading.Pooling.ToString().ToLowerInvariant()],
                ["reading.window_tokens", Line($"{used.Reading.WindowTokens}")],
                ["reading.overlap", Line($"{used.Reading.Overlap}")],
                ["l2", string.Join(", ", used.L2.Select(value => Line($"{value}")))],
                ["validation_share", Line($"{used.ValidationShare}")],
                ["most_windows", Line($"{used.MostWindows}")],
                ["model", trained.Probe.Description.Model],
                ["probe", trained.Probe.Hash],
            ]
        );
    }

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
