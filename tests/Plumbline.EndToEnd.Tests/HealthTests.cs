using Plumbline.Cli.Pipelines;
using Plumbline.Evaluation.Reports;
using Plumbline.Runs;
using Plumbline.Testing;
using Plumbline.Training.Health;

namespace Plumbline.EndToEnd.Tests;

/// <summary>From an alarm in the training loop to the run folder, the terminal and the report.</summary>
public sealed class HealthTests
{
    private static readonly HealthAlarm Displaced = new(
        "likelihood_displacement",
        20,
        11,
        9,
        "Chosen answers lost 0.4 nats per token.",
        0.4,
        0.25,
        "The model learns to avoid both.",
        "Lower learning_rate."
    );

    [Fact]
    public void An_alarm_is_told_at_once_written_down_and_drawn_in_the_report()
    {
        using var folder = new TemporaryFolder();
        using var notices = new StringWriter();
        using (var run = RunFolder.Open(folder.Path, TimeProvider.System))
        {
            var journal = Journal(run, notices);
            foreach (var step in new[] { 10, 20, 30 })
            {
                journal.Metrics(
                    step,
                    new Dictionary<string, double>
                    {
                        ["logps/chosen"] = -step,
                        ["rewards/margins"] = step,
                        ["grad_norm"] = 1,
                    }
                );
            }

            journal.Alarm(Displaced, AlarmAction.RollBack, 8);
        }

        Assert.Contains("ALARM likelihood_displacement in preference learning, step 20: Chosen answers lost 0.4 nats", notices.ToString());
        Assert.Contains("rolled back: its weights are those of step 8", notices.ToString());
        var section = HealthSection.Of([("preference learning", folder.Path)]);
        var plots = section.Blocks.OfType<LinePlotBlock>().ToArray();
        Assert.Equal(["logps/chosen", "rewards/margins", "grad_norm"], plots.SelectMany(plot => plot.Series).Select(series => series.Name));
        Assert.Equal([new PlotMark(20, "likelihood_displacement")], plots[0].Marks!);
        Assert.Equal(plots[0].Marks, plots[1].Marks);
        Assert.Empty(plots[2].Marks!);
        var page = HtmlReport.Render(new ReportDocument("t", "s", [section]));
        Assert.Contains("Chosen answers lost 0.4 nats per token.", page);
        Assert.Contains("The model learns to avoid both.", page);
        Assert.Contains("weights are those of step 8", page);
    }

    [Fact]
    public void A_resumed_run_forgets_the_alarms_that_it_will_raise_again()
    {
        using var folder = new TemporaryFolder();
        using var run = RunFolder.Open(folder.Path, TimeProvider.System);
        var journal = Journal(run, TextWriter.Null);
        journal.SaveCheckpoint(15, path => File.WriteAllText(Path.Combine(path, "state"), "s"), keepFrom: long.MaxValue);
        journal.Alarm(Displaced, AlarmAction.Warn, null);

        Assert.Equal(15, journal.LatestCheckpoint()!.Value.Step);

        Assert.Empty(RunFolder.ReadAlarms(folder.Path));
        Assert.Equal(journal.LatestCheckpoint()!.Value.Folder, journal.CheckpointAt(15));
        Assert.Null(journal.CheckpointAt(14));
    }

    [Fact]
    public void A_run_without_alarms_says_so()
    {
        using var folder = new TemporaryFolder();

        var section = HealthSection.Of([("preference learning", folder.Path)]);

        Assert.Contains("no alarm", Assert.IsType<ParagraphBlock>(Assert.Single(section.Blocks)).Text);
    }

    private static RunJournal Journal(RunFolder run, TextWriter notices) =>
        new(
            run,
            new PipelineContext(run.Path, "test", 1, TimeProvider.System, new NoProgress(), notices, CancellationToken.None),
            "preference learning",
            keep: 1
        );

    private sealed class NoProgress : IProgressSink
    {
        public void Report(ProgressUpdate update) { }
    }
}
