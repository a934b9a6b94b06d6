using System.CommandLine;
using System.Runtime.InteropServices;
using Plumbline.Configuration;
using Plumbline.Feedback;
using Plumbline.Gateway;
using Plumbline.Moderation.Calibration;
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
        await using var reviews = served.Guard.Reviews is { } location
            ? await FeedbackStore.OpenReviewsAsync(location, environment.Clock, environment.Cancellation)
            : null;
        using var guards = new GuardSource(
            Load(served.Guard, log, environment),
            _ => Task.FromResult<Moderation.IGuard>(Load(OptionsFile.Read<GuardServeFile>(path, overrides).Guard, log, environment)),
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
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(environment.Cancellation);
        // What service managers and containers ask with: requests on their way end, and what people were asked is kept.
        using var term = PosixSignalRegistration.Create(
            PosixSignal.SIGTERM,
            signal =>
            {
                signal.Cancel = true;
                ending.Cancel();
            }
        );
        await GatewayServer.RunAsync(
            served.Gateway,
            guards,
            environment.Clock,
            address => environment.Output.WriteLine($"Listening on {address}; the constitution is {guards.Status.Constitution}."),
            reviews is null ? null : new ReviewDesk(reviews),
            environment.Error.WriteLine,
            ending.Token
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

    // Log and review store belong to the whole run: a reload changes neither.
    private static ServedGuard Load(GuardFile file, DecisionLog? log, CommandEnvironment environment) =>
        new(GuardAssembly.Load(file, log, environment.Clock, alarm => environment.Error.WriteLine(Told(alarm))));

    private static string Told(DriftStatus alarm) =>
        $"Texts are no longer like those of the calibration: {alarm.Detector} for {alarm.Hazard} ({alarm.Language}), after {alarm.Seen} texts. Calibrate anew (plumb guard calibrate).";
}
