using System.CommandLine;
using Plumbline.Cli.Pipelines;
using Plumbline.Cli.Pipelines.Rl;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumb rl ALGORITHM FILE.yaml</c>.</summary>
internal static class RlCommand
{
    private const string Name = "rl";

    internal static Command Create(CommandEnvironment environment)
    {
        var algorithm = new Argument<string>("algorithm")
        {
            Description = "One of:\n" + string.Join('\n', RlAlgorithm.All.Select(each => $"  {each.Name}: {each.Description}")),
        };
        var feedback = new Option<string?>("--feedback")
        {
            Description =
                "Where people's rankings are kept, a SQLite file or a PostgreSQL location: new rankings refresh the reward model while the policy learns, and the answers whose order teaches most are asked about.",
        };
        var losses = LossAssembly.Option();
        var command = PipelineCommand.Create(
            Name,
            "Lets a policy answer prompts, has the answers judged by rewards, and moves the policy towards what earned more: RLHF's third step. The algorithm decides the defaults; the file and --set override them.\n\nExample: plumb rl grpo recipes/rl.yaml --set data.path=prompts.jsonl",
            "recipes/rl.yaml",
            "rollout.answers_per_prompt=16",
            (parsed, written) =>
            {
                // Before the options are read: they may name one of its losses or rewards.
                var own = LossAssembly.Load(parsed.GetValue(losses));
                var chosen = RlAlgorithm.Find(parsed.GetRequiredValue(algorithm));
                return PipelineCommand.Run(
                    environment,
                    written,
                    $"{Name} {chosen.Name}",
                    (RlOptions options, PipelineContext context) =>
                        Run(chosen, options, context with { Losses = own, FeedbackStore = parsed.GetValue(feedback) }),
                    chosen.Defaults(
                        new RlOptions
                        {
                            Name = string.Empty,
                            Data = new PipelineDataOptions { Path = string.Empty },
                        }
                    )
                );
            }
        );
        command.Arguments.Insert(0, algorithm);
        command.Add(feedback);
        command.Add(losses);
        return command;
    }

    private static PipelineOutcome Run(RlAlgorithm algorithm, RlOptions options, PipelineContext context)
    {
        var result = new RlPipeline(algorithm, options, context).Run();
        return new PipelineOutcome(
            RlReport.Document(algorithm, options, result),
            RlReport.ToJson(algorithm, options, result),
            output => RlReport.Write(output, result)
        );
    }
}
