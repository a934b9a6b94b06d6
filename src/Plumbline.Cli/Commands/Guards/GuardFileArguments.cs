using System.CommandLine;
using Plumbline.Configuration;

namespace Plumbline.Cli.Commands.Guards;

/// <summary>What says which guard is meant: a file, and options that win over it.</summary>
internal sealed class GuardFileArguments
{
    private readonly Option<string?> guard = new("--guard") { Description = "The guard's file; its defaults where it is left out." };

    private readonly Option<string[]> set = new("--set")
    {
        Description = "Overrides one option: --set constitution=mine.yaml. May be repeated.",
    };

    internal void AddTo(Command command)
    {
        command.Add(guard);
        command.Add(set);
    }

    internal GuardFile Read(ParseResult parsed) => OptionsFile.Read<GuardFile>(parsed.GetValue(guard), parsed.GetValue(set));
}
