using System.CommandLine;
using Plumbline.Cli.Conversing;
using Plumbline.Cli.Pipelines;
using Plumbline.Cli.Pipelines.Labels;
using Plumbline.Configuration;
using Plumbline.Torch.Machine;

namespace Plumbline.Cli.Commands.Constitutions;

/// <summary>What commands that ask models by a constitution have in common: <c>plumb constitution NAME FILE.yaml [--set a.b=c]... [--json]</c>.</summary>
internal static class ConstitutionRunCommand
{
    /// <summary>A command of that form. It fails (1) where something was not answered, and the same command goes on from there.</summary>
    /// <param name="environment">The process around the command.</param>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it does, with an example.</param>
    /// <param name="example">An override, such as <c>limits.max_requests=1000</c>.</param>
    /// <param name="run">Does it.</param>
    internal static Command Create<TOptions>(
        CommandEnvironment environment,
        string name,
        string description,
        string example,
        Func<TOptions, PipelineContext, Task<IConstitutionRunResult>> run
    )
        where TOptions : ConstitutionRunOptions
    {
        var file = new Argument<string>("FILE") { Description = $"The options file, such as recipes/{name}.yaml." };
        var set = new Option<string[]>("--set") { Description = $"Overrides one option: --set {example}. May be repeated." };
        var json = ConstitutionCommand.Json();
        var command = new Command(name, description) { file, set, json };
        command.SetAction(
            async (parsed, _) =>
            {
                var options = OptionsFile.Read<TOptions>(parsed.GetValue(file)!, parsed.GetValue(set));
                var result = await run(options, Context(environment, options, name));
                if (parsed.GetValue(json))
                {
                    var document = result.Json();
                    document["folder"] = options.Folder;
                    environment.Output.WriteLine(document.ToJsonString());
                }
                else
                {
                    result.Write(environment.Output);
                    environment.Output.WriteLine($"Folder: {options.Folder}");
                }

                if (result.Unfinished is not { } left)
                {
                    return ExitCode.Done;
                }

                environment.Error.WriteLine(TerminalText.Escape(left));
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
