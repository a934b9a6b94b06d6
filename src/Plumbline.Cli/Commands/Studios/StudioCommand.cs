using System.CommandLine;
using System.Runtime.InteropServices;
using Plumbline.Configuration;
using Plumbline.Studio;
using Plumbline.Studio.Options;

namespace Plumbline.Cli.Commands.Studios;

/// <summary><c>plumb studio</c>: the pages on which people rank answers.</summary>
internal static class StudioCommand
{
    internal static Command Create(CommandEnvironment environment)
    {
        var file = new Argument<string?>("FILE")
        {
            Description =
                "A YAML file with the options (docs/studio.md); without one the pages are on 127.0.0.1, and judgements in studio.db.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var set = new Option<string[]>("--set") { Description = "Overrides one option: --set port=9000. May be repeated." };
        var command = new Command(
            "studio",
            "Serves the pages on which people rank answers, and prints a link that signs its first visitor in as administrator.\n\nExample: plumb studio --set store=studio.db"
        )
        {
            StudioImportCommand.Create(environment),
            StudioExportCommand.Create(environment),
            file,
            set,
        };
        command.SetAction((parsed, _) => RunAsync(environment, parsed.GetValue(file), parsed.GetValue(set) ?? []));
        return command;
    }

    private static async Task<int> RunAsync(CommandEnvironment environment, string? path, string[] overrides)
    {
        var options = OptionsFile.Read<StudioOptions>(path, overrides);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(environment.Cancellation);
        using var term = PosixSignalRegistration.Create(
            PosixSignal.SIGTERM,
            signal =>
            {
                signal.Cancel = true;
                ending.Cancel();
            }
        );
        await StudioServer.RunAsync(
            options,
            environment.Clock,
            (address, link) =>
            {
                environment.Output.WriteLine($"Listening on {address}; judgements are kept in {Shown(options.Store)}.");
                environment.Output.WriteLine($"Sign in, once and within half an hour, by {link}");
            },
            environment.Error.WriteLine,
            ending.Token
        );
        return ExitCode.Done;
    }

    // A connection string may hold a password.
    private static string Shown(string store) =>
        store.Contains('=', StringComparison.Ordinal) || store.Contains("://", StringComparison.Ordinal) ? "the database" : store;
}
