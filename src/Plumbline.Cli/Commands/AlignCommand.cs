using System.CommandLine;
using Plumbline.Cli.Pipelines;
using Plumbline.Cli.Pipelines.Align;
using Plumbline.Configuration;
using Plumbline.Evaluation.Reports;
using Plumbline.Torch.Machine;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumb align FILE.yaml</c>.</summary>
internal static class AlignCommand
{
    internal static Command Create(CommandEnvironment environment)
    {
        var file = new Argument<string>("file") { Description = "The pipeline file, such as recipes/hh-harmless.yaml." };
        var set = new Option<string[]>("--set") { Description = "Overrides one option: --set data.path=pairs.jsonl. May be repeated." };
        var strict = new Option<bool>("--strict") { Description = "Ends at the first row that cannot be used, instead of counting it." };
        var json = new Option<bool>("--json") { Description = "Prints one JSON object for machines." };
        var command = new Command(
            "align",
            "Aligns a model with preference data: fine-tuning, preference learning, measurement, report.\n\nExample: plumb align recipes/hh-harmless.yaml --set data.path=pairs.jsonl.gz"
        )
        {
            file,
            set,
            strict,
            json,
        };
        command.SetAction(parsed =>
            Run(
                environment,
                parsed.GetRequiredValue(file),
                [.. parsed.GetValue(set) ?? [], .. parsed.GetValue(strict) ? ["data.strict=true"] : Array.Empty<string>()],
                parsed.GetValue(json)
            )
        );
        return command;
    }

    private static int Run(CommandEnvironment environment, string file, string[] overrides, bool json)
    {
        var started = environment.Clock.GetTimestamp();
        var options = OptionsFile.Read<AlignOptions>(file, overrides);
        var threads = ThreadSettings.Apply(options.Threads == 0 ? null : options.Threads).TorchThreads;
        var folder = options.Output ?? Path.Combine("runs", options.Name);
        using var budget = CancellationTokenSource.CreateLinkedTokenSource(environment.Cancellation);
        using var timer = Budget(environment, options, budget);
        var context = new PipelineContext(
            folder,
            "plumb align",
            threads,
            environment.Clock,
            environment.Progress,
            environment.Error,
            budget.Token
        );
        var result = new AlignPipeline(options, context).Run();
        var report = Path.Combine(folder, "report.html");
        HtmlReport.Save(AlignReport.Document(options, result), report);
        var seconds = environment.Clock.GetElapsedTime(started).TotalSeconds;
        var peak = PeakMemory.Mib();
        if (json)
        {
            environment.Output.WriteLine(AlignReport.ToJson(options, result, report, seconds, peak).ToJsonString());
            return ExitCode.Done;
        }

        environment.Output.WriteLine($"Held-out preference accuracy on {result.Counts.HeldOut} pairs, with 95 % Wilson intervals:");
        AccuracyBlocks.Write(environment.Output, result.Accuracies.Rows);
        environment.Output.WriteLine($"Model:  {result.Aligned.ModelFolder}");
        environment.Output.WriteLine($"Report: {report}");
        environment.Output.WriteLine($"Took {seconds:F0} s and {peak} MiB at most.");
        return ExitCode.Done;
    }

    // The budget stops a run as Ctrl-C does: with its state saved.
    private static ITimer? Budget(CommandEnvironment environment, AlignOptions options, CancellationTokenSource source) =>
        options.Budget.Minutes > 0
            ? environment.Clock.CreateTimer(
                _ =>
                {
                    environment.Error.WriteLine($"The budget of {options.Budget.Minutes} minutes (budget.minutes) is used up.");
                    source.Cancel();
                },
                null,
                TimeSpan.FromMinutes(options.Budget.Minutes),
                Timeout.InfiniteTimeSpan
            )
            : null;
}
