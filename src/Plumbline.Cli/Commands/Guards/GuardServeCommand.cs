using System.CommandLine;
using System.Runtime.InteropServices;
using Plumbline.Configuration;
using Plumbline.Gateway;
using Plumbline.Moderation.Decisions;

namespace Plumbline.Cli.Commands.Guards;

/// <summary><c>plumb guard serve</c>.</summary>
internal static class GuardServeCommand
{
    internal static Command Create(CommandEnvironment environment)
    {
        var file = new Argument<string>("FILE")
        {
            Description = "The YAML file: guard (as --guard of plumb guard check), and gateway (docs/gateway.md).",
        };
        var set = new Option<string[]>("--set") { Description = "Overrides one option: --set gateway.port=9000. May be repeated." };
        var command = new Command(
            "serve",
            "Puts the guard in front of a model behind OpenAI's protocol. SIGHUP reads the file, the constitution and the models anew; no request is dropped.\n\n"
                + "Example: plumb guard serve guard.yaml --set gateway.upstream.endpoint=http://127.0.0.1:8000/v1"
        )
        {
            file,
            set,
        };
        command.SetAction((parsed, _) => Run(environment, parsed.GetRequiredValue(file), parsed.GetValue(set) ?? []));
        return command;
    }

    private static async Task<int> Run(CommandEnvironment environment, string path, string[] overrides)
    {
        var served = OptionsFile.Read<GuardServeFile>(path, overrides);
        // One log for all guards that follow each other: it has one writer.
        await using var log = served.Guard.Decisions is { } folder ? DecisionLog.Open(folder, environment.Clock) : null;
        using var guards = new GuardSource(
            Load(served.Guard, log, environment.Clock),
            _ => Task.FromResult<Moderation.IGuard>(Load(OptionsFile.Read<GuardServeFile>(path, overrides).Guard, log, environment.Clock)),
            environment.Clock
        );
        using var reload = OperatingSystem.IsWindows()
            ? null
            : PosixSignalRegistration.Create(
                PosixSignal.SIGHUP,
                signal =>
                {
                    signal.Cancel = true;
                    _ = ReloadAsync(environment, guards);
                }
            );
        await GatewayServer.RunAsync(
            served.Gateway,
            guards,
            environment.Clock,
            address => environment.Output.WriteLine($"Listening on {address}; the constitution is {guards.Status.Constitution}."),
            environment.Cancellation
        );
        return ExitCode.Done;
    }

    private static async Task ReloadAsync(CommandEnvironment environment, GuardSource guards)
    {
        var isNew = await guards.ReloadAsync(environment.Cancellation);
        environment.Error.WriteLine(
            isNew ? $"The constitution is {guards.Status.Constitution}." : $"The guard stays as it was: {guards.Status.LastFailure}"
        );
    }

    private static ServedGuard Load(GuardFile file, DecisionLog? log, TimeProvider clock) =>
        new(GuardAssembly.Load(file with { Decisions = null }, log, clock));
}
