using System.CommandLine;
using Plumbline.Cli.Pipelines;
using Plumbline.Cli.Pipelines.Prefer;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumb prefer FILE.yaml</c>.</summary>
internal static class PreferCommand
{
    private const string Name = "prefer";

    internal static Command Create(CommandEnvironment environment)
    {
        var losses = LossAssembly.Option();
        var command = PipelineCommand.Create(
            Name,
            "Learns from pairs, rankings or judged answers with any preference loss ('plumb losses' lists them), and measures on conversations it never saw. Rankings become all their pairs; for kto, bco and apo_zero_unpaired pairs become a good and a bad answer.\n\nExample: plumb prefer recipes/hh-prefer.yaml --set data.path=pairs.jsonl.gz --set loss_type=ipo",
            "recipes/hh-prefer.yaml",
            "loss_type=simpo",
            (parsed, written) =>
            {
                // Before the options are read: they may name one of its losses.
                var own = LossAssembly.Load(parsed.GetValue(losses));
                return PipelineCommand.Run<PreferOptions>(
                    environment,
                    written,
                    Name,
                    (options, context) => Run(options, context with { Losses = own })
                );
            }
        );
        command.Add(losses);
        return command;
    }

    private static PipelineOutcome Run(PreferOptions options, Pipelines.PipelineContext context)
    {
        var result = new PreferPipeline(options, context).Run();
        return new PipelineOutcome(
            PreferReport.Document(options, result),
            PreferReport.ToJson(options, result),
            output => PreferReport.Write(output, result)
        );
    }
}
