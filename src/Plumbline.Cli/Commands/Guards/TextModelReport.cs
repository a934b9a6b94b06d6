using System.Globalization;
using System.Text.Json.Nodes;
using Plumbline.Cli.Pipelines;
using Plumbline.Evaluation.Detection;
using Plumbline.Evaluation.Reports;
using Plumbline.Evaluation.Statistics;
using Plumbline.Moderation.TextModels;
using Plumbline.Moderation.TextModels.Training;
using Plumbline.Runs;

namespace Plumbline.Cli.Commands.Guards;

/// <summary>What a text model learnt from and how it did, for terminals, machines and browsers.</summary>
internal static class TextModelReport
{
    private const string Unknown = "-";

    internal static void Write(
        TextWriter output,
        IReadOnlyList<LabelledText> texts,
        TextModel model,
        TextModelMeasurement measured,
        string path
    )
    {
        output.WriteLine(Line($"Learnt from {texts.Count} texts: {path}, {new FileInfo(path).Length >> 10} KiB, SHA-256 {model.Hash}."));
        Write(output, measured);
    }

    internal static void Write(TextWriter output, TextModelMeasurement measured)
    {
        output.WriteLine(Line($"At a score of {TextModelMeasurement.Threshold}, with 95 % intervals:"));
        foreach (var (source, language, label, figures) in measured.Rows)
        {
            output.WriteLine(
                Line(
                    $"  {source, -30} {language ?? Unknown, -8} {label, -7} recall {Share(figures.Recall), -24} false alarms {Share(figures.FalseAlarms), -24} precision {Share(figures.Precision), -24} AUROC {Area(figures.Area)}"
                )
            );
        }

        output.WriteLine("Harmless texts about groups that are stopped, the highest rate over the lowest:");
        foreach (var (source, label, rates) in measured.Groups)
        {
            output.WriteLine(Line($"  {source, -30} {label, -7} {rates.Ratio:F2}: {Rates(rates)}"));
        }
    }

    internal static JsonObject Json(IReadOnlyList<LabelledText> texts, TextModel model, TextModelMeasurement measured, string path) =>
        new()
        {
            ["model"] = path,
            ["sha256"] = model.Hash,
            ["texts"] = texts.Count,
            ["threshold"] = TextModelMeasurement.Threshold,
            ["tests"] = Json(measured),
            ["groups"] = new JsonArray([
                .. measured.Groups.Select(row => new JsonObject
                {
                    ["source"] = row.Source,
                    ["label"] = row.Label,
                    ["drop_rate_ratio"] = row.Rates.Ratio,
                    ["false_alarms"] = new JsonObject(
                        row.Rates.Groups.Select(group => KeyValuePair.Create<string, JsonNode?>(group.Key, Json(group.Value)))
                    ),
                }),
            ]),
        };

    internal static JsonArray Json(TextModelMeasurement measured) =>
        new([
            .. measured.Rows.Select(row => new JsonObject
            {
                ["source"] = row.Source,
                ["language"] = row.Language,
                ["label"] = row.Label,
                ["recall"] = Json(row.Figures.Recall),
                ["false_alarms"] = Json(row.Figures.FalseAlarms),
                ["precision"] = Json(row.Figures.Precision),
                ["auroc"] = row.Figures.Area is { } area ? EstimateJson.Of(area) : null,
            }),
        ]);

    internal static ReportDocument Document(
        TextModelRecipe recipe,
        IReadOnlyList<LabelledText> texts,
        TextModel model,
        TextModelMeasurement measured
    ) =>
        new(
            $"The text model {recipe.Name}",
            $"Learnt from {texts.Count} texts, tested on sources that it learnt nothing from, at a score of {TextModelMeasurement.Threshold.ToString(CultureInfo.InvariantCulture)}.",
            [
                new("Tests", [Tests(measured)]),
                new("Groups of people", [Groups(measured)]),
                new("What it learnt from", [Sources(recipe, texts)]),
                Provenance.Section(
                    new RunFacts("plumb guard train", recipe, recipe.Seed.Value, Versions.All, RunMachine.Facts(threads: 1), [])
                ),
            ]
        );

    internal static TableBlock Tests(TextModelMeasurement measured) =>
        new(
            "Shares with 95 % Wilson intervals, areas with bootstrap intervals.",
            [
                new("source"),
                new("language"),
                new("label"),
                new("texts", true),
                new("recall", true),
                new("false alarms", true),
                new("precision", true),
                new("AUROC", true),
            ],
            [
                .. measured.Rows.Select(row =>
                    new[]
                    {
                        row.Source,
                        row.Language ?? Unknown,
                        row.Label,
                        Line($"{row.Figures.Count}"),
                        Share(row.Figures.Recall),
                        Share(row.Figures.FalseAlarms),
                        Share(row.Figures.Precision),
                        Area(row.Figures.Area),
                    }
                ),
            ]
        );

    internal static TableBlock Groups(TextModelMeasurement measured) =>
        new(
            "Harmless texts that speak of groups of people: how often they are stopped all the same, and the highest rate over the lowest.",
            [new("source"), new("label"), new("ratio", true), new("rates")],
            [.. measured.Groups.Select(row => new[] { row.Source, row.Label, Line($"{row.Rates.Ratio:F2}"), Rates(row.Rates) })]
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
                        Line($"{own.Count}"),
                        string.Join(", ", labels.Where(label => label.Count > 0).Select(label => Line($"{label.label} {label.Count}"))),
                    };
                }),
            ]
        );

    private static string Rates(DropRates rates) =>
        string.Join(", ", rates.Groups.Select(group => Line($"{group.Key} {group.Value.Successes}/{group.Value.Trials}")));

    private static string Share(Proportion share) =>
        share.Trials == 0 ? Unknown
        : share.WilsonInterval() is var interval ? Line($"{share.Value:F3} [{interval.Low:F3}, {interval.High:F3}]")
        : Unknown;

    internal static string Area(Estimate? area) =>
        area is not { Interval: { } interval } estimate ? Unknown : Line($"{estimate.Value:F3} [{interval.Low:F3}, {interval.High:F3}]");

    private static JsonObject? Json(Proportion share)
    {
        if (share.Trials == 0)
        {
            return null;
        }

        var interval = share.WilsonInterval();
        return new JsonObject
        {
            ["value"] = share.Value,
            ["low"] = interval.Low,
            ["high"] = interval.High,
            ["count"] = share.Trials,
        };
    }

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
