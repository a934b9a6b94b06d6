using System.CommandLine;
using Plumbline.Cli.Conversing;
using Plumbline.Cli.Pipelines.Labels;
using Plumbline.Configuration;

namespace Plumbline.Cli.Commands.Constitutions;

/// <summary><c>plumb constitution revise</c>.</summary>
internal static class ConstitutionReviseCommand
{
    internal static Command Create(CommandEnvironment environment)
    {
        var file = new Argument<string>("FILE") { Description = "The options file, such as recipes/revise.yaml." };
        var set = new Option<string[]>("--set") { Description = "Overrides one option: --set revision.rounds=4. May be repeated." };
        var json = ConstitutionCommand.Json();
        var command = new Command(
            "revise",
            "Lets a model answer prompts, criticise its answers by clauses and rewrite them; out come a fine-tuning set and a preference set. Answers are kept: a run that ended goes on.\n\n"
                + "Example: plumb constitution revise recipes/revise.yaml --set data.path=prompts.jsonl"
        )
        {
            file,
            set,
            json,
        };
        command.SetAction(
            async (parsed, _) =>
            {
                var options = OptionsFile.Read<ReviseOptions>(parsed.GetValue(file)!, parsed.GetValue(set));
                var result = await new RevisePipeline(options, ConstitutionLabelCommand.Context(environment, options, "revise")).RunAsync();
                if (parsed.GetValue(json))
                {
                    var document = result.Json();
                    document["folder"] = options.Folder;
                    environment.Output.WriteLine(document.ToJsonString());
                }
                else
                {
                    result.Write(environment.Output);
                    environment.Output.WriteLine($"Revisions: {options.Folder}");
                }

                if (result.Failure is null)
                {
                    return ExitCode.Done;
                }

                environment.Error.WriteLine(
                    TerminalText.Escape(
                        $"{result.Prompts - result.Revised.Count} prompts have no answer; the same command asks for them again. The first failed so: {result.Failure}"
                    )
                );
                return ExitCode.Failed;
            }
        );
        return command;
    }
}
