using System.Text.Json;
using Plumbline.Models.ChatTemplates;

namespace Plumbline.Models.Tests.ChatTemplates;

/// <summary>
/// Templates with what published ones use, and single expressions, against Jinja2 itself: Golden/generate.py made the expected texts.
/// </summary>
public sealed class GoldenTemplateTests
{
    private static readonly JsonDocument Expected = Open("expected.json");
    private static readonly JsonDocument Inputs = Open("conversations.json");

    public static TheoryData<string> Templates =>
        [.. Directory.EnumerateFiles(PathOf("templates"), "*.jinja").Select(path => Path.GetFileNameWithoutExtension(path)!).Order()];

    [Theory]
    [MemberData(nameof(Templates))]
    public void Conversations_are_written_as_Jinja_writes_them(string name)
    {
        var template = ChatTemplate.Parse(File.ReadAllText(PathOf($"templates/{name}.jinja")), name);
        foreach (var item in Expected.RootElement.GetProperty("chats").EnumerateArray().Where(item => Text(item, "template") == name))
        {
            var conversation = Inputs.RootElement.GetProperty("conversations").GetProperty(Text(item, "conversation"));
            var messages = GoldenConversations.Messages(conversation.GetProperty("messages"));
            var options = Options(item, conversation);
            var what = $"{Text(item, "conversation")} {item.GetProperty("prompt")} {item.GetProperty("variables")}";
            if (item.TryGetProperty("error", out var error))
            {
                Assert.True(Record(() => template.Render(messages, options)) is { Position.Line: > 0 }, $"{what}: Jinja says {error}");
                continue;
            }

            var chat = template.Render(messages, options);
            Assert.True(Text(item, "text") == chat.Text, $"{what}\n--- Jinja\n{Text(item, "text")}\n--- ours\n{chat.Text}");
            Assert.Equal(
                string.Concat(item.GetProperty("marks").EnumerateArray().Select(mark => mark.GetString())),
                string.Concat(chat.Spans.Where(span => span.IsGenerated).Select(span => chat.Text[span.Start..span.End]))
            );
            if (item.TryGetProperty("continued", out var continued))
            {
                Assert.Equal(continued.GetString(), template.Render(messages, options with { ContinueFinalMessage = true }).Text);
            }
        }
    }

    [Fact]
    public void Expressions_give_what_Jinja_gives()
    {
        var wrong = new List<string>();
        foreach (var item in Expected.RootElement.GetProperty("expressions").EnumerateArray())
        {
            var source = Text(item, "source");
            var options = new ChatRenderOptions
            {
                Time = new GoldenConversations.Clock(),
                Variables = new Dictionary<string, object?>
                {
                    ["text"] = "a <|x|> b",
                    ["number"] = 7,
                    ["words"] = new[] { "b", "A", "c" },
                },
            };
            string? ours = null;
            var refusal = Record(() => ours = ChatTemplate.Parse(source).Render([], options).Text);
            var theirs = item.TryGetProperty("text", out var text) ? text.GetString() : null;
            if (ours != theirs)
            {
                wrong.Add($"{source}\n  Jinja: {theirs ?? Text(item, "error")}\n  ours:  {ours ?? refusal!.Message}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    private static ChatRenderOptions Options(JsonElement item, JsonElement conversation) =>
        new()
        {
            AddGenerationPrompt = item.GetProperty("prompt").GetBoolean(),
            BosToken = "<bos>",
            EosToken = "<eos>",
            Time = new GoldenConversations.Clock(),
            Tools = conversation.TryGetProperty("tools", out _) ? GoldenConversations.Tools(Inputs.RootElement.GetProperty("tools")) : [],
            Variables = item.GetProperty("variables")
                .EnumerateObject()
                .ToDictionary(variable => variable.Name, variable => (object?)variable.Value),
        };

    private static InvalidInputException? Record(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (InvalidInputException refusal)
        {
            return refusal;
        }
    }

    private static string Text(JsonElement item, string name) => item.GetProperty(name).GetString()!;

    private static JsonDocument Open(string name) => JsonDocument.Parse(File.ReadAllText(PathOf(name)));

    private static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "ChatTemplates", "Golden", name);
}
