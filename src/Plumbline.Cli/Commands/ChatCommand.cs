using System.CommandLine;
using System.Text.Json.Nodes;
using Plumbline.Cli.Conversing;
using Plumbline.Configuration;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumb chat</c>.</summary>
internal static class ChatCommand
{
    internal static Command Create(CommandEnvironment environment)
    {
        var shared = new SpeakerArguments();
        var message = new Option<string?>("--message") { Description = "Asks this one message and ends." };
        var json = new Option<bool>("--json") { Description = "Prints one JSON object for machines; with --message." };
        var command = new Command(
            "chat",
            "Talks with a local or a remote model: one message a line, from a terminal or a pipe. /system TEXT, /reset and /exit are commands.\n\nExample: plumb chat --model models/qwen --system \"Be brief.\" --message \"What is a plumb line?\""
        )
        {
            message,
            json,
        };
        shared.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(json) && result.GetValue(message) is null)
            {
                result.AddError("--json needs --message: a conversation is for people.");
            }
        });
        command.SetAction(
            (parsed, _) =>
                Run(
                    environment,
                    OptionsFile.Read<SpeakerOptions>(shared.File(parsed), shared.Overrides(parsed)),
                    parsed.GetValue(message),
                    parsed.GetValue(json)
                )
        );
        return command;
    }

    private static async Task<int> Run(CommandEnvironment environment, SpeakerOptions options, string? message, bool json)
    {
        using var speaker = Speaker.Open(options, width: 1, prompts: null, environment.Clock);
        foreach (var note in speaker.Notes)
        {
            environment.Error.WriteLine(TerminalText.Escape(note));
        }

        try
        {
            await Talk(environment, speaker, message, json).ConfigureAwait(false);
            return ExitCode.Done;
        }
        catch (OperationCanceledException) when (environment.Cancellation.IsCancellationRequested)
        {
            environment.Error.WriteLine("Stopped.");
            return ExitCode.Failed;
        }
    }

    private static async Task Talk(CommandEnvironment environment, Speaker speaker, string? message, bool json)
    {
        var session = new ChatSession(speaker, environment);
        if (message is null)
        {
            await session.RunAsync().ConfigureAwait(false);
            return;
        }

        var response = await session.AnswerAsync(message, isShown: !json).ConfigureAwait(false);
        if (json)
        {
            environment.Output.WriteLine(
                new JsonObject
                {
                    ["model"] = speaker.Name,
                    ["answer"] = response.Text,
                    ["finish_reason"] = response.FinishReason?.Value,
                    ["prompt_tokens"] = response.Usage?.InputTokenCount,
                    ["completion_tokens"] = response.Usage?.OutputTokenCount,
                    ["cost"] = speaker.Usage?.Cost,
                }.ToJsonString()
            );
        }
    }
}
