using System.CommandLine;
using Plumbline.Cli.Pipelines.Labels;

namespace Plumbline.Cli.Commands.Constitutions;

/// <summary><c>plumb constitution label</c>.</summary>
internal static class ConstitutionLabelCommand
{
    internal static Command Create(CommandEnvironment environment) =>
        ConstitutionRunCommand.Create<LabelOptions>(
            environment,
            "label",
            "Lets a judge compare answers by every clause that holds for them, in both orders, and makes preferences of it. Answers are kept: a run that ended goes on.\n\n"
                + "Example: plumb constitution label recipes/label.yaml --set data.path=pairs.jsonl",
            "limits.max_requests=1000",
            async (options, context) => await new LabelPipeline(options, context).RunAsync()
        );
}
