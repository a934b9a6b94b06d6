using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Plumbline.Findings;

namespace Plumbline.Gateway.Tests;

/// <summary>What of a request is checked, and what reaches the model's server.</summary>
public sealed class RequestTests
{
    [Fact]
    public async Task What_no_check_changes_is_sent_on_byte_by_byte()
    {
        const string Body =
            """{ "model":"tiny", "temperature":0.70, "seed":12345678901234567890, "x_unknown":{"deep":[1,2.50,null]}, "messages":[{"role":"user","content":"Gr\u00fc\u00dfe","x":1}] }""";
        await using var gateway = await TestGateway.StartAsync((context, _) => context.ChatAsync("Hello"));
        using var response = await gateway.PostAsync("/v1/chat/completions", Body);

        Assert.Equal(Body, gateway.Upstream.Requests.Single().Body);
    }

    [Fact]
    public async Task What_a_guard_changes_is_changed_and_the_rest_stays_equal_in_meaning()
    {
        const string Body =
            """{"model":"tiny","seed":12345678901234567890,"temperature":0.70,"messages":[{"role":"user","content":"my secret7"},{"role":"user","content":[{"type":"text","text":"again secret7"}]},{"role":"tool","tool_call_id":"c","content":"secret7 from outside"}]}""";
        await using var gateway = await TestGateway.StartAsync((context, _) => context.ChatAsync("Hello"));
        using var response = await gateway.PostAsync("/v1/chat/completions", Body);

        Assert.Equal(Body.Replace("secret7", "*******", StringComparison.Ordinal), gateway.Upstream.Requests.Single().Body);
        Assert.Equal("transform", response.Headers.GetValues("x-guard-outcome").Single());
        Assert.Equal(
            [GuardedPart.Prompt, GuardedPart.Prompt, GuardedPart.ToolResult, GuardedPart.Answer],
            gateway.Guard.Asked.Select(request => request.Part)
        );
    }

    [Theory]
    [InlineData("""{"role":"user","content":"zorblax"}""")]
    [InlineData("""{"role":"user","content":"a","name":"zorblax"}""")]
    [InlineData("""{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"zorblax"}]}""")]
    [InlineData("""{"role":"user","content":[{"type":"text","text":"a","other":["zorblax"]}]}""")]
    [InlineData("""{"role":"user","content":[{"type":"image_url","text":"zorblax"}]}""")]
    [InlineData("""{"role":"stranger","content":"zorblax"}""")]
    [InlineData("""{"role":"system","content":"zorblax"}""")]
    [InlineData("""{"role":"developer","content":"zorblax"}""")]
    [InlineData("""{"role":"assistant","content":"zorblax"}""")]
    [InlineData("""{"role":"assistant","content":null,"reasoning_content":"zorblax"}""")]
    [InlineData("""{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"zorblax"}}]}""")]
    [InlineData("""{"role":"assistant","function_call":{"name":"f","arguments":"zorblax"}}""")]
    [InlineData(
        """{"role":"assistant","tool_calls":[{"id":"a zorblax of its own","type":"function","function":{"name":"f","arguments":""}}]}"""
    )]
    [InlineData("""{"role":"tool","tool_call_id":"c","content":"zorblax"}""")]
    [InlineData("""{"role":"function","name":"f","content":"zorblax"}""")]
    public async Task Every_text_of_every_message_is_checked(string message)
    {
        await using var gateway = await TestGateway.StartAsync((context, _) => context.ChatAsync("never"));
        using var response = await gateway.PostAsync(
            "/v1/chat/completions",
            $$"""{"model":"tiny","messages":[{"role":"user","content":"fine"},{{message}},{"role":"user","content":"fine"}]}"""
        );

        var choice = (await response.JsonAsync()).GetProperty("choices")[0];
        Assert.Equal("content_filter", choice.GetProperty("finish_reason").GetString());
        Assert.Equal("refuse", response.Headers.GetValues("x-guard-outcome").Single());
        Assert.Empty(gateway.Upstream.Requests);
    }

    [Fact]
    public async Task Descriptions_of_tools_are_checked()
    {
        await using var gateway = await TestGateway.StartAsync((context, _) => context.ChatAsync("never"));
        using var response = await gateway.ChatAsync(
            "Hi",
            more: ""","tools":[{"type":"function","function":{"name":"f","description":"zorblax","parameters":{}}}]"""
        );

        Assert.Empty(gateway.Upstream.Requests);
    }

    [Fact]
    public async Task Options_say_that_system_messages_and_earlier_answers_are_not_checked()
    {
        await using var gateway = await TestGateway.StartAsync(
            (context, _) => context.ChatAsync("Hello"),
            options => options with { Checks = options.Checks with { SystemMessages = false, AssistantMessages = false } }
        );
        using var response = await gateway.PostAsync(
            "/v1/chat/completions",
            """{"model":"tiny","tools":[{"type":"function","function":{"name":"zorblax"}}],"messages":[{"role":"system","content":"zorblax"},{"role":"assistant","content":[{"type":"text","text":"zorblax"}],"tool_calls":[{"id":"zorblax"}]},{"role":"user","content":"Hi"}]}"""
        );

        Assert.Single(gateway.Upstream.Requests);
        Assert.Equal(["Hi", "Hello"], gateway.Guard.Asked.Select(request => request.Text));
    }

    [Fact]
    public async Task What_was_said_before_is_known_to_each_check()
    {
        await using var gateway = await TestGateway.StartAsync(
            (context, _) => context.ChatAsync("Third"),
            options =>
                options with
                {
                    Situation = new() { Region = "DE", Domain = "healthcare" },
                }
        );
        using var response = await gateway.PostAsync(
            "/v1/chat/completions",
            """{"model":"tiny","messages":[{"role":"system","content":"First"},{"role":"user","content":"Second"}]}"""
        );

        var asked = gateway.Guard.Asked;
        Assert.Equal([0, 1, 2], asked.Select(request => request.Conversation.Count));
        Assert.Equal(["First", "Second"], asked[2].Conversation.Select(message => message.Text));
        Assert.Equal([ChatRole.System, ChatRole.User], asked[2].Conversation.Select(message => message.Role));
        Assert.Equal("Second", asked[2].Conversation[1].Text);
        Assert.Throws<ArgumentOutOfRangeException>(() => asked[1].Conversation[1]);
        Assert.All(asked, request => Assert.Equal(("DE", "healthcare"), (request.Situation.Region, request.Situation.Domain)));
    }

    [Theory]
    [InlineData("a picture", true)]
    [InlineData("a zorblax", false)]
    [InlineData("a secret7", false)]
    public async Task Images_in_a_request_are_checked(string picture, bool passes)
    {
        await using var gateway = await TestGateway.StartAsync((context, _) => context.ChatAsync("Nice"));
        var data = Convert.ToBase64String(Encoding.ASCII.GetBytes(picture));
        foreach (var url in (string[])[$$"""{"url":"data:image/png;base64,{{data}}"}""", $"\"data:image/png;base64,{data}\""])
        {
            using var response = await gateway.PostAsync(
                "/v1/chat/completions",
                $$"""{"model":"tiny","messages":[{"role":"user","content":[{"type":"text","text":"Look"},{"type":"image_url","image_url":{{url}}}]}]}"""
            );

            Assert.Equal(passes, (await response.Content.ReadAsStringAsync()).Contains("Nice", StringComparison.Ordinal));
            Assert.Equal(GuardedPart.Image, gateway.Guard.Asked[1].Part);
            Assert.Equal(Constitutions.Modality.Image, gateway.Guard.Asked[1].Situation.Modality);
            gateway.Guard.Asked.Clear();
        }
    }

    [Fact]
    public async Task Images_elsewhere_are_sent_on_where_the_options_say_so()
    {
        await using var gateway = await TestGateway.StartAsync(
            (context, _) => context.ChatAsync("Nice"),
            options => options with { Checks = options.Checks with { PassRemoteImages = true } }
        );
        using var response = await gateway.PostAsync(
            "/v1/chat/completions",
            """{"model":"tiny","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://pictures.example/a.png","detail":"low"}}]}]}"""
        );

        Assert.Single(gateway.Upstream.Requests);
    }

    [Theory]
    [InlineData("""{"prompt":[1,2]}""")]
    [InlineData("""{"prompt":[[1]]}""")]
    [InlineData("""{"prompt":7}""")]
    [InlineData("""{"prompt":[]}""")]
    [InlineData("""{"Prompt":"a"}""")]
    [InlineData("{}")]
    public async Task Completions_of_tokens_are_refused(string json)
    {
        await using var gateway = await TestGateway.StartAsync((context, _) => context.ChatAsync("never"));
        using var response = await gateway.PostAsync("/v1/completions", json);

        Assert.Equal(400, (int)response.StatusCode);
    }

    [Fact]
    public async Task Suffixes_are_checked()
    {
        await using var gateway = await TestGateway.StartAsync(
            (context, _) => context.ChatAsync("never"),
            options => options with { Checks = options.Checks with { RefusedPrompts = RefusalShape.Error } }
        );
        using var response = await gateway.PostAsync("/v1/completions", """{"prompt":"a","suffix":"zorblax","stream":true}""");

        var root = await response.JsonAsync();
        Assert.Equal(400, (int)response.StatusCode);
        Assert.Equal("prompt", root.GetProperty("error").GetProperty("param").GetString());
        Assert.Equal("content_filter", root.GetProperty("error").GetProperty("code").GetString());
        Assert.Equal("refuse", root.GetProperty("guard").GetProperty("outcome").GetString());
    }

    [Theory]
    [InlineData("""{"prompt":"zorblax"}""", 400, "content_filter")]
    [InlineData("""{"prompt":"a","stream":true}""", 400, "invalid_request")]
    [InlineData("""{"prompt":["a"]}""", 400, "invalid_request")]
    [InlineData("{}", 400, "invalid_request")]
    public async Task Prompts_of_images_are_checked(string json, int status, string code)
    {
        await using var gateway = await TestGateway.StartAsync((context, _) => context.ChatAsync("never"));
        using var response = await gateway.PostAsync("/v1/images/generations", json);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(code, (await response.JsonAsync()).GetProperty("error").GetProperty("code").GetString());
        Assert.Empty(gateway.Upstream.Requests);
    }

    [Fact]
    public async Task A_guard_that_fails_or_takes_too_long_lets_nothing_pass()
    {
        var fails = true;
        var guard = new WordGuard
        {
            Before = (_, cancellation) =>
                fails ? throw new InvalidOperationException("zorblax") : Task.Delay(Timeout.Infinite, cancellation),
        };
        await using var gateway = await TestGateway.StartAsync(
            (context, _) => context.ChatAsync("never"),
            options => options with { Limits = options.Limits with { CheckTimeoutSeconds = 0.1 } },
            guard
        );

        using var failed = await gateway.ChatAsync("Hi");
        fails = false;
        using var late = await gateway.ChatAsync("Hi");

        Assert.Equal((503, 503), ((int)failed.StatusCode, (int)late.StatusCode));
        var body = await failed.Content.ReadAsStringAsync();
        Assert.Contains("guard_failed", body);
        Assert.DoesNotContain("zorblax", body);
        Assert.Contains("guard_timeout", await late.Content.ReadAsStringAsync());
        Assert.Empty(gateway.Upstream.Requests);
    }

    [Fact]
    public async Task A_stream_that_ends_without_a_decision_does_not_end_well()
    {
        await using var gateway = await TestGateway.StartAsync(
            (context, _) => context.StreamAsync("short"),
            guard: new WordGuard { ForgetsToDecide = true }
        );
        using var response = await gateway.ChatAsync("Hi", stream: true);

        var body = await response.Content.ReadAsStringAsync();

        Assert.DoesNotContain("short", body);
        Assert.DoesNotContain("[DONE]", body);
        Assert.Contains("guard_failed", body);
    }

    [Fact]
    public async Task The_newest_function_calls_and_the_oldest_are_passed()
    {
        await using var gateway = await TestGateway.StartAsync(
            async (context, request) =>
            {
                if (request.Json.GetProperty("stream").GetBoolean())
                {
                    context.BeginEvents();
                    await context.EventAsync(Answer.Chunk("""{"function_call":{"name":"f","arguments":"{\"a\":"}}"""));
                    await context.EventAsync(Answer.Chunk("""{"function_call":{"arguments":"\"long enough\"}"}}"""));
                    await context.EventAsync(Answer.Chunk("{}", "function_call"));
                    await context.EventAsync("[DONE]");
                }
                else
                {
                    await context.JsonAsync(
                        """{"choices":[{"message":{"function_call":{"name":"f","arguments":"{}"},"tool_calls":[{"id":"c","type":"custom","custom":{"name":"f","input":"free text"}}]},"finish_reason":"tool_calls"}]}"""
                    );
                }
            }
        );

        using var whole = await gateway.ChatAsync("Hi", more: ""","functions":[{"name":"f"}]""");
        using var streamed = await gateway.ChatAsync("Hi", stream: true, more: ""","functions":[{"name":"f"}]""");

        var message = (await whole.JsonAsync()).GetProperty("choices")[0].GetProperty("message");
        Assert.Equal("f", message.GetProperty("function_call").GetProperty("name").GetString());
        var call = message.GetProperty("tool_calls")[0];
        Assert.Equal("custom", call.GetProperty("type").GetString());
        Assert.Equal("free text", call.GetProperty("custom").GetProperty("input").GetString());
        var pieces = (await streamed.EventsAsync())
            .Where(data => data.Contains("function_call\":{", StringComparison.Ordinal))
            .Select(data =>
                JsonDocument.Parse(data).RootElement.GetProperty("choices")[0].GetProperty("delta").GetProperty("function_call")
            )
            .ToList();
        Assert.Equal("f", pieces[0].GetProperty("name").GetString());
        Assert.Equal("""{"a":"long enough"}""", string.Concat(pieces.Select(piece => piece.GetProperty("arguments").GetString())));
    }
}
