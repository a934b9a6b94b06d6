using System.CommandLine;
using System.Text.Json.Nodes;
using Plumbline.Cli.Conversing;
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
        var json = ConstitutionCommand.Json();
        var command = new Command(
            "import",
            "Makes a constitution of a document of another make.\n\nExample: plumb constitution import model_spec.md --out spec.yaml"
        )
        {
            file,
            output,
            name,
            json,
        };
        command.SetAction(parsed =>
        {
            var constitution = ConstitutionImport.Read(parsed.GetValue(file)!, parsed.GetValue(name));
            ConstitutionFile.Write(parsed.GetValue(output)!, constitution);
            // Sections of an authority that is not known become background, which never decides: it should be seen.
            var frameworks = constitution
                .Clauses.Values.CountBy(clause => clause.Framework)
                .OrderBy(count => count.Key, StringComparer.Ordinal)
                .ToList();
            var tests = constitution.Clauses.Values.Sum(clause => clause.Tests.Count);
            if (parsed.GetValue(json))
            {
                environment.Output.WriteLine(
                    new JsonObject
                    {
                        ["hash"] = ConstitutionHash.Of(constitution),
                        ["clauses"] = constitution.Clauses.Count,
                        ["tests"] = tests,
                        ["demonstrations"] = constitution.Demonstrations.Count,
                        ["frameworks"] = new JsonObject(frameworks.Select(count => KeyValuePair.Create(count.Key, (JsonNode?)count.Value))),
                    }.ToJsonString()
                );
                return ExitCode.Done;
            }

            foreach (var (framework, count) in frameworks)
            {
                environment.Output.WriteLine(
                    TerminalText.Escape(
                        $"{framework} ({ConstitutionCommand.Name(constitution.Frameworks[framework].Tier)}): {count} clauses"
                    )
                );
            }

            environment.Output.WriteLine(
                $"{constitution.Clauses.Count} clauses, {tests} tests and {constitution.Demonstrations.Count} demonstrations; hash {ConstitutionHash.Of(constitution)}"
            );
            return ExitCode.Done;
        });
        return command;
    }
}
