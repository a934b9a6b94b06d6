using System.Globalization;
using System.Text.Json.Nodes;
using Plumbline.Cli.Pipelines;
using Plumbline.Evaluation.Detection;
using Plumbline.Evaluation.Reports;
using Plumbline.Evaluation.Statistics;

namespace Plumbline.Cli.Commands.Guards;

/// <summary>How a detector did, for terminals, machines and browsers.</summary>
internal static class DetectionReport
{
    internal const string AllLanguages = "all";

    private const string Unknown = "-";

    internal static void Write(TextWriter output, DetectionMeasurement measured)
    {
        foreach (var row in measured.Rows)
        {
            Write(output, row, Language(row));
        }

        if (measured.AllLanguages.Count > 0)
        {
            output.WriteLine("Sources in several languages, over all of them:");
        }

        foreach (var row in measured.AllLanguages)
        {
            Write(output, row, AllLanguages);
        }

        output.WriteLine("Harmless texts about groups that are stopped, the highest rate over the lowest:");
        foreach (var (source, label, rates) in measured.Rates)
        {
            output.WriteLine(Line($"  {source, -30} {label, -7} {rates.Ratio:F2}: {Rates(rates)}"));
        }
    }

    private static void Write(TextWriter output, DetectionRow row, string language) =>
        output.WriteLine(
            Line(
                $"  {row.Source, -30} {language, -8} {row.Label, -7} recall {Share(row.Figures.Recall), -24} false alarms {Share(row.Figures.FalseAlarms), -24} precision {Share(row.Figures.Precision), -24} AUROC {Area(row.Figures.Area)}"
            )
        );

    /// <summary>The properties <c>tests</c>, <c>all_languages</c>, <c>by_group</c> and <c>groups</c>.</summary>
    internal static void AddTo(JsonObject json, DetectionMeasurement measured)
    {
        json["tests"] = new JsonArray([.. measured.Rows.Select(Json)]);
        json["all_languages"] = new JsonArray([.. measured.AllLanguages.Select(Json)]);
        json["by_group"] = new JsonArray([.. measured.Groups.Select(Json)]);
        json["groups"] = new JsonArray([
            .. measured.Rates.Select(row => new JsonObject
            {
                ["source"] = row.Source,
                ["label"] = row.Label,
                ["drop_rate_ratio"] = row.Rates.Ratio,
                ["false_alarms"] = new JsonObject(
                    row.Rates.Groups.Select(group => KeyValuePair.Create<string, JsonNode?>(group.Key, Json(group.Value)))
                ),
            }),
        ]);
    }

    /// <summary>The sections of a report: a table for each label, and one of how groups of people fare.</summary>
    internal static IEnumerable<ReportSection> Sections(DetectionMeasurement measured) =>
        [
            .. measured
                .Rows.GroupBy(row => row.Label)
                .Select(label => new ReportSection(
                    $"Label {label.Key}",
                    [
                        .. Bars([.. label]),
                        Table(
                            "Shares with 95 % Wilson intervals, areas with bootstrap intervals.",
                            "language",
                            [
                                .. label.Select(row => (row, Language(row))),
                                .. measured.AllLanguages.Where(row => row.Label == label.Key).Select(row => (row, AllLanguages)),
                            ]
                        ),
                        .. Groups(measured, label.Key),
                    ]
                )),
        ];

    // Of one language there is nothing to compare, and the table says it.
    private static IEnumerable<BarPlotBlock> Bars(IReadOnlyList<DetectionRow> rows)
    {
        var languages = rows.GroupBy(Language).ToList();
        if (languages.Count > 1)
        {
            yield return new BarPlotBlock(
                "What is found of what is there, and of what is not, by language: all sources together.",
                "share of texts",
                FigureFormat.Percent,
                ["recall", "false alarms"],
                [
                    .. languages.Select(language => new BarGroup(
                        language.Key,
                        [Pooled(language.Select(row => row.Figures.Recall)), Pooled(language.Select(row => row.Figures.FalseAlarms))]
                    )),
                ]
            );
        }
    }

    private static Estimate? Pooled(IEnumerable<Proportion> shares)
    {
        var pooled = shares.Aggregate((one, other) => new Proportion(one.Successes + other.Successes, one.Trials + other.Trials));
        return pooled.Trials == 0 ? null : pooled.ToEstimate();
    }

    internal static string Share(Proportion share) =>
        share.Trials == 0 ? Unknown
        : share.WilsonInterval() is var interval ? Line($"{share.Value:F3} [{interval.Low:F3}, {interval.High:F3}]")
        : Unknown;

    internal static string Area(Estimate? area) =>
        area is not { Interval: { } interval } estimate ? Unknown : Line($"{estimate.Value:F3} [{interval.Low:F3}, {interval.High:F3}]");

    internal static JsonObject? Json(Proportion share)
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

    internal static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static IEnumerable<TableBlock> Groups(DetectionMeasurement measured, string label)
    {
        var rates = measured.Rates.Where(row => row.Label == label).ToList();
        if (rates.Count > 0)
        {
            yield return new TableBlock(
                "Harmless texts about groups of people that are stopped all the same: the highest rate over the lowest.",
                [new("source"), new("ratio", true), new("least"), new("most")],
                [.. rates.Select(row => new[] { row.Source, Line($"{row.Rates.Ratio:F2}"), Extreme(row.Rates, 1), Extreme(row.Rates, -1) })]
            );
        }

        var groups = measured.Groups.Where(row => row.Label == label).ToList();
        if (groups.Count > 0)
        {
            yield return Table("By what the texts speak of.", "group", [.. groups.Select(row => (row, row.Group!))]);
        }
    }

    private static string Extreme(DropRates rates, int sign)
    {
        var (group, rate) = rates.Groups.MinBy(group => sign * group.Value.Value);
        return Line($"{group}: {rate.Successes} of {rate.Trials}");
    }

    private static TableBlock Table(string caption, string part, IReadOnlyList<(DetectionRow Row, string Name)> rows) =>
        new(
            caption,
            [
                new("source"),
                new(part),
                new("texts", true),
                new("recall", true),
                new("false alarms", true),
                new("precision", true),
                new("AUROC", true),
            ],
            [
                .. rows.Select(one =>
                    new[]
                    {
                        one.Row.Source,
                        one.Name,
                        Line($"{one.Row.Figures.Count}"),
                        Share(one.Row.Figures.Recall),
                        Share(one.Row.Figures.FalseAlarms),
                        Share(one.Row.Figures.Precision),
                        Area(one.Row.Figures.Area),
                    }
                ),
            ]
        );

    private static string Language(DetectionRow row) => row.Language ?? Unknown;

    private static JsonObject Json(DetectionRow row)
    {
        var json = new JsonObject
        {
            ["source"] = row.Source,
            ["language"] = row.Language,
            ["label"] = row.Label,
            ["recall"] = Json(row.Figures.Recall),
            ["false_alarms"] = Json(row.Figures.FalseAlarms),
            ["precision"] = Json(row.Figures.Precision),
            ["auroc"] = row.Figures.Area is { } area ? EstimateJson.Of(area) : null,
        };
        if (row.Group is { } group)
        {
            json["group"] = group;
        }

        return json;
    }

    private static string Rates(DropRates rates) =>
        string.Join(", ", rates.Groups.Select(group => Line($"{group.Key} {group.Value.Successes}/{group.Value.Trials}")));
}
