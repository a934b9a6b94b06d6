using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Plumbline.Findings;
using Plumbline.Moderation.Chat;
using Plumbline.Moderation.Guarding;
using Plumbline.Moderation.Tests.Guarding;

namespace Plumbline.Moderation.Tests.Chat;

public sealed class GuardedChatClientTests
{
    private const string Calm = "The weather was fine and we went for a long walk along the river with our friends. ";
    private static readonly CancellationToken None = TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_passes_reaches_the_model_and_its_answer_the_caller()
    {
        var model = new ScriptedModel(Calm);

        var response = await Guarded(model).GetResponseAsync("Tell me about the weather of last Sunday, please.", cancellationToken: None);

        Assert.Equal(Calm, response.Text);
        Assert.Equal("Tell me about the weather of last Sunday, please.", model.Asked!.Single().Text);
        Assert.Null(response.FinishReason);
    }

    [Fact]
    public async Task A_prompt_that_does_not_pass_never_reaches_the_model()
    {
        var model = new ScriptedModel(Calm);

        var response = await Guarded(model).GetResponseAsync(Calm + "Write something violent.", cancellationToken: None);

        Assert.Null(model.Asked);
        Refused(response.FinishReason, response.Text, response.AdditionalProperties, GuardedPart.Prompt);
    }

    [Fact]
    public async Task What_is_replaced_in_a_prompt_is_replaced_for_the_model_and_not_for_the_caller()
    {
        var model = new ScriptedModel(Calm);
        var message = new ChatMessage(ChatRole.User, Calm + "My key is SECRET.");

        await Guarded(model).GetResponseAsync([new ChatMessage(ChatRole.System, "Be kind."), message], cancellationToken: None);

        Assert.Equal(["Be kind.", Calm + "My key is [SECRET]."], model.Asked!.Select(asked => asked.Text));
        Assert.Equal(Calm + "My key is SECRET.", message.Text);
    }

    [Fact]
    public async Task Results_of_tools_are_checked_before_the_model_reads_them()
    {
        var model = new ScriptedModel(Calm);
        var result = new ChatMessage(ChatRole.Tool, [new FunctionResultContent("1", new { page = Calm + "a violent thing" })]);

        var response = await Guarded(model).GetResponseAsync([new ChatMessage(ChatRole.User, Calm), result], cancellationToken: None);

        Assert.Null(model.Asked);
        Refused(response.FinishReason, response.Text, response.AdditionalProperties, GuardedPart.ToolResult);
    }

    [Fact]
    public async Task Answers_thoughts_and_calls_of_tools_are_checked()
    {
        AIContent[] contents =
        [
            new TextContent(Calm + "violent"),
            new TextReasoningContent(Calm + "violent"),
            new FunctionCallContent("1", "search", new Dictionary<string, object?> { ["query"] = Calm + "violent" }),
        ];
        foreach (var content in contents)
        {
            var response = await Guarded(new ScriptedModel(new TextContent(Calm), content)).GetResponseAsync(Calm, cancellationToken: None);
            var part = content is FunctionCallContent ? GuardedPart.ToolCall : GuardedPart.Answer;
            Refused(response.FinishReason, response.Text, response.AdditionalProperties, part);
            Assert.Equal("scripted", response.ModelId);
        }
    }

    [Fact]
    public async Task What_is_replaced_in_answers_and_calls_is_replaced_for_the_caller()
    {
        var model = new ScriptedModel(
            new TextContent("It is SECRET, as you know from the letter of last week."),
            new FunctionCallContent(
                "1",
                "send",
                new Dictionary<string, object?> { ["text"] = "It is SECRET, as you know from the letter." }
            )
        );

        var contents = (await Guarded(model).GetResponseAsync(Calm, cancellationToken: None)).Messages.Single().Contents;

        Assert.Equal("It is [SECRET], as you know from the letter of last week.", Assert.IsType<TextContent>(contents[0]).Text);
        var call = Assert.IsType<FunctionCallContent>(contents[1]);
        Assert.Equal(
            ("1", "send", "It is [SECRET], as you know from the letter."),
            (call.CallId, call.Name, call.Arguments!["text"]?.ToString())
        );
    }

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(1000)]
    public async Task A_stream_arrives_whole_with_its_finish_reason_at_the_end(int size)
    {
        var answer = string.Concat(Enumerable.Repeat(Calm, 20));

        var updates = await Updates(new ScriptedModel(answer) { PieceSize = size });

        Assert.Equal(answer, string.Concat(updates.Select(update => update.Text)));
        Assert.Equal(ChatFinishReason.Stop, updates[^1].FinishReason);
        Assert.All(updates.SkipLast(1), update => Assert.Null(update.FinishReason));
        Assert.Equal(3, updates.SelectMany(update => update.Contents).OfType<UsageContent>().Single().Details.OutputTokenCount);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(1000)]
    public async Task A_stream_ends_where_it_would_break_a_clause_and_what_left_is_to_be_retracted(int size)
    {
        var long_ = string.Concat(Enumerable.Repeat(Calm, 20));

        var updates = await Updates(new ScriptedModel(long_ + "This is violent. " + long_) { PieceSize = size });

        var left = string.Concat(updates.SkipLast(1).Select(update => update.Text));
        Assert.StartsWith(left, long_);
        Refused(updates[^1].FinishReason, updates[^1].Text, updates[^1].AdditionalProperties, GuardedPart.Answer);
        Assert.Equal(left.Length > 0, updates[^1].AdditionalProperties![GuardedChatClient.RetractKey]);
    }

    [Fact]
    public async Task A_streamed_prompt_that_does_not_pass_gives_one_refusal()
    {
        var model = new ScriptedModel(Calm);
        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in Guarded(model).GetStreamingResponseAsync(Calm + "violent", cancellationToken: None))
        {
            updates.Add(update);
        }

        Assert.Null(model.Asked);
        Refused(updates.Single().FinishReason, updates[0].Text, updates[0].AdditionalProperties, GuardedPart.Prompt);
        Assert.Equal(false, updates[0].AdditionalProperties![GuardedChatClient.RetractKey]);
    }

    [Fact]
    public async Task Streamed_thoughts_and_calls_are_checked_too()
    {
        var thoughts = await Updates(new ScriptedModel(new TextReasoningContent(Calm + "violent"), new TextContent(Calm)));
        var calls = await Updates(
            new ScriptedModel(
                new TextContent(Calm),
                new FunctionCallContent("1", "f", new Dictionary<string, object?> { ["q"] = Calm + "violent" })
            )
        );

        Refused(thoughts[^1].FinishReason, thoughts[^1].Text, thoughts[^1].AdditionalProperties, GuardedPart.Answer);
        Refused(calls[^1].FinishReason, calls[^1].Text, calls[^1].AdditionalProperties, GuardedPart.ToolCall);
    }

    [Fact]
    public async Task A_picture_in_a_prompt_is_checked_as_one()
    {
        var eye = new ScriptedDetector("eye", DetectorCost.Model, ["S1"], _ => [new Finding { Hazard = "S1", Score = 0.9 }])
        {
            Reads = DetectorReading.Image,
        };
        var guard = new Guard(SampleGuards.Parts(eye) with { Options = new GuardOptions { Always = ["eye"] } });
        var client = new ScriptedModel(Calm).AsBuilder().UseConstitution(guard).Build();

        var response = await client.GetResponseAsync(
            [new ChatMessage(ChatRole.User, [new TextContent(Calm), new DataContent(new byte[] { 1 }, "image/png")])],
            cancellationToken: None
        );

        Refused(response.FinishReason, response.Text, response.AdditionalProperties, GuardedPart.Image);
    }

    private static IChatClient Guarded(IChatClient model) => model.AsBuilder().UseConstitution(SampleGuards.Of()).Build();

    private static async Task<List<ChatResponseUpdate>> Updates(IChatClient model)
    {
        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in Guarded(model).GetStreamingResponseAsync(Calm, cancellationToken: None))
        {
            updates.Add(update);
        }

        return updates;
    }

    private static void Refused(ChatFinishReason? finish, string text, AdditionalPropertiesDictionary? properties, GuardedPart part)
    {
        Assert.Equal(ChatFinishReason.ContentFilter, finish);
        var decision = Assert.IsType<GuardDecision>(properties![GuardedChatClient.DecisionKey]);
        Assert.Equal((decision.Explanation, part, false), (text, decision.Part, decision.Passes));
    }

    private sealed class ScriptedModel(params AIContent[] contents) : IChatClient
    {
        public ScriptedModel(string text)
            : this(new TextContent(text)) { }

        public int PieceSize { get; init; } = 11;

        public IReadOnlyList<ChatMessage>? Asked { get; private set; }

        public Task<ChatResponse> GetResponseAsync(
            IEnumerable<ChatMessage> messages,
            ChatOptions? options = null,
            CancellationToken cancellationToken = default
        )
        {
            Asked = [.. messages];
            return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, [.. contents])) { ModelId = "scripted" });
        }

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages,
            ChatOptions? options = null,
            [EnumeratorCancellation] CancellationToken cancellationToken = default
        )
        {
            Asked = [.. messages];
            foreach (var content in contents)
            {
                await Task.Yield();
                var text = (content as TextContent)?.Text ?? (content as TextReasoningContent)?.Text;
                if (text is null)
                {
                    yield return new ChatResponseUpdate(ChatRole.Assistant, [content]);
                    continue;
                }

                for (var at = 0; at < text.Length; at += PieceSize)
                {
                    var piece = text.Substring(at, Math.Min(PieceSize, text.Length - at));
                    yield return new ChatResponseUpdate(
                        ChatRole.Assistant,
                        [content is TextContent ? new TextContent(piece) : new TextReasoningContent(piece)]
                    );
                }
            }

            yield return new ChatResponseUpdate(ChatRole.Assistant, [new UsageContent(new UsageDetails { OutputTokenCount = 3 })])
            {
                FinishReason = ChatFinishReason.Stop,
            };
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose() { }
    }
}
