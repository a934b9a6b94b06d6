using System.CommandLine;
using Plumbline.Cli.Pipelines;
using Plumbline.Configuration;
using Plumbline.Evaluation.Reports;
using Plumbline.Torch.Machine;

namespace Plumbline.Cli.Commands;

/// <summary>What commands that run a pipeline file have in common: <c>plumb NAME FILE.yaml [--set a.b=c]... [--json]</c>.</summary>
internal static class PipelineCommand
{
    /// <summary>A command of that form.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it does, with an example.</param>
    /// <param name="recipe">A file to start from, such as <c>recipes/hh-prefer.yaml</c>.</param>
    /// <param name="example">An override, such as <c>loss_type=simpo</c>.</param>
    /// <param name="run">Takes what was written, the overrides and whether JSON is asked for; gives the exit code.</param>
    internal static Command Create(
        string name,
        string description,
        string recipe,
        string example,
        Func<ParseResult, (string File, string[] Overrides, bool Json), int> run
    )
    {
        var file = new Argument<string>("file") { Description = $"The pipeline file, such as {recipe}." };
        var set = new Option<string[]>("--set") { Description = $"Overrides one option: --set {example}. May be repeated." };
        var json = new Option<bool>("--json") { Description = "Prints one JSON object for machines." };
        var command = new Command(name, description) { file, set, json };
        command.SetAction(parsed => run(parsed, (parsed.GetRequiredValue(file), parsed.GetValue(set) ?? [], parsed.GetValue(json))));
        return command;
    }

    /// <summary>Reads the file, runs the pipeline, and writes report and figures.</summary>
    /// <param name="environment">The process around the command.</param>
    /// <param name="written">What the user wrote.</param>
    /// <param name="name">The command's name.</param>
    /// <param name="pipeline">Runs what is not finished yet and measures.</param>
    /// <param name="defaults">What holds where file and overrides are silent; null for the options' own defaults.</param>
    internal static int Run<TOptions>(
        CommandEnvironment environment,
        (string File, string[] Overrides, bool Json) written,
        string name,
        Func<TOptions, PipelineContext, PipelineOutcome> pipeline,
        TOptions? defaults = null
    )
        where TOptions : PipelineOptions
    {
        var started = environment.Clock.GetTimestamp();
        var options = OptionsFile.Read(written.File, written.Overrides, defaults);
        var context = new PipelineContext(
            options.Folder,
            $"plumb {name}",
            ThreadSettings.Apply(options.Threads == 0 ? null : options.Threads).TorchThreads,
            environment.Clock,
            environment.Progress,
            environment.Error,
            environment.Cancellation
        );
        return Finish(environment, pipeline(options, context), options.Folder, started, written.Json);
    }

    /// <summary>Writes what a pipeline found: the page into its folder, the figures to the output.</summary>
    /// <param name="environment">The process around the command.</param>
    /// <param name="outcome">What it found.</param>
    /// <param name="folder">The run's folder.</param>
    /// <param name="started">The clock's timestamp at the start.</param>
    /// <param name="asJson">Whether one JSON object is printed, rather than a table.</param>
    internal static int Finish(CommandEnvironment environment, PipelineOutcome outcome, string folder, long started, bool asJson)
    {
        var report = Path.Combine(folder, "report.html");
        HtmlReport.Save(outcome.Document, report);
        var seconds = environment.Clock.GetElapsedTime(started).TotalSeconds;
        var peak = PeakMemory.Mib();
        if (asJson)
        {
            var json = outcome.Json;
            json["report"] = report;
            json["seconds"] = Math.Round(seconds, 1);
            json["peak_mib"] = peak;
            environment.Output.WriteLine(json.ToJsonString());
            return ExitCode.Done;
        }

        outcome.Write(environment.Output);
        environment.Output.WriteLine($"Report: {report}");
        environment.Output.WriteLine($"Took {seconds:F0} s and {peak} MiB at most.");
        return ExitCode.Done;
    }
}
