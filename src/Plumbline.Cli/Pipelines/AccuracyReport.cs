using System.Text.Json.Nodes;
using Plumbline.Evaluation.Reports;
using Plumbline.Evaluation.Statistics;

namespace Plumbline.Cli.Pipelines;

/// <summary>Held-out preference accuracies as JSON, as lines and as a section of a report.</summary>
internal static class AccuracyReport
{
    internal static IReadOnlyList<(string Name, string Key, Proportion Share)> Rows(PreferenceAccuracies accuracies) =>
        [
            ("implicit reward of the aligned model", "implicit_reward", accuracies.ImplicitReward),
            ("likelihood under the aligned model", "likelihood", accuracies.Likelihood),
            ("likelihood before preference learning", "likelihood_before", accuracies.LikelihoodBefore),
            ("ruler: longer answer", "longer", accuracies.Longer),
            ("ruler: shorter answer", "shorter", accuracies.Shorter),
            ("ruler: random", "random", accuracies.Random),
        ];

    internal static JsonObject ToJson(PreferenceAccuracies accuracies)
    {
        var json = new JsonObject();
        foreach (var (_, key, share) in Rows(accuracies))
        {
            var interval = share.WilsonInterval();
            json[key] = new JsonObject
            {
                ["value"] = share.Value,
                ["low"] = interval.Low,
                ["high"] = interval.High,
                ["pairs"] = share.Trials,
            };
        }

        return json;
    }

    internal static void Write(TextWriter output, PreferenceAccuracies accuracies, int heldOut)
    {
        output.WriteLine($"Held-out preference accuracy on {heldOut} pairs, with 95 % Wilson intervals:");
        foreach (var (name, _, share) in Rows(accuracies))
        {
            var interval = share.WilsonInterval();
            output.WriteLine($"  {name, -40} {share.Value, 6:P1}   {interval.Low:P1} to {interval.High:P1}");
        }
    }

    internal static ReportSection Section(PreferenceAccuracies accuracies) =>
        new(
            "Held-out preference accuracy",
            [
                new BarPlotBlock(
                    "Share of held-out pairs in which the chosen answer wins; the rulers that look at no meaning stand below.",
                    "accuracy",
                    FigureFormat.Percent,
                    ["accuracy"],
                    [.. Rows(accuracies).Select(row => new BarGroup(row.Name, [row.Share.ToEstimate()]))]
                ),
                new TableBlock(
                    "The same in figures. Ties are decided by a coin.",
                    [new("ruler"), new("accuracy", true), new("95 % interval", true), new("pairs", true)],
                    [.. Rows(accuracies).Select(row => Row(row.Name, row.Share))]
                ),
            ]
        );

    private static IReadOnlyList<string> Row(string name, Proportion share)
    {
        var interval = share.WilsonInterval();
        return [name, $"{share.Value:P1}", $"{interval.Low:P1} to {interval.High:P1}", $"{share.Trials}"];
    }
}
