using System.CommandLine;

namespace Plumbline.Cli.Commands.Guards;

/// <summary><c>plumb guard</c>: moderation at run time.</summary>
internal static class GuardCommand
{
    internal static Command Create(CommandEnvironment environment) =>
        new(
            "guard",
            "Checks texts against a constitution; learns, calibrates and measures what it checks them with.\n\nExample: plumb guard check \"How do I pick a lock?\""
        )
        {
            GuardCheckCommand.Create(environment),
            GuardServeCommand.Create(environment),
            GuardCalibrateCommand.Create(environment),
            GuardTrainCommand.Create(environment),
            GuardEvaluateCommand.Create(environment),
            GuardRefusalsCommand.Create(environment),
            GuardProbeCommand.Create(environment),
            GuardImportCommand.Create(environment),
        };
}
