using System.CommandLine;
using Plumbline.Constitutions;

namespace Plumbline.Cli.Commands.Constitutions;

/// <summary><c>plumb constitution schema</c>.</summary>
internal static class ConstitutionSchemaCommand
{
    internal static Command Create(CommandEnvironment environment)
    {
        var command = new Command(
            "schema",
            "Prints the JSON Schema of constitutions and overlays, with which editors complete and check them.\n\nExample: plumb constitution schema > constitution.schema.json"
        );
        command.SetAction(_ =>
        {
            environment.Output.Write(ConstitutionSchema.Text);
            return ExitCode.Done;
        });
        return command;
    }
}
