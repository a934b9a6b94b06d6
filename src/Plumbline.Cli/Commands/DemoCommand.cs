using System.CommandLine;
using Plumbline.Cli.Pipelines;
using Plumbline.Cli.Pipelines.Demo;
using Plumbline.Cli.Pipelines.Demo.Constitutional;
using Plumbline.Configuration;
using Plumbline.Evaluation.Reports;
using Plumbline.Randomness;
using Plumbline.Torch.Machine;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumb demo</c>.</summary>
internal static class DemoCommand
{
    private const int DefaultThreads = 2;
    private const int MostThreads = 1024;

    internal static Command Create(CommandEnvironment environment)
    {
        var seed = new Option<ulong>("--seed") { Description = "Same seed, same numbers.", DefaultValueFactory = _ => 17 };
        var seeds = new Option<int>("--seeds")
        {
            Description =
                "How many seeds to run, counted up from --seed; more than one prints means, and changes with intervals over seeds.",
            DefaultValueFactory = _ => 1,
        };
        InRange(seeds, DemoRepetition.MostSeeds);
        var output = Output();
        var (rlhf, constitution) = (Rlhf(), Constitution());
        var threads = new Option<int?>("--threads")
        {
            Description = $"Threads to compute with; {DefaultThreads}, or as many as there are cores, where it is not said.",
        };
        InRange(threads, MostThreads);
        var set = new Option<string[]>("--set")
        {
            Description = "Overrides one of the demo's options: --set dpo.learning_rate=0.0001. May be repeated.",
        };
        var json = new Option<bool>("--json") { Description = "Prints one JSON object for machines." };
        var command = new Command(
            "demo",
            "The whole loop on a tiny generated world: a model learns a dirty corpus, is aligned, and an exact judge measures it before and after.\n\nExample: plumb demo --seed 17 --out runs/demo"
        )
        {
            seed,
            seeds,
            output,
            rlhf,
            constitution,
            threads,
            set,
            json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(rlhf) && result.GetValue(constitution))
            {
                result.AddError("--rlhf and --constitution are two demos: give one.");
            }
        });
        command.SetAction(parsed =>
            Run(
                environment,
                OptionsFile.Read(
                    path: null,
                    parsed.GetValue(set),
                    Start(new Seed(parsed.GetValue(seed)), parsed.GetValue(rlhf), parsed.GetValue(constitution))
                ),
                new DemoRequest(
                    parsed.GetValue(output)!,
                    parsed.GetValue(seeds),
                    parsed.GetValue(threads) ?? Math.Min(DefaultThreads, Environment.ProcessorCount),
                    parsed.GetValue(json)
                )
            )
        );
        return command;
    }

    private static Option<string> Output() =>
        new("--out") { Description = "Where the run is kept.", DefaultValueFactory = _ => Path.Combine("runs", "demo") };

    private static Option<bool> Rlhf() =>
        new("--rlhf")
        {
            Description = "Also trains a reward model on the raters' rankings and optimises two policies against it, by GRPO and by PPO.",
        };

    private static Option<bool> Constitution() =>
        new("--constitution")
        {
            Description =
                "Aligns by a constitution instead: the model's own answers are revised clause by clause, then compared clause by clause by a judge, and a policy is optimised against these labels.",
        };

    private static DemoOptions Start(Seed seed, bool rlhf, bool constitution) =>
        constitution
            ? new DemoOptions
            {
                Seed = seed,
                Constitution = new DemoConstitutionOptions(),
                MaxLength = DemoConstitutionOptions.LongestQuestion,
            }
            : new DemoOptions { Seed = seed, Rlhf = rlhf ? new DemoRlhfOptions() : null };

    internal static int Run(CommandEnvironment environment, DemoOptions options, DemoRequest request)
    {
        var started = environment.Clock.GetTimestamp();
        var context = new PipelineContext(
            request.Folder,
            "plumb demo",
            ThreadSettings.Apply(request.Threads).TorchThreads,
            environment.Clock,
            environment.Progress,
            environment.Error,
            environment.Cancellation
        );
        var outcome =
            request.Seeds == 1
                ? DemoReport.Of(options, new DemoPipeline(options, context).Run())
                : DemoRepetitionReport.Of(DemoRepetition.Run(options, request.Seeds, context, SaveReport), options.Constitution is null);
        return PipelineCommand.Finish(environment, outcome, request.Folder, started, request.Json);
    }

    private static void SaveReport(DemoOptions options, DemoResult result, string folder) =>
        HtmlReport.Save(DemoReport.Document(options, result), Path.Combine(folder, "report.html"));

    private static void InRange<T>(Option<T> option, int most) =>
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is { } value && (value < 1 || value > most))
            {
                result.AddError($"{option.Name} {value} is out of range: use 1 to {most}.");
            }
        });
}

/// <summary>What <c>plumb demo</c> was asked beside its options.</summary>
/// <param name="Folder">Where the run is kept.</param>
/// <param name="Seeds">How many seeds to run, counted up from the options'.</param>
/// <param name="Threads">Threads to compute with.</param>
/// <param name="Json">Whether one JSON object is printed, rather than a table.</param>
internal sealed record DemoRequest(string Folder, int Seeds, int Threads, bool Json);
