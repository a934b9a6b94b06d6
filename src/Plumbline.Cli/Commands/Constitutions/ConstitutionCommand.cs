using System.CommandLine;
using System.Text.Json;
using Plumbline.Constitutions;

namespace Plumbline.Cli.Commands.Constitutions;

/// <summary><c>plumb constitution</c>: what can be done with a constitution's file.</summary>
internal static class ConstitutionCommand
{
    internal static Command Create(CommandEnvironment environment) =>
        new(
            "constitution",
            "Checks, shows, compares, imports and mines constitutions: the written standards that data, training and decisions are measured by.\n\n"
                + "Example: plumb constitution lint general --overlay healthcare"
        )
        {
            ConstitutionLintCommand.Create(environment),
            ConstitutionShowCommand.Create(environment),
            ConstitutionDiffCommand.Create(environment),
            ConstitutionImportCommand.Create(environment),
            ConstitutionMineCommand.Create(environment),
            ConstitutionSchemaCommand.Create(environment),
            ConstitutionReviseCommand.Create(environment),
            ConstitutionLabelCommand.Create(environment),
            ConstitutionReplayCommand.Create(environment),
            ConstitutionAgreeCommand.Create(environment),
        };

    /// <summary>The argument that names a constitution.</summary>
    internal static Argument<string> File(string name = "FILE") =>
        new(name) { Description = $"A constitution's file, or one that is shipped: {string.Join(", ", ConstitutionFile.Shipped)}." };

    /// <summary>The option that lays overlays over it.</summary>
    internal static Option<string[]> Overlays() =>
        new("--overlay") { Description = "An overlay's file, or the name of a shipped one. May be repeated." };

    /// <summary>An enum's name as it is spelled in files.</summary>
    internal static string Name(Enum value) => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    /// <summary>The option that asks for JSON.</summary>
    internal static Option<bool> Json() => new("--json") { Description = "Prints one JSON object for machines." };
}
