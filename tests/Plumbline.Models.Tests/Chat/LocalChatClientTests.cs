using Microsoft.Extensions.AI;
using Plumbline.Models.Chat;
using Plumbline.Models.ChatTemplates;
using Plumbline.Models.Generation;
using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Scoring;
using Plumbline.Testing.Torch;
using Plumbline.Tokenization;
using Plumbline.Tokenization.Tests;

namespace Plumbline.Models.Tests.Chat;

public sealed class LocalChatClientTests
{
    private const int Capacity = 200;
    private static readonly Tokenizer Tokenizer = SampleTokenizers.Trained();
    private static readonly ChatEncoder Encoder = ChatEncoder.For(Tokenizer);
    private static readonly int End = Tokenizer.TokenToId("<|im_end|>")!.Value;
    private static readonly ChatMessage[] Question = [new(ChatRole.User, "Say it.")];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_answer_comes_with_usage_finish_reason_and_its_tokens()
    {
        using var client = Client(Saying("Hello there."));
        var response = await client.GetResponseAsync(Question, cancellationToken: Cancellation);
        var said = Tokenizer.Encode("Hello there.");
        Assert.Equal("Hello there.", response.Text);
        Assert.Equal(ChatRole.Assistant, Assert.Single(response.Messages).Role);
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
        Assert.Equal("local", response.ModelId);
        Assert.Equal(Encoder.EncodePrompt(Question).Length, response.Usage!.InputTokenCount);
        Assert.Equal(said.Length + 1, response.Usage.OutputTokenCount);
        var last = (await Updates(client, Question)).Last();
        Assert.Equal([.. said, End], Assert.IsType<SampledAnswer>(last.RawRepresentation).Ids);
        Assert.Equal("plumbline", client.GetService<ChatClientMetadata>()!.ProviderName);
        Assert.Same(client, client.GetService<LocalChatClient>());
        Assert.Empty(client.Warnings);
    }

    [Fact]
    public async Task Characters_of_several_tokens_are_streamed_whole()
    {
        const string Text = "né 😀 中文 ok";
        using var client = Client(Saying(Text));
        var pieces = (await Updates(client, Question)).Select(update => update.Text).Where(text => text.Length > 0).ToList();
        Assert.Equal(Text, string.Concat(pieces));
        Assert.True(pieces.Count > 4);
        Assert.All(pieces, piece => Assert.False(char.IsHighSurrogate(piece[^1]) || char.IsLowSurrogate(piece[0])));
        Assert.DoesNotContain('\uFFFD', string.Concat(pieces));
    }

    [Theory]
    [InlineData("one STOP two", "one ", "stop")]
    [InlineData("one STO", "one STO", "stop")]
    [InlineData("STOP", "", "stop")]
    [InlineData("one S-TOP END two", "one S-TOP ", "stop")]
    public async Task Stop_strings_are_never_shown_and_what_only_begins_one_is(string said, string shown, string reason)
    {
        using var client = Client(Saying(said));
        var options = new ChatOptions { StopSequences = ["STOP", "END"] };
        var updates = await Updates(client, Question, options);
        Assert.Equal(shown, string.Concat(updates.Select(update => update.Text)));
        Assert.Equal(reason, updates.Last().FinishReason!.Value.Value);
        Assert.Equal(shown, ((SampledAnswer)updates.Last().RawRepresentation!).Text(Tokenizer));
    }

    [Fact]
    public async Task An_answer_is_cut_at_its_limit_and_at_the_end_of_the_context()
    {
        var endless = string.Concat(Enumerable.Repeat("word ", 400));
        using var client = Client(Saying(endless));
        var cut = await client.GetResponseAsync(Question, new ChatOptions { MaxOutputTokens = 3 }, Cancellation);
        Assert.Equal(ChatFinishReason.Length, cut.FinishReason);
        Assert.Equal(3, cut.Usage!.OutputTokenCount);
        // The default gives way to what is left of the context ...
        var full = await client.GetResponseAsync(Question, cancellationToken: Cancellation);
        Assert.Equal(ChatFinishReason.Length, full.FinishReason);
        Assert.Equal(Capacity + 1, full.Usage!.TotalTokenCount);
        // ... a limit that the request names does not.
        var failure = await Assert.ThrowsAsync<ContextExceededException>(() =>
            client.GetResponseAsync(Question, new ChatOptions { MaxOutputTokens = Capacity }, Cancellation)
        );
        Assert.Contains("max_new_tokens", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_conversation_longer_than_the_context_is_refused()
    {
        using var client = Client(Saying("x"));
        ChatMessage[] book = [new(ChatRole.User, string.Concat(Enumerable.Repeat("many words ", 200)))];
        var failure = await Assert.ThrowsAsync<ContextExceededException>(() =>
            client.GetResponseAsync(book, cancellationToken: Cancellation)
        );
        Assert.Contains($"{Encoder.EncodePrompt(book).Length} tokens", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"may have {Capacity}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_at_the_same_time_are_one_batch_on_one_thread()
    {
        // The first step waits until the others have come.
        var asked = new TaskCompletionSource();
        var engine = Saying("One after the other.");
        engine.BeforeStep = () => WaitFor(asked.Task);
        using var client = Client(engine);
        var answers = Enumerable.Range(0, 3).Select(_ => client.GetResponseAsync(Question, cancellationToken: Cancellation)).ToList();
        asked.SetResult();
        foreach (var answer in await Task.WhenAll(answers))
        {
            Assert.Equal("One after the other.", answer.Text);
        }

        Assert.Equal(3, engine.MostAtOnce);
        Assert.DoesNotContain(Environment.CurrentManagedThreadId, engine.Threads);
        Assert.Single(engine.Threads);
    }

    [Fact]
    public async Task A_cancelled_or_abandoned_answer_makes_room_for_the_next()
    {
        var engine = Saying(string.Concat(Enumerable.Repeat("on and on ", 15)), slots: 1);
        using var client = Client(engine);
        using var cancel = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var update in client.GetStreamingResponseAsync(Question, cancellationToken: cancel.Token))
            {
                await cancel.CancelAsync();
            }
        });
        await foreach (var update in client.GetStreamingResponseAsync(Question, cancellationToken: Cancellation))
        {
            // Left after the first piece.
            break;
        }

        // With one slot this would wait for ever, were the two before still in it.
        var answer = await client.GetResponseAsync(Question, new ChatOptions { MaxOutputTokens = 2 }, Cancellation);
        Assert.Equal(2, answer.Usage!.OutputTokenCount);
    }

    [Fact]
    public async Task A_failing_engine_fails_its_requests_and_not_the_next()
    {
        var engine = Saying("Fine again.");
        engine.BeforeStep = () =>
        {
            engine.BeforeStep = () => { };
            throw new InvalidInputException("The model's scores are not numbers.");
        };
        using var client = Client(engine);
        await Assert.ThrowsAsync<InvalidInputException>(() => client.GetResponseAsync(Question, cancellationToken: Cancellation));
        Assert.Equal("Fine again.", (await client.GetResponseAsync(Question, cancellationToken: Cancellation)).Text);
    }

    [Fact]
    public async Task Disposing_ends_what_runs()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var engine = Saying(string.Concat(Enumerable.Repeat("on and on ", 15)));
        var go = new TaskCompletionSource();
        engine.BeforeStep = () =>
        {
            begun.TrySetResult();
            WaitFor(go.Task);
        };
        var client = Client(engine);
        // The thread goes on when disposal has begun.
        using var onStop = client.Stopping.Register(go.SetResult);
        var answer = client.GetResponseAsync(Question, cancellationToken: Cancellation);
        await begun.Task;
        client.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => answer);
        Assert.True(engine.IsDisposed);
        client.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.GetResponseAsync(Question, cancellationToken: Cancellation));
    }

    [Fact]
    public async Task Instructions_variables_and_a_begun_answer_reach_the_template()
    {
        var engine = Saying("x");
        const string Template =
            "{% for m in messages %}{{ m.role ~ ':' ~ m.content ~ '<|im_end|>' }}{% endfor %}{{ mood }}{% if add_generation_prompt %}assistant:{% endif %}";
        using var client = new LocalChatClient(engine, new ChatEncoder(Tokenizer, ChatTemplate.Parse(Template)), [End]);
        var options = new ChatOptions
        {
            Instructions = "Be kind.",
            AdditionalProperties = new AdditionalPropertiesDictionary
            {
                ["chat_template_kwargs"] = new Dictionary<string, object?> { ["mood"] = "glad " },
            },
        };
        await client.GetResponseAsync(Question, options, Cancellation);
        Assert.Equal("system:Be kind.<|im_end|>user:Say it.<|im_end|>glad assistant:", Written(engine.Prompts[^1]));
        ChatMessage[] begun = [.. Question, new(ChatRole.Assistant, "It is")];
        options = new ChatOptions { AdditionalProperties = new AdditionalPropertiesDictionary { ["continue_final_message"] = true } };
        await client.GetResponseAsync(begun, options, Cancellation);
        Assert.Equal("user:Say it.<|im_end|>assistant:It is", Written(engine.Prompts[^1]));

        static string Written(int[] ids) => Tokenizer.Decode(ids, skipSpecialTokens: false);
    }

    [Fact]
    public void Options_are_laid_over_the_defaults()
    {
        var options = new ChatOptions
        {
            Temperature = 0.5f,
            TopP = 0.25f,
            TopK = 7,
            MaxOutputTokens = 9,
            FrequencyPenalty = 0.125f,
            PresencePenalty = -0.5f,
            StopSequences = ["x"],
            Seed = -1,
            ModelId = "m",
            AdditionalProperties = new AdditionalPropertiesDictionary { ["min_p"] = 0.1, ["repetition_penalty"] = 1.5f },
        };
        var sampling = ChatSampling.Of(options, new SamplingOptions { Temperature = 2, MinNewTokens = 1 }, "m");
        Assert.Equal(new Seed(ulong.MaxValue), sampling.Seed);
        Assert.Equal(
            new SamplingOptions
            {
                Temperature = 0.5,
                TopP = 0.25,
                TopK = 7,
                MaxNewTokens = 9,
                FrequencyPenalty = 0.125,
                PresencePenalty = -0.5,
                MinP = 0.1,
                RepetitionPenalty = 1.5,
                MinNewTokens = 1,
                StopStrings = sampling.Sampling.StopStrings,
            },
            sampling.Sampling
        );
        Assert.Equal(["x"], sampling.Sampling.StopStrings);
        Assert.Equal(2, ChatSampling.Of(null, new SamplingOptions { Temperature = 2 }, "m").Sampling.Temperature);
    }

    public static TheoryData<string, ChatOptions> Refused =>
        new()
        {
            {
                "Tools",
                new ChatOptions { Tools = [AIFunctionFactory.Create(() => 1, "f")] }
            },
            {
                "Tools",
                new ChatOptions { ToolMode = ChatToolMode.RequireAny }
            },
            {
                "ResponseFormat",
                new ChatOptions { ResponseFormat = ChatResponseFormat.Json }
            },
            {
                "ConversationId",
                new ChatOptions { ConversationId = "1" }
            },
            {
                "Reasoning",
                new ChatOptions { Reasoning = new ReasoningOptions() }
            },
            {
                "AllowBackgroundResponses",
                new ChatOptions { AllowBackgroundResponses = true }
            },
            {
                "RawRepresentationFactory",
                new ChatOptions { RawRepresentationFactory = _ => null }
            },
            {
                "ModelId",
                new ChatOptions { ModelId = "gpt" }
            },
            { "top_a", Property("top_a", 1) },
            { "min_p", Property("min_p", "high") },
            { "chat_template_kwargs", Property("chat_template_kwargs", 3) },
            {
                "temperature",
                new ChatOptions { Temperature = -1 }
            },
            {
                "top_p",
                new ChatOptions { TopP = 2 }
            },
        };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task What_cannot_be_followed_is_refused(string name, ChatOptions options)
    {
        using var client = Client(Saying("x"));
        var failure = await Assert.ThrowsAsync<InvalidInputException>(() => client.GetResponseAsync(Question, options, Cancellation));
        Assert.Contains(name, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_and_folders_that_do_not_fit_are_refused_before_anything_is_allocated()
    {
        Assert.Throws<InvalidInputException>(() => Client(Saying("x"), new LocalChatOptions { Slots = 0 }));
        Assert.Throws<InvalidInputException>(() => Client(Saying("x"), new LocalChatOptions { ContextLength = 1 }));
        using var small = new Decoder(TinyModels.Config("llama"), new Seed(1));
        var failure = Assert.Throws<InvalidInputException>(() => new LocalChatClient(small, Encoder));
        Assert.Contains("64", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_would_never_stop_is_warned_of()
    {
        using var client = new LocalChatClient(Saying("x"), Encoder, [0]);
        Assert.Contains("eos_token_id", Assert.Single(client.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    [NoTensorLeaks]
    public async Task A_model_says_through_the_client_what_the_sampler_draws()
    {
        var config = TinyModels.Config("llama") with { VocabularySize = Tokenizer.VocabularySize, EosTokenIds = [End] };
        using var decoder = new Decoder(config, new Seed(3));
        var options = new LocalChatOptions
        {
            Slots = 2,
            ContextLength = 64,
            Seed = new Seed(8),
        };
        ChatResponse first;
        ChatResponse again;
        using (var client = new LocalChatClient(decoder, Encoder, options))
        {
            Assert.Equal(64, client.Capacity);
            Assert.True(client.Plan.Bytes > 0);
            first = await client.GetResponseAsync(Question, new ChatOptions { Seed = 5 }, Cancellation);
            again = await client.GetResponseAsync(Question, new ChatOptions { Seed = 5 }, Cancellation);
        }

        Assert.Equal(first.Text, again.Text);
        using var engine = DecodeEngines.For(decoder, new DecodeEngineOptions { Slots = 1, SequenceCapacity = 64 });
        var prompt = Encoder.EncodePrompt(Question);
        var request = new SamplingRequest
        {
            Prompt = prompt,
            Seed = new Seed(5),
            Options = new SamplingOptions { MaxNewTokens = 64 - prompt.Length + 1, EndTokens = [End] },
        };
        Assert.Equal(new Sampler(engine).Generate([request])[0].Text(Tokenizer), first.Text);
    }

    private static ChatOptions Property(string name, object value) =>
        new() { AdditionalProperties = new AdditionalPropertiesDictionary { [name] = value } };

    private static SpeakingEngine Saying(string text, int slots = 4) =>
        new(Tokenizer.VocabularySize, slots, Capacity, End, _ => Tokenizer.Encode(text));

    private static LocalChatClient Client(SpeakingEngine engine, LocalChatOptions? options = null) => new(engine, Encoder, [End], options);

    private static async Task<List<ChatResponseUpdate>> Updates(LocalChatClient client, ChatMessage[] messages, ChatOptions? options = null)
    {
        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in client.GetStreamingResponseAsync(messages, options, Cancellation))
        {
            updates.Add(update);
        }

        return updates;
    }

    // The thread that samples waits for the test, never the other way round.
    private static void WaitFor(Task task) => ((IAsyncResult)task).AsyncWaitHandle.WaitOne();
}
