using System.ClientModel;
using System.Text.Json;
using OpenAI.Chat;
using OpenAI.Images;

namespace Plumbline.Gateway.Tests;

/// <summary>The official client, unchanged, in front of the gateway.</summary>
public sealed class OpenAIClientTests
{
    [Fact]
    public async Task A_chat_is_answered()
    {
        await using var gateway = await TestGateway.StartAsync((context, _) => context.ChatAsync("Hello there."));
        var chat = gateway.OpenAI().GetChatClient("tiny");

        ChatCompletion completion = await chat.CompleteChatAsync("Hi");

        Assert.Equal("Hello there.", completion.Content[0].Text);
        Assert.Equal(ChatFinishReason.Stop, completion.FinishReason);
        Assert.Equal("chatcmpl-1", completion.Id);
        Assert.Equal(10, completion.Usage.TotalTokenCount);
        var sent = gateway.Upstream.Requests.Single();
        Assert.Equal("/v1/chat/completions", sent.Path);
        Assert.Equal("tiny", sent.Json.GetProperty("model").GetString());
    }

    [Fact]
    public async Task A_chat_is_streamed()
    {
        await using var gateway = await TestGateway.StartAsync(
            (context, _) => context.StreamAsync("Once upon ", "a time", " there was a gate 🚪.")
        );
        var chat = gateway.OpenAI().GetChatClient("tiny");

        var text = string.Empty;
        ChatFinishReason? finish = null;
        ChatTokenUsage? usage = null;
        await foreach (var update in chat.CompleteChatStreamingAsync("Hi"))
        {
            text += string.Concat(update.ContentUpdate.Select(part => part.Text));
            finish ??= update.FinishReason;
            usage ??= update.Usage;
        }

        Assert.Equal("Once upon a time there was a gate 🚪.", text);
        Assert.Equal(ChatFinishReason.Stop, finish);
        Assert.Equal(10, usage?.TotalTokenCount);
    }

    [Fact]
    public async Task A_refused_prompt_is_answered_with_its_explanation_and_never_reaches_the_server()
    {
        await using var gateway = await TestGateway.StartAsync((context, _) => context.ChatAsync("never"));
        var chat = gateway.OpenAI().GetChatClient("tiny");

        ChatCompletion completion = await chat.CompleteChatAsync("Tell me of zorblax");

        Assert.Equal(ChatFinishReason.ContentFilter, completion.FinishReason);
        Assert.Equal("The clause no-violence says no.", completion.Content[0].Text);
        Assert.Empty(gateway.Upstream.Requests);
    }

    [Fact]
    public async Task A_refused_prompt_is_streamed_as_its_explanation()
    {
        await using var gateway = await TestGateway.StartAsync((context, _) => context.ChatAsync("never"));
        var chat = gateway.OpenAI().GetChatClient("tiny");

        var text = string.Empty;
        ChatFinishReason? finish = null;
        await foreach (var update in chat.CompleteChatStreamingAsync("Tell me of zorblax"))
        {
            text += string.Concat(update.ContentUpdate.Select(part => part.Text));
            finish ??= update.FinishReason;
        }

        Assert.Equal("The clause no-violence says no.", text);
        Assert.Equal(ChatFinishReason.ContentFilter, finish);
        Assert.Empty(gateway.Upstream.Requests);
    }

    [Fact]
    public async Task A_refused_prompt_is_an_error_where_the_options_say_so()
    {
        await using var gateway = await TestGateway.StartAsync(
            (context, _) => context.ChatAsync("never"),
            options => options with { Checks = options.Checks with { RefusedPrompts = RefusalShape.Error } }
        );
        var chat = gateway.OpenAI().GetChatClient("tiny");

        var failure = await Assert.ThrowsAsync<ClientResultException>(() => chat.CompleteChatAsync("Tell me of zorblax"));

        Assert.Equal(400, failure.Status);
        Assert.Contains("content_filter", failure.Message);
        Assert.Empty(gateway.Upstream.Requests);
    }

    [Fact]
    public async Task Tools_are_called()
    {
        await using var gateway = await TestGateway.StartAsync(
            (context, _) =>
                context.JsonAsync(
                    """{"id":"1","object":"chat.completion","created":1,"model":"tiny","choices":[{"index":0,"finish_reason":"tool_calls","message":{"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Ulm, secret7\"}"}}]}}]}"""
                )
        );
        var chat = gateway.OpenAI().GetChatClient("tiny");
        var options = new ChatCompletionOptions { Tools = { ChatTool.CreateFunctionTool("weather", "Tells the weather.") } };

        ChatCompletion completion = await chat.CompleteChatAsync([new UserChatMessage("Weather in Ulm?")], options);

        Assert.Equal(ChatFinishReason.ToolCalls, completion.FinishReason);
        var call = completion.ToolCalls.Single();
        Assert.Equal(("call_1", "weather"), (call.Id, call.FunctionName));
        Assert.Equal("""{"city":"Ulm, *******"}""", call.FunctionArguments.ToString());
    }

    [Fact]
    public async Task Streamed_tools_are_called()
    {
        await using var gateway = await TestGateway.StartAsync(
            async (context, _) =>
            {
                context.BeginEvents();
                await context.EventAsync(
                    Answer.Chunk(
                        """{"role":"assistant","tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"weather","arguments":""}}]}"""
                    )
                );
                foreach (var piece in (string[])["{\\\"city\\\":", "\\\"Ulm, sec", "ret7\\\"}"])
                {
                    await context.EventAsync(Answer.Chunk($$$"""{"tool_calls":[{"index":0,"function":{"arguments":"{{{piece}}}"}}]}"""));
                }

                await context.EventAsync(Answer.Chunk("{}", "tool_calls"));
                await context.EventAsync("[DONE]");
            }
        );
        var chat = gateway.OpenAI().GetChatClient("tiny");
        var options = new ChatCompletionOptions { Tools = { ChatTool.CreateFunctionTool("weather", "Tells the weather.") } };

        var (id, name, arguments) = (string.Empty, string.Empty, string.Empty);
        ChatFinishReason? finish = null;
        await foreach (var update in chat.CompleteChatStreamingAsync([new UserChatMessage("Weather?")], options))
        {
            foreach (var call in update.ToolCallUpdates)
            {
                id += call.ToolCallId;
                name += call.FunctionName;
                arguments += call.FunctionArgumentsUpdate?.ToString();
            }

            finish ??= update.FinishReason;
        }

        Assert.Equal(("call_1", "weather", """{"city":"Ulm, *******"}"""), (id, name, arguments));
        Assert.Equal(ChatFinishReason.ToolCalls, finish);
    }

    [Fact]
    public async Task Texts_are_moderated()
    {
        await using var gateway = await TestGateway.StartAsync((context, _) => Task.CompletedTask);
        var moderation = gateway.OpenAI().GetModerationClient("tiny");

        var results = (await moderation.ClassifyTextAsync(["good morning", "zorblax!"])).Value;

        Assert.False(results[0].Flagged);
        Assert.Equal(0, results[0].Violence.Score);
        Assert.True(results[1].Flagged);
        Assert.True(results[1].Violence.Flagged);
        Assert.Equal(0.9f, results[1].Violence.Score);
        Assert.False(results[1].SelfHarm.Flagged);
        Assert.Empty(gateway.Upstream.Requests);
    }

    [Fact]
    public async Task Images_are_generated_and_checked()
    {
        var picture = Convert.ToBase64String("a harmless picture"u8);
        await using var gateway = await TestGateway.StartAsync(
            (context, _) => context.JsonAsync($$"""{"created":1,"data":[{"b64_json":"{{picture}}","revised_prompt":"A gate, secret7."}]}""")
        );
        var images = gateway.OpenAI().GetImageClient("tiny");

        GeneratedImage image = await images.GenerateImageAsync("A gate");

        Assert.Equal("a harmless picture", image.ImageBytes.ToString());
        Assert.Equal("A gate, *******.", image.RevisedPrompt);
    }

    [Fact]
    public async Task An_image_that_does_not_pass_is_an_error()
    {
        var picture = Convert.ToBase64String("zorblax in oil"u8);
        await using var gateway = await TestGateway.StartAsync(
            (context, _) => context.JsonAsync($$"""{"created":1,"data":[{"b64_json":"{{picture}}"}]}""")
        );
        var images = gateway.OpenAI().GetImageClient("tiny");

        var failure = await Assert.ThrowsAsync<ClientResultException>(() => images.GenerateImageAsync("A gate"));

        Assert.Equal(400, failure.Status);
        Assert.Contains("content_filter", failure.Message);
    }

    [Fact]
    public async Task Models_are_listed()
    {
        await using var gateway = await TestGateway.StartAsync(
            (context, _) => context.JsonAsync("""{"object":"list","data":[{"id":"tiny","object":"model","created":1,"owned_by":"us"}]}""")
        );

        var models = (await gateway.OpenAI().GetOpenAIModelClient().GetModelsAsync()).Value;

        Assert.Equal("tiny", models.Single().Id);
    }

    [Fact]
    public async Task Errors_of_the_server_keep_their_status()
    {
        await using var gateway = await TestGateway.StartAsync(
            async (context, _) =>
            {
                context.Response.Headers.RetryAfter = "7";
                await context.JsonAsync("""{"error":{"message":"Too fast, secret7.","type":"x"}}""", 429);
            }
        );
        using var response = await gateway.ChatAsync("Hi");

        Assert.Equal(429, (int)response.StatusCode);
        Assert.Equal("7", response.Headers.GetValues("Retry-After").Single());
        var error = (await response.JsonAsync()).GetProperty("error");
        Assert.Equal("Too fast, *******.", error.GetProperty("message").GetString());
        Assert.Equal(JsonValueKind.String, error.GetProperty("type").ValueKind);
        var chat = gateway.OpenAI().GetChatClient("tiny");
        var failure = await Assert.ThrowsAsync<ClientResultException>(() => chat.CompleteChatAsync("Hi"));
        Assert.Equal(429, failure.Status);
    }
}
