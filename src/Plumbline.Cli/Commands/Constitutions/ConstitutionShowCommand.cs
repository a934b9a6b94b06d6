using System.CommandLine;
using System.Text.Json.Nodes;
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
        var json = ConstitutionCommand.Json();
        var command = new Command(
            "show",
            "Prints a constitution with its overlays laid over it, without what is as it is by default.\n\n"
                + "Example: plumb constitution show general --overlay eu --where region=DE --where audience=children"
        )
        {
            file,
            overlays,
            where,
            json,
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

            if (parsed.GetValue(json))
            {
                environment.Output.WriteLine(
                    new JsonObject
                    {
                        ["hash"] = ConstitutionHash.Of(constitution),
                        ["constitution"] = ConstitutionFile.Json(constitution),
                    }.ToJsonString()
                );
                return ExitCode.Done;
            }

            environment.Output.Write($"# {ConstitutionHash.Of(constitution)}\n");
            environment.Output.Write(ConstitutionFile.Text(constitution));
            return ExitCode.Done;
        });
        return command;
    }
}
