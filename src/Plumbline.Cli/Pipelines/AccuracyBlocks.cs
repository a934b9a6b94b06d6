using System.Text.Json.Nodes;
using Plumbline.Evaluation.Reports;
using Plumbline.Evaluation.Statistics;

namespace Plumbline.Cli.Pipelines;

/// <summary>Accuracies of several judges of the same items, as a report, a machine and a terminal show them.</summary>
internal static class AccuracyBlocks
{
    internal static IReadOnlyList<ReportBlock> Of(
        IReadOnlyList<(string Name, string Key, WinRate Rate)> rows,
        string caption,
        string unit = "pairs"
    ) =>
        [
            new BarPlotBlock(
                caption,
                "accuracy",
                FigureFormat.Percent,
                ["accuracy"],
                [.. rows.Select(row => new BarGroup(row.Name, [row.Rate.ToEstimate()]))]
            ),
            new TableBlock(
                "The same in figures. A tie counts half.",
                [new("judge"), new("accuracy", true), new("95 % interval", true), new("ties", true), new(unit, true)],
                [.. rows.Select(row => Row(row.Name, row.Rate))]
            ),
        ];

    internal static JsonObject ToJson(IReadOnlyList<(string Name, string Key, WinRate Rate)> rows, string unit = "pairs")
    {
        var json = new JsonObject();
        foreach (var (_, key, rate) in rows)
        {
            var interval = rate.WilsonInterval();
            json[key] = new JsonObject
            {
                ["value"] = rate.Value,
                ["low"] = interval.Low,
                ["high"] = interval.High,
                ["ties"] = rate.Ties,
                [unit] = rate.Trials,
            };
        }

        return json;
    }

    internal static void Write(TextWriter output, IReadOnlyList<(string Name, string Key, WinRate Rate)> rows)
    {
        foreach (var (name, _, rate) in rows)
        {
            var interval = rate.WilsonInterval();
            output.WriteLine($"  {name, -40} {rate.Value, 6:P1}   {interval.Low:P1} to {interval.High:P1}");
        }
    }

    private static IReadOnlyList<string> Row(string name, WinRate rate)
    {
        var interval = rate.WilsonInterval();
        return [name, $"{rate.Value:P1}", $"{interval.Low:P1} to {interval.High:P1}", $"{rate.Ties}", $"{rate.Trials}"];
    }
}
