using System.CommandLine;
using Plumbline.Cli.Pipelines;
using Plumbline.Cli.Pipelines.Reward;
using Plumbline.Configuration;
using Plumbline.Evaluation.Reports;
using Plumbline.Torch.Machine;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumb reward FILE.yaml</c>.</summary>
internal static class RewardCommand
{
    internal static Command Create(CommandEnvironment environment)
    {
        var file = new Argument<string>("file") { Description = "The pipeline file, such as recipes/hh-reward.yaml." };
        var set = new Option<string[]>("--set") { Description = "Overrides one option: --set data.path=pairs.jsonl. May be repeated." };
        var json = new Option<bool>("--json") { Description = "Prints one JSON object for machines." };
        var command = new Command(
            "reward",
            "Trains a reward model, or an ensemble of them, on comparisons, and measures it on held-out conversations beside trivial rulers.\n\n"
                + "Data: pairs (chosen, rejected) in any layout are lists of two; rankings are lists. Losses of pairs take all pairs of a ranking that are not tied.\n\n"
                + "Example: plumb reward recipes/hh-reward.yaml --set data.path=pairs.jsonl.gz --set ensemble=3"
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
        var options = OptionsFile.Read<RewardPipelineOptions>(file, overrides);
        var threads = ThreadSettings.Apply(options.Threads == 0 ? null : options.Threads).TorchThreads;
        var folder = options.Output ?? Path.Combine("runs", options.Name);
        var context = new PipelineContext(
            folder,
            "plumb reward",
            threads,
            environment.Clock,
            environment.Progress,
            environment.Error,
            environment.Cancellation
        );
        var result = new RewardPipeline(options, context).Run();
        var report = Path.Combine(folder, "report.html");
        HtmlReport.Save(RewardReport.Document(options, result), report);
        var seconds = environment.Clock.GetElapsedTime(started).TotalSeconds;
        var peak = PeakMemory.Mib();
        if (json)
        {
            environment.Output.WriteLine(RewardReport.ToJson(options, result, report, seconds, peak).ToJsonString());
            return ExitCode.Done;
        }

        var calibration = result.Measures.Calibration;
        environment.Output.WriteLine($"Held-out accuracy on {calibration.Total} comparisons, with 95 % Wilson intervals:");
        AccuracyBlocks.Write(environment.Output, result.Measures.Accuracies);
        environment.Output.WriteLine($"Expected calibration error: {calibration.ExpectedError:F3} over {calibration.BinCount} bins.");
        foreach (var member in result.Members)
        {
            environment.Output.WriteLine($"Model:  {member.ModelFolder}");
        }

        environment.Output.WriteLine($"Report: {report}");
        environment.Output.WriteLine($"Took {seconds:F0} s and {peak} MiB at most.");
        return ExitCode.Done;
    }
}
