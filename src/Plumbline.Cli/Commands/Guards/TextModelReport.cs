using System.Text.Json.Nodes;
using Plumbline.Cli.Pipelines;
using Plumbline.Evaluation.Detection;
using Plumbline.Evaluation.Reports;
using Plumbline.Moderation.TextModels;
using Plumbline.Moderation.TextModels.Training;
using Plumbline.Runs;

namespace Plumbline.Cli.Commands.Guards;

/// <summary>What a text model learnt from and how it did, for terminals, machines and browsers.</summary>
internal static class TextModelReport
{
    internal static void Write(
        TextWriter output,
        IReadOnlyList<LabelledText> texts,
        TextModel model,
        DetectionMeasurement measured,
        string path
    )
    {
        output.WriteLine(
            DetectionReport.Line($"Learnt from {texts.Count} texts: {path}, {new FileInfo(path).Length >> 10} KiB, SHA-256 {model.Hash}.")
        );
        output.WriteLine(DetectionReport.Line($"At a score of {TextModelMeasurement.Threshold}, with 95 % intervals:"));
        DetectionReport.Write(output, measured);
    }

    internal static JsonObject Json(IReadOnlyList<LabelledText> texts, TextModel model, DetectionMeasurement measured, string path)
    {
        var json = new JsonObject
        {
            ["model"] = path,
            ["sha256"] = model.Hash,
            ["texts"] = texts.Count,
            ["threshold"] = TextModelMeasurement.Threshold,
        };
        DetectionReport.AddTo(json, measured);
        return json;
    }

    internal static ReportDocument Document(
        TextModelRecipe recipe,
        IReadOnlyList<LabelledText> texts,
        TextModel model,
        DetectionMeasurement measured
    ) =>
        new(
            $"The text model {recipe.Name}",
            DetectionReport.Line(
                $"Learnt from {texts.Count} texts, tested on sources that it learnt nothing from, at a score of {TextModelMeasurement.Threshold}. SHA-256 {model.Hash}."
            ),
            [
                .. DetectionReport.Sections(measured),
                new("What it learnt from", [Sources(recipe, texts)]),
                Provenance.Section(
                    new RunFacts("plumb guard train", recipe, recipe.Seed.Value, Versions.All, RunMachine.Facts(threads: 1), [])
                ),
            ]
        );

    internal static TableBlock Sources(TextModelRecipe recipe, IReadOnlyList<LabelledText> texts) =>
        new(
            "Texts of each source after those that are alike were taken out; of a label, how many it holds of.",
            [new("source"), new("texts", true), new("labels")],
            [
                .. recipe.Sources.Select(source =>
                {
                    var own = texts.Where(text => text.Source == source.Name).ToList();
                    var labels = recipe.Labels.Keys.Select(label =>
                        (label, Count: own.Count(text => text.Labels.GetValueOrDefault(label)))
                    );
                    return new[]
                    {
                        source.Name,
                        DetectionReport.Line($"{own.Count}"),
                        string.Join(
                            ", ",
                            labels.Where(label => label.Count > 0).Select(label => DetectionReport.Line($"{label.label} {label.Count}"))
                        ),
                    };
                }),
            ]
        );
}
