using Plumbline.Evaluation.Reports;
using Plumbline.Runs;

namespace Plumbline.Cli.Pipelines;

/// <summary>The part of a report on how the training went by the watch's rules: every alarm in words, and the watched curves with the alarms' steps marked.</summary>
internal static class HealthSection
{
    private static readonly (string Caption, string Unit, string[] Metrics, string[] Rules)[] Watched =
    [
        ("Log-probability of the answers", "nats per answer", ["logps/chosen", "logps/rejected"], ["likelihood_displacement"]),
        ("Margin of the implicit rewards", "reward", ["rewards/margins"], ["likelihood_displacement", "margin_saturation"]),
        ("Correlation of margin and difference in length", "correlation", ["rewards/length_correlation"], ["length_drift"]),
        ("Divergence from the reference", "nats per token", ["kl"], ["kl_budget"]),
        ("Divergence from the reference", "nats per answer", ["kl_per_answer"], ["kl_budget"]),
        ("Length of the gradient before clipping", "L2 norm", ["grad_norm"], ["gradient_spike"]),
        ("Disagreement of the reward ensemble", "share", ["disagreement", "disagreement_accuracy"], ["ensemble_disagreement"]),
        (
            "Reward and gold reward on held-out prompts",
            "gain in standard deviations of the start",
            ["probe/proxy", "probe/gold"],
            ["reward_hacking", "overoptimisation"]
        ),
        (
            "What the gold reward lacks on held-out prompts",
            "standard deviations of the start",
            ["probe/shortfall", "probe/fall"],
            ["reward_hacking", "overoptimisation"]
        ),
        ("Correlation of reward and gold reward on held-out prompts", "correlation", ["probe/correlation"], ["reward_hacking"]),
        ("Length of the answers", "tokens", ["completions/mean_length", "probe/length"], ["length_runaway"]),
        ("Repetition in the answers", "share of runs of three tokens", ["completions/repetition", "probe/repetition"], ["repetition_rise"]),
        ("Answers cut at the longest length", "share", ["completions/clipped_ratio", "probe/truncated"], ["format_collapse"]),
        ("Variety of the answers to one prompt", "share", ["completions/distinct", "probe/distinct"], ["format_collapse"]),
    ];

    /// <summary>The section on some stages, by the names the report gives them.</summary>
    internal static ReportSection Of(IEnumerable<(string Name, string Folder)> stages)
    {
        var runs = stages.Select(stage => (stage.Name, stage.Folder, Alarms: RunFolder.ReadAlarms(stage.Folder))).ToList();
        return new ReportSection(
            "Health of the run",
            [
                .. runs.TrueForAll(run => run.Alarms.Count == 0)
                    ? new ReportBlock[] { new ParagraphBlock("Watched after every step: no alarm was raised.") }
                    : runs.Where(run => run.Alarms.Count > 0).SelectMany(run => Words(run.Name, run.Alarms)),
                .. runs.SelectMany(run => Curves(run.Name, run.Folder, run.Alarms)),
            ]
        );
    }

    private static IEnumerable<ReportBlock> Words(string stage, IReadOnlyList<AlarmRow> alarms)
    {
        yield return new TableBlock(
            $"Alarms in {stage}",
            [new("alarm"), new("step", true), new("began at", true), new("what was seen"), new("what it means"), new("what to do")],
            [.. alarms.Select(alarm => new[] { alarm.Name, $"{alarm.Step}", $"{alarm.Since}", alarm.Seen, alarm.Meaning, alarm.Advice })]
        );
        if (alarms.FirstOrDefault(alarm => alarm.WeightsFrom is not null) is { } last)
        {
            yield return new ParagraphBlock($"{last.Name}: {AlarmNotice.Ending(last.Action, last.Step, last.WeightsFrom)}");
        }
    }

    private static IEnumerable<LinePlotBlock> Curves(string stage, string folder, IReadOnlyList<AlarmRow> alarms)
    {
        var rows = RunFolder.ReadMetrics(folder);
        foreach (var (caption, unit, metrics, rules) in Watched)
        {
            PlotSeries[] curves =
            [
                .. from metric in metrics
                let points = rows.Where(row => row.Find(metric) is not null)
                    .Select(row => new PlotPoint(row.Step, row.Find(metric)!.Value))
                    .ToArray()
                where points.Length > 0
                select new PlotSeries(metric, points),
            ];
            if (curves.Length > 0)
            {
                PlotMark[] marks = [.. from alarm in alarms where rules.Contains(alarm.Name) select new PlotMark(alarm.Step, alarm.Name)];
                yield return new LinePlotBlock($"{caption}, {stage}", "step", unit, curves, marks);
            }
        }
    }
}
