using System.Text.Json;
using Plumbline.Cli.Conversing;
using Plumbline.Testing;
using Plumbline.Testing.Torch;

namespace Plumbline.EndToEnd.Tests.Conversing;

public sealed class ChatTests
{
    [Fact]
    [NoTensorLeaks]
    public void A_piped_conversation_is_answered_line_by_line()
    {
        using var folder = new TemporaryFolder();
        var model = TinyModelFolder.Write(folder);
        string[] arguments = ["chat", "--model", model, "--set", "sampling.max_new_tokens=3", "--set", "sampling.temperature=0"];
        var (code, output, error) = CommandRun.WithInput("the cat\n\n/what\n/reset\nthe cat\n/exit\nnever\n", arguments);
        Assert.True(code == 0, error);
        Assert.Contains("There is no command /what.", error, StringComparison.Ordinal);
        Assert.Contains("A new conversation begins.", error, StringComparison.Ordinal);
        // At temperature 0 the same conversation has the same answer, and after /reset it is the same conversation.
        var once = CommandRun.InProcess([.. arguments, "--message", "the cat"]).Output;
        Assert.Equal(once + once, output);
        var json = JsonDocument.Parse(CommandRun.InProcess([.. arguments, "--message", "the cat", "--json"]).Output).RootElement;
        Assert.Equal(once.TrimEnd('\n'), TerminalText.Escape(json.GetProperty("answer").GetString()!));
        Assert.Equal("tiny-model", json.GetProperty("model").GetString());
    }

    [Fact]
    public async Task A_conversation_is_sent_whole_and_commands_change_it()
    {
        await using var server = new ModelServer(request => Reply.Stream($"answer {request.Number}"));
        var (code, output, _) = CommandRun.WithInput(
            "one\ntwo\n/system Be kind.\nthree\n/system\nfour\n",
            "chat",
            "--endpoint",
            server.Endpoint,
            "--remote-model",
            "tiny",
            "--system",
            "Be brief."
        );
        Assert.Equal(0, code);
        Assert.Equal("answer 0\nanswer 1\nanswer 2\nanswer 3\n", output);
        Assert.Equal(
            [
                "system:Be brief.|user:one",
                "system:Be brief.|user:one|assistant:answer 0|user:two",
                "system:Be kind.|user:three",
                "user:four",
            ],
            server.Requests.Select(request =>
                string.Join(
                    '|',
                    request
                        .Json.GetProperty("messages")
                        .EnumerateArray()
                        .Select(message => $"{message.GetProperty("role").GetString()}:{Content(message)}")
                )
            )
        );

        static string Content(JsonElement message) =>
            message.GetProperty("content") is { ValueKind: JsonValueKind.Array } parts
                ? parts[0].GetProperty("text").GetString()!
                : message.GetProperty("content").GetString()!;
    }

    [Fact]
    public async Task A_model_cannot_send_control_sequences_to_the_terminal()
    {
        // Clears the screen, sets the title, fills the clipboard, goes back, turns the direction of reading; in pieces, too.
        await using var server = new ModelServer(_ => Reply.Stream("a\u001b", "[2J\u001b]0;x\u0007\u009b1m\r\b", "\u202eb\n\tok\u007f"));
        var (code, output, _) = CommandRun.InProcess("chat", "--endpoint", server.Endpoint, "--remote-model", "tiny", "--message", "x");
        Assert.Equal(0, code);
        Assert.Equal("a\\u001b[2J\\u001b]0;x\\u0007\\u009b1m\\u000d\\u0008\\u202eb\n\tok\\u007f\n", output);
        Assert.Equal("né 😀 plain\n", TerminalText.Escape("né 😀 plain\n"));
    }

    [Fact]
    public async Task A_server_that_fails_ends_the_conversation_with_its_reason()
    {
        await using var server = new ModelServer(_ => Reply.Refusal(401, "who are you"));
        var (code, _, error) = CommandRun.WithInput("hello\n", "chat", "--endpoint", server.Endpoint, "--remote-model", "tiny");
        Assert.Equal(1, code);
        Assert.Contains("api_key_variable", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_person_is_asked_again_after_a_refusal()
    {
        await using var server = new ModelServer(request => request.Number == 0 ? Reply.Refusal(400, "too long") : Reply.Stream("fine"));
        string[] arguments = ["chat", "--endpoint", server.Endpoint, "--remote-model", "tiny"];
        var (code, output, error) = CommandRun.Run("first\nsecond\n", isTerminal: true, arguments, CancellationToken.None);
        Assert.Equal(0, code);
        Assert.StartsWith("tiny listens. /system TEXT", output, StringComparison.Ordinal);
        Assert.EndsWith("> > fine\n> ", output, StringComparison.Ordinal);
        Assert.Contains("too long", error, StringComparison.Ordinal);
        // What was refused is not part of the conversation.
        Assert.Single(server.Requests[1].Json.GetProperty("messages").EnumerateArray());
    }

    [Theory]
    [InlineData("chat", "--message", "x")]
    [InlineData("generate", "--prompt", "x")]
    public void A_stopped_command_says_so(string command, string option, string text)
    {
        string[] arguments = [command, "--endpoint", "http://127.0.0.1:1/v1", "--remote-model", "tiny", option, text];
        var (code, _, error) = CommandRun.Run(string.Empty, isTerminal: false, arguments, new CancellationToken(canceled: true));
        Assert.Equal(1, code);
        Assert.Contains("Stopped", error, StringComparison.Ordinal);
        Assert.DoesNotContain("goes on from there", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("generate")]
    [InlineData("chat")]
    public void Help_shows_an_example(string command)
    {
        var (code, output, _) = CommandRun.InProcess(command, "--help");
        Assert.Equal(0, code);
        Assert.Contains($"Example: plumb {command}", output, StringComparison.Ordinal);
        Assert.Contains("--set", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_without_a_message_is_refused()
    {
        var (code, _, error) = CommandRun.InProcess("chat", "--model", "x", "--json");
        Assert.Equal(2, code);
        Assert.Contains("--message", error, StringComparison.Ordinal);
    }
}
