using System.CommandLine;
using Plumbline.Configuration;
using Plumbline.Constitutions;

namespace Plumbline.Cli.Commands.Constitutions;

/// <summary><c>plumb constitution show</c>.</summary>
internal static class ConstitutionShowCommand
{
    internal static Command Create(CommandEnvironment environment)
    {
        var file = ConstitutionCommand.File();
        var overlays = ConstitutionCommand.Overlays();
        var where = new Option<string[]>("--where")
        {
            Description =
                "Shows only the clauses that hold there: region=DE, language=de, domain=healthcare, audience=children, modality=image, day=2026-01-31. May be repeated.",
        };
        var command = new Command(
            "show",
            "Prints a constitution with its overlays laid over it, without what is as it is by default.\n\n"
                + "Example: plumb constitution show general --overlay eu --where region=DE --where audience=children"
        )
        {
            file,
            overlays,
            where,
        };
        command.SetAction(parsed =>
        {
            var constitution = ConstitutionFile.Read(parsed.GetValue(file)!, parsed.GetValue(overlays));
            if (parsed.GetValue(where) is { Length: > 0 } places)
            {
                // As any options are given on a command line.
                var situation = OptionsFile.Read<Situation>(path: null, places);
                constitution = constitution with { Clauses = constitution.ApplicableTo(situation).ToDictionary() };
            }

            environment.Output.Write($"# {ConstitutionHash.Of(constitution)}\n");
            environment.Output.Write(ConstitutionFile.Text(constitution));
            return ExitCode.Done;
        });
        return command;
    }
}
