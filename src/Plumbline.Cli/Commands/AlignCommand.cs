using System.CommandLine;
using Plumbline.Cli.Pipelines;
using Plumbline.Cli.Pipelines.Align;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumb align FILE.yaml</c>.</summary>
internal static class AlignCommand
{
    private const string Name = "align";

    internal static Command Create(CommandEnvironment environment)
    {
        var strict = new Option<bool>("--strict") { Description = "Ends at the first row that cannot be used, instead of counting it." };
        var command = PipelineCommand.Create(
            Name,
            "Aligns a model with preference data: fine-tuning, preference learning, measurement, report.\n\nExample: plumb align recipes/hh-harmless.yaml --set data.path=pairs.jsonl.gz",
            "recipes/hh-harmless.yaml",
            "data.path=pairs.jsonl",
            (parsed, written) =>
                PipelineCommand.Run<AlignOptions>(
                    environment,
                    (
                        written.File,
                        [.. written.Overrides, .. parsed.GetValue(strict) ? ["data.strict=true"] : Array.Empty<string>()],
                        written.Json
                    ),
                    Name,
                    (options, context) => Run(environment, options, context)
                )
        );
        command.Add(strict);
        return command;
    }

    private static PipelineOutcome Run(CommandEnvironment environment, AlignOptions options, PipelineContext context)
    {
        using var budget = CancellationTokenSource.CreateLinkedTokenSource(environment.Cancellation);
        using var timer = Budget(environment, options, budget);
        var result = new AlignPipeline(options, context with { Cancellation = budget.Token }).Run();
        return new PipelineOutcome(
            AlignReport.Document(options, result),
            AlignReport.ToJson(options, result),
            output => AlignReport.Write(output, result)
        );
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
