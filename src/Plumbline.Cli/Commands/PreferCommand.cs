using System.CommandLine;
using Plumbline.Cli.Pipelines;
using Plumbline.Cli.Pipelines.Prefer;
using Plumbline.Configuration;
using Plumbline.Evaluation.Reports;
using Plumbline.Torch.Machine;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumb prefer FILE.yaml</c>.</summary>
internal static class PreferCommand
{
    internal static Command Create(CommandEnvironment environment)
    {
        var file = new Argument<string>("file") { Description = "The options file, such as recipes/hh-prefer.yaml." };
        var set = new Option<string[]>("--set") { Description = "Overrides one option: --set loss_type=simpo. May be repeated." };
        var json = new Option<bool>("--json") { Description = "Prints one JSON object for machines." };
        var command = new Command(
            "prefer",
            "Learns from pairs, rankings or judged answers with any preference loss ('plumb losses' lists them), and measures on conversations it never saw. Rankings become all their pairs; for kto, bco and apo_zero_unpaired pairs become a good and a bad answer.\n\nExample: plumb prefer recipes/hh-prefer.yaml --set data.path=pairs.jsonl.gz --set loss_type=ipo"
        )
        {
            file,
            set,
            json,
        };
        command.SetAction(parsed => Run(environment, parsed.GetRequiredValue(file), parsed.GetValue(set) ?? [], parsed.GetValue(json)));
        return command;
    }

    private static int Run(CommandEnvironment environment, string file, string[] overrides, bool json)
    {
        var started = environment.Clock.GetTimestamp();
        var options = OptionsFile.Read<PreferOptions>(file, overrides);
        var threads = ThreadSettings.Apply(options.Threads == 0 ? null : options.Threads).TorchThreads;
        var folder = options.Output ?? Path.Combine("runs", options.Name);
        var context = new PipelineContext(
            folder,
            "plumb prefer",
            threads,
            environment.Clock,
            environment.Progress,
            environment.Error,
            environment.Cancellation
        );
        var result = new PreferPipeline(options, context).Run();
        var report = Path.Combine(folder, "report.html");
        HtmlReport.Save(PreferReport.Document(options, result), report);
        var seconds = environment.Clock.GetElapsedTime(started).TotalSeconds;
        var peak = PeakMemory.Mib();
        if (json)
        {
            environment.Output.WriteLine(PreferReport.ToJson(options, result, report, seconds, peak).ToJsonString());
            return ExitCode.Done;
        }

        if (result.Accuracies is { } accuracies)
        {
            environment.Output.WriteLine($"Held-out preference accuracy on {result.HeldOut} pairs, with 95 % Wilson intervals:");
            AccuracyBlocks.Write(environment.Output, accuracies.Rows);
        }
        else
        {
            environment.Output.WriteLine(PreferReport.SeparationText(result));
        }

        environment.Output.WriteLine($"Model:  {result.Aligned.ModelFolder}");
        environment.Output.WriteLine($"Report: {report}");
        environment.Output.WriteLine($"Took {seconds:F0} s and {peak} MiB at most.");
        return ExitCode.Done;
    }
}
