using System.CommandLine;
using Plumbline.Constitutions;
using Plumbline.Constitutions.Importing;

namespace Plumbline.Cli.Commands.Constitutions;

/// <summary><c>plumb constitution import</c>.</summary>
internal static class ConstitutionImportCommand
{
    internal static Command Create(CommandEnvironment environment)
    {
        var file = new Argument<string>("FILE")
        {
            Description = "Markdown with a section a clause (OpenAI's Model Spec), a list with a clause an item, or llm-swarm's JSON.",
        };
        var output = new Option<string>("--out") { Description = "The YAML file to write.", Required = true };
        var name = new Option<string?>("--name") { Description = "What the constitution is to be called; the file's name otherwise." };
        var command = new Command(
            "import",
            "Makes a constitution of a document of another make.\n\nExample: plumb constitution import model_spec.md --out spec.yaml"
        )
        {
            file,
            output,
            name,
        };
        command.SetAction(parsed =>
        {
            var constitution = ConstitutionImport.Read(parsed.GetValue(file)!, parsed.GetValue(name));
            ConstitutionFile.Write(parsed.GetValue(output)!, constitution);
            var tests = constitution.Clauses.Values.Sum(clause => clause.Tests.Count);
            environment.Output.WriteLine(
                $"{constitution.Clauses.Count} clauses, {tests} tests and {constitution.Demonstrations.Count} demonstrations; hash {ConstitutionHash.Of(constitution)}"
            );
            return ExitCode.Done;
        });
        return command;
    }
}
