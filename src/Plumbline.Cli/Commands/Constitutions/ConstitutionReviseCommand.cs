using System.CommandLine;
using Plumbline.Cli.Pipelines.Labels;

namespace Plumbline.Cli.Commands.Constitutions;

/// <summary><c>plumb constitution revise</c>.</summary>
internal static class ConstitutionReviseCommand
{
    internal static Command Create(CommandEnvironment environment) =>
        ConstitutionRunCommand.Create<ReviseOptions>(
            environment,
            "revise",
            "Lets a model answer prompts, criticise its answers by clauses and rewrite them; out come a fine-tuning set and a preference set. Answers are kept: a run that ended goes on.\n\n"
                + "Example: plumb constitution revise recipes/revise.yaml --set data.path=prompts.jsonl",
            "revision.rounds=4",
            async (options, context) => await new RevisePipeline(options, context).RunAsync()
        );
}
