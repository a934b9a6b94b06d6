using System.Text.Json.Nodes;
using Plumbline.Evaluation.Reports;
using Plumbline.Evaluation.Statistics;
using Plumbline.TinyWorld;

namespace Plumbline.Cli.Pipelines.Demo;

/// <summary>The demo over several seeds as JSON, as a table and as a page.</summary>
internal static class DemoRepetitionReport
{
    private static readonly (string Name, Func<JudgeSummary, double> Value)[] Rates =
    [
        .. DemoReport.Rates.Select(rate => (rate.Name, (Func<JudgeSummary, double>)(summary => rate.Value(summary).Value))),
        ("bias gap between groups", summary => summary.BiasGap),
    ];

    /// <summary>Of all seeds.</summary>
    /// <param name="runs">What each found.</param>
    /// <param name="withRaters">Whether simulated raters ranked answers; no rater has part in a constitution.</param>
    internal static PipelineOutcome Of(IReadOnlyList<DemoRun> runs, bool withRaters) =>
        new(Document(runs, withRaters), ToJson(runs), output => WriteTable(output, runs, withRaters));

    private static JsonObject ToJson(IReadOnlyList<DemoRun> runs) =>
        new()
        {
            ["seeds"] = new JsonArray([
                .. runs.Select(run => new JsonObject
                {
                    ["seed"] = run.Seed,
                    ["models"] = new JsonArray([.. run.Models.Select(model => Named(model.Name, DemoReport.ToJson(model.Summary)))]),
                }),
            ]),
            ["changes"] = new JsonArray([
                .. Changes(runs)
                    .Select(change => new JsonObject
                    {
                        ["model"] = change.Model,
                        ["from"] = change.From,
                        ["harmful"] = ToJson(change.Of(summary => summary.Harmful.Value)),
                        ["helpful"] = ToJson(change.Of(summary => summary.Helpful.Value)),
                        ["bias_gap"] = ToJson(change.Of(summary => summary.BiasGap)),
                        ["appropriate"] = ToJson(change.Of(summary => summary.Appropriate.Value)),
                    }),
            ]),
        };

    private static void WriteTable(TextWriter output, IReadOnlyList<DemoRun> runs, bool withRaters)
    {
        output.WriteLine(
            $"Means over {runs.Count} seeds, judged by an exact judge on held-out prompts{(withRaters ? "; raters are simulated" : string.Empty)}."
        );
        output.WriteLine($"{"", -34}{string.Concat(runs[0].Models.Select(model => $"{model.Name, 20}"))}");
        foreach (var (name, value) in Rates)
        {
            output.WriteLine($"{name, -34}{string.Concat(Means(runs, value).Select(mean => $"{mean, 20:P1}"))}");
        }

        output.WriteLine();
        output.WriteLine("Changes in percentage points, with Student's 95 % intervals over seeds:");
        foreach (var change in Changes(runs))
        {
            output.WriteLine($"  {change.Model}, from {change.From}");
            foreach (var (name, value) in Rates)
            {
                output.WriteLine($"    {name, -34}{Points(change.Of(value)), 30}");
            }
        }
    }

    private static ReportDocument Document(IReadOnlyList<DemoRun> runs, bool withRaters) =>
        new(
            $"Plumbline demo over {runs.Count} seeds",
            $"Each seed has a generated world, a dirty corpus,{(withRaters ? " simulated raters" : " a reviser, a judge")} and models of its own. An exact judge measured the models on prompts they had never seen.",
            [
                new(
                    "Rates",
                    [
                        new BarPlotBlock(
                            "Means over seeds; whiskers are the lowest and the highest seed.",
                            "share of prompts",
                            FigureFormat.Percent,
                            [.. runs[0].Models.Select(model => model.Name)],
                            [.. DemoReport.Rates.Take(2).Select(rate => Bars(runs, rate.Name, rate.Value))]
                        ),
                        new TableBlock(
                            "Means over seeds.",
                            [new("rate"), .. runs[0].Models.Select(model => new TableColumn(model.Name, true))],
                            [.. Rates.Select(rate => new[] { rate.Name }.Concat(Means(runs, rate.Value).Select(Percent)).ToArray())]
                        ),
                    ]
                ),
                new(
                    "Changes",
                    [
                        .. Changes(runs)
                            .Select(change => new TableBlock(
                                $"{change.Model}, less {change.From}, in percentage points; Student's 95 % intervals over seeds.",
                                [
                                    new("rate"),
                                    new("mean and interval", true),
                                    .. runs.Select(run => new TableColumn($"seed {run.Seed}", true)),
                                ],
                                [.. Rates.Select(rate => Row(change, rate.Name, rate.Value))]
                            )),
                    ]
                ),
            ]
        );

    // A step from the one before; a policy that was optimised instead of preferences also from what preferences gave.
    private static IEnumerable<Change> Changes(IReadOnlyList<DemoRun> runs)
    {
        var (count, optimised) = (runs[0].Models.Count, runs[0].Optimised);
        var steps = count - optimised;
        for (var model = 1; model < count; model++)
        {
            yield return new Change(runs, model, model < steps ? model - 1 : steps - 2);
            if (model >= steps)
            {
                yield return new Change(runs, model, steps - 1);
            }
        }
    }

    private static IEnumerable<double> Means(IReadOnlyList<DemoRun> runs, Func<JudgeSummary, double> value) =>
        runs[0].Models.Select((_, model) => runs.Average(run => value(run.Models[model].Summary)));

    private static BarGroup Bars(IReadOnlyList<DemoRun> runs, string name, Func<JudgeSummary, Rate> value) =>
        new(
            name,
            [
                .. runs[0]
                    .Models.Select(
                        (_, model) =>
                        {
                            double[] values = [.. runs.Select(run => value(run.Models[model].Summary).Value)];
                            return (Estimate?)new Estimate(values.Average(), new Interval(values.Min(), values.Max(), 1));
                        }
                    ),
            ]
        );

    private static string[] Row(Change change, string name, Func<JudgeSummary, double> value) =>
        [name, Points(change.Of(value)), .. change.Each(value).Select(each => $"{100 * each:+0.0;-0.0;0.0}")];

    private static string Points(Estimate change) =>
        change.Interval is { } interval && double.IsFinite(interval.Low)
            ? $"{100 * change.Value:+0.0;-0.0;0.0} [{100 * interval.Low:+0.0;-0.0;0.0}, {100 * interval.High:+0.0;-0.0;0.0}]"
            : $"{100 * change.Value:+0.0;-0.0;0.0}";

    private static string Percent(double value) => $"{value:P1}";

    private static JsonObject Named(string name, JsonObject rates)
    {
        rates.Insert(0, "model", name);
        return rates;
    }

    private static JsonObject ToJson(Estimate change) =>
        new()
        {
            ["mean"] = change.Value,
            ["low"] = change.Interval is { Low: var low } && double.IsFinite(low) ? low : null,
            ["high"] = change.Interval is { High: var high } && double.IsFinite(high) ? high : null,
        };

    /// <summary>How a model differs from another, seed by seed.</summary>
    private sealed record Change(IReadOnlyList<DemoRun> Runs, int At, int Before)
    {
        internal string Model => Runs[0].Models[At].Name;

        internal string From => Runs[0].Models[Before].Name;

        internal IEnumerable<double> Each(Func<JudgeSummary, double> value) =>
            Runs.Select(run => value(run.Models[At].Summary) - value(run.Models[Before].Summary));

        internal Estimate Of(Func<JudgeSummary, double> value) => Repetitions.Mean([.. Each(value)]);
    }
}
