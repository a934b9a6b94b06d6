using Microsoft.Extensions.AI;
using Plumbline.Cli.Commands;
using Plumbline.Remote;

namespace Plumbline.Cli.Conversing;

/// <summary>A conversation on a terminal, or from a pipe: one message a line, answers as they come, commands that begin with a slash.</summary>
internal sealed class ChatSession(Speaker speaker, CommandEnvironment environment)
{
    private const string Help = "/system TEXT sets the system message and begins anew, /reset begins anew, /exit ends.";
    private readonly List<ChatMessage> conversation = speaker.Conversation([]);
    private long asked;

    /// <summary>Answers line after line until /exit or the end of the input.</summary>
    internal async Task RunAsync()
    {
        if (environment.Input.IsTerminal)
        {
            environment.Output.WriteLine($"{TerminalText.Escape(speaker.Name)} listens. {Help}");
        }

        while (true)
        {
            if (environment.Input.IsTerminal)
            {
                environment.Output.Write("> ");
            }

            if (await ReadLineAsync().ConfigureAwait(false) is not { } line || line.Trim() == "/exit")
            {
                return;
            }

            if (line.StartsWith('/'))
            {
                Command(line);
            }
            else if (!string.IsNullOrWhiteSpace(line))
            {
                await TryAnswerAsync(line).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Asks one message and shows the answer as it comes.</summary>
    /// <returns>The answer.</returns>
    internal async Task<ChatResponse> AnswerAsync(string message, bool isShown = true)
    {
        conversation.Add(new ChatMessage(ChatRole.User, message));
        var updates = new List<ChatResponseUpdate>();
        try
        {
            await foreach (
                var update in speaker
                    .Client.GetStreamingResponseAsync(conversation, speaker.Request(asked), environment.Cancellation)
                    .ConfigureAwait(false)
            )
            {
                updates.Add(update);
                if (isShown)
                {
                    environment.Output.Write(TerminalText.Escape(update.Text));
                    environment.Output.Flush();
                }
            }
        }
        catch
        {
            // The question was not answered: it is not part of the conversation.
            conversation.RemoveAt(conversation.Count - 1);
            throw;
        }

        asked++;
        var response = updates.ToChatResponse();
        conversation.Add(new ChatMessage(ChatRole.Assistant, response.Text));
        if (isShown)
        {
            environment.Output.WriteLine();
            if (response.FinishReason == ChatFinishReason.Length)
            {
                environment.Error.WriteLine("(cut at the token limit: raise sampling.max_new_tokens)");
            }
        }

        return response;
    }

    // A read from a terminal does not notice Ctrl-C; the wait for it does.
    private Task<string?> ReadLineAsync() =>
        Task.Run(environment.Input.Reader.ReadLine, environment.Cancellation).WaitAsync(environment.Cancellation);

    // A person can ask something else after a refusal; a pipe is told by the exit code.
    private async Task TryAnswerAsync(string line)
    {
        try
        {
            await AnswerAsync(line).ConfigureAwait(false);
        }
        catch (Exception failure) when (environment.Input.IsTerminal && failure is (InvalidInputException or RemoteModelException))
        {
            environment.Error.WriteLine(TerminalText.Escape(failure.Message));
        }
    }

    private void Command(string line)
    {
        var (command, rest) = line.Split(' ', 2) is [var name, var text] ? (name, text.Trim()) : (line.Trim(), string.Empty);
        switch (command)
        {
            case "/reset":
                conversation.RemoveAll(message => message.Role != ChatRole.System);
                environment.Error.WriteLine("A new conversation begins.");
                break;
            case "/system":
                conversation.Clear();
                if (rest.Length > 0)
                {
                    conversation.Add(new ChatMessage(ChatRole.System, rest));
                }

                environment.Error.WriteLine(
                    rest.Length > 0
                        ? "A new conversation begins with that system message."
                        : "A new conversation begins without a system message."
                );
                break;
            default:
                environment.Error.WriteLine($"There is no command {TerminalText.Escape(command)}. {Help}");
                break;
        }
    }
}
