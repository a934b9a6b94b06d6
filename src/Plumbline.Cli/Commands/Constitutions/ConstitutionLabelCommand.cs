using System.CommandLine;
using Plumbline.Cli.Conversing;
using Plumbline.Cli.Pipelines;
using Plumbline.Cli.Pipelines.Labels;
using Plumbline.Configuration;
using Plumbline.Torch.Machine;

namespace Plumbline.Cli.Commands.Constitutions;

/// <summary><c>plumb constitution label</c>.</summary>
internal static class ConstitutionLabelCommand
{
    internal static Command Create(CommandEnvironment environment)
    {
        var file = new Argument<string>("FILE") { Description = "The options file, such as recipes/label.yaml." };
        var set = new Option<string[]>("--set") { Description = "Overrides one option: --set limits.max_requests=1000. May be repeated." };
        var json = ConstitutionCommand.Json();
        var command = new Command(
            "label",
            "Lets a judge compare answers by every clause that holds for them, in both orders, and makes preferences of it. Answers are kept: a run that ended goes on.\n\n"
                + "Example: plumb constitution label recipes/label.yaml --set data.path=pairs.jsonl"
        )
        {
            file,
            set,
            json,
        };
        command.SetAction(
            async (parsed, _) =>
            {
                var options = OptionsFile.Read<LabelOptions>(parsed.GetValue(file)!, parsed.GetValue(set));
                var result = await new LabelPipeline(options, Context(environment, options, "label")).RunAsync();
                if (parsed.GetValue(json))
                {
                    var document = result.Json();
                    document["folder"] = options.Folder;
                    environment.Output.WriteLine(document.ToJsonString());
                }
                else
                {
                    result.Write(environment.Output);
                    environment.Output.WriteLine($"Labels: {options.Folder}");
                }

                if (result.Failure is null)
                {
                    return ExitCode.Done;
                }

                environment.Error.WriteLine(
                    TerminalText.Escape(
                        $"{result.Pairs - result.Labels.Count} pairs have no labels; the same command asks for them again. The first failed so: {result.Failure}"
                    )
                );
                return ExitCode.Failed;
            }
        );
        return command;
    }

    /// <summary>What the pipeline needs from outside.</summary>
    internal static PipelineContext Context(CommandEnvironment environment, ConstitutionRunOptions options, string name) =>
        new(
            options.Folder,
            $"plumb constitution {name}",
            ThreadSettings.Apply(options.Threads == 0 ? null : options.Threads).TorchThreads,
            environment.Clock,
            environment.Progress,
            environment.Error,
            environment.Cancellation
        );
}
