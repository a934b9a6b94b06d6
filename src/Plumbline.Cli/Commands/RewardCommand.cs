using System.CommandLine;
using Plumbline.Cli.Pipelines;
using Plumbline.Cli.Pipelines.Reward;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumb reward FILE.yaml</c>.</summary>
internal static class RewardCommand
{
    private const string Name = "reward";

    internal static Command Create(CommandEnvironment environment)
    {
        var losses = LossAssembly.Option();
        var command = PipelineCommand.Create(
            Name,
            "Trains a reward model, or an ensemble of them, on comparisons, and measures it on held-out conversations beside trivial rulers.\n\n"
                + "Data: pairs (chosen, rejected) in any layout are lists of two; rankings are lists. Losses of pairs take all pairs of a ranking that are not tied.\n"
                + "With reward.loss_type=process: answers in judged steps (prompt, completions, labels), for a process reward model.\n\n"
                + "Example: plumb reward recipes/hh-reward.yaml --set data.path=pairs.jsonl.gz --set ensemble=3",
            "recipes/hh-reward.yaml",
            "data.path=pairs.jsonl",
            (parsed, written) =>
            {
                // Before the options are read: they may name one of its losses.
                var own = LossAssembly.Load(parsed.GetValue(losses));
                return PipelineCommand.Run<RewardPipelineOptions>(
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

    private static PipelineOutcome Run(RewardPipelineOptions options, Pipelines.PipelineContext context)
    {
        if (options.JudgesSteps)
        {
            var steps = new ProcessRewardPipeline(options, context).Run();
            return new PipelineOutcome(
                ProcessRewardReport.Document(options, steps),
                ProcessRewardReport.ToJson(options, steps),
                output => ProcessRewardReport.Write(output, steps)
            );
        }

        var result = new RewardPipeline(options, context).Run();
        return new PipelineOutcome(
            RewardReport.Document(options, result),
            RewardReport.ToJson(options, result),
            output => RewardReport.Write(output, result)
        );
    }
}
