using System.CommandLine;
using Plumbline.Cli.Pipelines;
using Plumbline.Cli.Pipelines.Demo;
using Plumbline.Evaluation.Reports;
using Plumbline.Randomness;
using Plumbline.Torch.Machine;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumb demo</c>.</summary>
internal static class DemoCommand
{
    private const int DefaultThreads = 2;

    internal static Command Create(CommandEnvironment environment)
    {
        var seed = new Option<ulong>("--seed") { Description = "Same seed, same numbers.", DefaultValueFactory = _ => 17 };
        var output = new Option<string>("--out")
        {
            Description = "Where the run is kept.",
            DefaultValueFactory = _ => Path.Combine("runs", "demo"),
        };
        var rlhf = new Option<bool>("--rlhf")
        {
            Description = "Also trains a reward model on the raters' rankings and optimises two policies against it, by GRPO and by PPO.",
        };
        var json = new Option<bool>("--json") { Description = "Prints one JSON object for machines." };
        var command = new Command(
            "demo",
            "The whole loop on a tiny generated world: a model learns a dirty corpus, is aligned, and an exact judge measures it before and after.\n\nExample: plumb demo --seed 17 --out runs/demo"
        )
        {
            seed,
            output,
            rlhf,
            json,
        };
        command.SetAction(parsed =>
            Run(
                environment,
                new DemoOptions { Seed = new Seed(parsed.GetValue(seed)), Rlhf = parsed.GetValue(rlhf) ? new DemoRlhfOptions() : null },
                parsed.GetValue(output)!,
                parsed.GetValue(json)
            )
        );
        return command;
    }

    internal static int Run(CommandEnvironment environment, DemoOptions options, string folder, bool json)
    {
        var started = environment.Clock.GetTimestamp();
        var threads = ThreadSettings.Apply(Math.Min(DefaultThreads, Environment.ProcessorCount)).TorchThreads;
        var context = new PipelineContext(
            folder,
            "plumb demo",
            threads,
            environment.Clock,
            environment.Progress,
            environment.Error,
            environment.Cancellation
        );
        var result = new DemoPipeline(options, context).Run();
        var report = Path.Combine(folder, "report.html");
        HtmlReport.Save(DemoReport.Document(options, result), report);
        var seconds = environment.Clock.GetElapsedTime(started).TotalSeconds;
        var peak = PeakMemory.Mib();
        if (json)
        {
            environment.Output.WriteLine(DemoReport.ToJson(result, report, seconds, peak).ToJsonString());
        }
        else
        {
            DemoReport.WriteTable(environment.Output, result);
            environment.Output.WriteLine($"Report: {report}");
            environment.Output.WriteLine($"Took {seconds:F0} s and {peak} MiB at most.");
        }

        return ExitCode.Done;
    }
}
