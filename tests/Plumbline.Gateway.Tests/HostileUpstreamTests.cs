using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Plumbline.Gateway.Tests;

/// <summary>Servers that stall, break off, flood, or answer what they must not.</summary>
public sealed class HostileUpstreamTests
{
    private static GatewayOptions Impatient(GatewayOptions options) =>
        options with
        {
            Upstream = options.Upstream with
            {
                FirstByteTimeoutSeconds = 0.3,
                IdleTimeoutSeconds = 0.3,
                MaxAnswerBytes = 64 << 10,
                MaxEventBytes = 8 << 10,
            },
        };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_that_never_answers_is_given_up(bool stream)
    {
        await using var gateway = await TestGateway.StartAsync(
            (context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted),
            Impatient
        );
        using var response = await gateway.ChatAsync("Hi", stream);

        Assert.Equal(504, (int)response.StatusCode);
        Assert.Equal("upstream_timeout", Code(await response.JsonAsync()));
    }

    [Fact]
    public async Task A_stream_that_stalls_ends_with_an_error_and_without_what_was_held_back()
    {
        await using var gateway = await TestGateway.StartAsync(
            async (context, _) =>
            {
                context.BeginEvents();
                await context.EventAsync(Answer.Chunk("""{"content":"something then held"}"""));
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            },
            Impatient
        );
        using var response = await gateway.ChatAsync("Hi", stream: true);

        var events = await response.EventsAsync();

        Assert.Equal("something the", Text(events));
        Assert.Equal("upstream_timeout", Code(JsonDocument.Parse(events[^1]).RootElement));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stream_that_breaks_off_ends_with_an_error_and_without_what_was_held_back(bool resets)
    {
        await using var gateway = await TestGateway.StartAsync(
            async (context, _) =>
            {
                context.BeginEvents();
                await context.EventAsync(Answer.Chunk("""{"content":"something then held"}"""));
                if (resets)
                {
                    // What was sent is to arrive before the reset.
                    await Task.Delay(100);
                    context.Abort();
                }
            }
        );
        using var response = await gateway.ChatAsync("Hi", stream: true);

        var events = await response.EventsAsync();

        Assert.Equal("something the", Text(events));
        Assert.Equal("upstream_broken", Code(JsonDocument.Parse(events[^1]).RootElement));
        Assert.DoesNotContain("[DONE]", events);
    }

    [Fact]
    public async Task A_stream_without_its_last_mark_is_whole_where_every_choice_ended()
    {
        await using var gateway = await TestGateway.StartAsync(
            async (context, _) =>
            {
                context.BeginEvents();
                await context.EventAsync(Answer.Chunk("""{"content":"whole"}"""));
                await context.EventAsync(Answer.Chunk("{}", "stop"));
            }
        );
        using var response = await gateway.ChatAsync("Hi", stream: true);

        var events = await response.EventsAsync();

        Assert.Equal("whole", Text(events));
        Assert.Equal("[DONE]", events[^1]);
    }

    [Fact]
    public async Task A_stream_with_its_last_mark_and_no_finish_is_whole()
    {
        await using var gateway = await TestGateway.StartAsync(
            async (context, _) =>
            {
                context.BeginEvents();
                await context.EventAsync(Answer.Chunk("""{"content":"whole"}"""));
                await context.EventAsync("[DONE]");
            }
        );
        using var response = await gateway.ChatAsync("Hi", stream: true);

        var events = await response.EventsAsync();

        Assert.Equal("whole", Text(events));
        Assert.Contains("\"finish_reason\":\"stop\"", events[^2]);
    }

    [Fact]
    public async Task A_client_that_leaves_ends_the_servers_work()
    {
        var cancelled = new TaskCompletionSource();
        await using var gateway = await TestGateway.StartAsync(
            async (context, _) =>
            {
                context.BeginEvents();
                await context.EventAsync(Answer.Chunk("""{"content":"something then held"}"""));
                await using var watch = context.RequestAborted.Register(cancelled.SetResult);
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            }
        );
        using (var socket = await gateway.ConnectAsync())
        {
            await socket.SendAsync(
                Encoding.UTF8.GetBytes(TestGateway.RawRequest("/v1/chat/completions", TestGateway.ChatJson("Hi", stream: true)))
            );
            await socket.ReceiveAsync(new byte[1]);
        }

        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_line_without_end_is_cut_off()
    {
        await using var gateway = await TestGateway.StartAsync(
            async (context, _) =>
            {
                context.BeginEvents();
                var flood = Encoding.ASCII.GetBytes(new string('x', 4096));
                await context.Response.Body.WriteAsync("data: "u8.ToArray());
                while (true)
                {
                    await context.Response.Body.WriteAsync(flood, context.RequestAborted);
                }
            },
            Impatient
        );
        using var response = await gateway.ChatAsync("Hi", stream: true);

        Assert.Equal("upstream_too_long", Code(JsonDocument.Parse((await response.EventsAsync())[^1]).RootElement));
    }

    [Fact]
    public async Task A_stream_without_end_is_cut_off()
    {
        await using var gateway = await TestGateway.StartAsync(
            async (context, _) =>
            {
                context.BeginEvents();
                while (true)
                {
                    await context.EventAsync(Answer.Chunk("""{"content":"more and more and more "}"""));
                }
            },
            Impatient
        );
        using var response = await gateway.ChatAsync("Hi", stream: true);

        var events = await response.EventsAsync();

        Assert.Equal("upstream_too_long", Code(JsonDocument.Parse(events[^1]).RootElement));
        Assert.InRange(Text(events).Length, 1000, 64 << 10);
    }

    [Fact]
    public async Task A_whole_answer_without_end_is_cut_off()
    {
        await using var gateway = await TestGateway.StartAsync(
            async (context, _) =>
            {
                context.Response.ContentType = "application/json";
                while (true)
                {
                    await context.Response.WriteAsync(new string(' ', 4096), context.RequestAborted);
                }
            },
            Impatient
        );
        using var response = await gateway.ChatAsync("Hi");

        Assert.Equal("upstream_too_long", Code(await response.JsonAsync()));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"choices":[]}""")]
    [InlineData("""{"choices":[1]}""")]
    [InlineData("""{"choices":{}}""")]
    [InlineData("""{"choices":[{"index":0}]}""")]
    [InlineData("""{"choices":[{"index":7,"message":{"content":"x"}}]}""")]
    [InlineData("""{"choices":[{"index":-1,"message":{"content":"x"}}]}""")]
    [InlineData("""{"choices":[{"message":{"content":["zorblax"]}}]}""")]
    [InlineData("""{"choices":[{"message":{"content":"x","content":"zorblax"}}]}""")]
    [InlineData("""{"choices":[{"message":{"content":"\ud800"}}]}""")]
    [InlineData("""{"choices":[{"message":{"content":"x"}},{"message":{"content":"x"}}]}""")]
    [InlineData("""{"choices":[{"finish_reason":"zorblax is the reason","message":{"content":"x"}}]}""")]
    [InlineData("""{"choices":[{"message":{"tool_calls":[{"id":"a zorblax"}]}}]}""")]
    [InlineData("""{"choices":[{"message":{"tool_calls":[{"id":"a","function":{}}]}}]}""")]
    [InlineData("""{"error":{"message":"zorblax"}}""")]
    public async Task An_answer_that_cannot_be_checked_is_none(string json)
    {
        await using var gateway = await TestGateway.StartAsync((context, _) => context.JsonAsync(json));
        using var response = await gateway.ChatAsync("Hi");

        Assert.Equal(502, (int)response.StatusCode);
        var body = await response.Content.ReadAsStringAsync();
        Assert.DoesNotContain("zorblax", body);
        Assert.StartsWith("upstream_", Code(JsonDocument.Parse(body).RootElement));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("""{"choices":[{"index":1,"delta":{"content":"x"}}]}""")]
    [InlineData("""{"choices":[{"index":0,"delta":{"content":{"a":"zorblax"}}}]}""")]
    [InlineData("""{"choices":[{"index":0,"delta":"zorblax"}]}""")]
    [InlineData("""{"choices":[{"index":0,"delta":{"tool_calls":[{"index":64,"function":{"name":"a"}}]}}]}""")]
    [InlineData("""{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"zorblax"}}]}}]}""")]
    [InlineData("""{"error":{"message":"zorblax"}}""")]
    public async Task An_event_that_cannot_be_checked_ends_the_stream(string json)
    {
        await using var gateway = await TestGateway.StartAsync(
            async (context, _) =>
            {
                context.BeginEvents();
                await context.EventAsync(json);
                await context.EventAsync(Answer.Chunk("{}", "stop"));
                await context.EventAsync("[DONE]");
            }
        );
        using var response = await gateway.ChatAsync("Hi", stream: true);

        var body = await response.Content.ReadAsStringAsync();

        Assert.DoesNotContain("zorblax", body);
        Assert.DoesNotContain("[DONE]", body);
        Assert.StartsWith("upstream_", Code(JsonDocument.Parse(Reading.Events(body)[^1]).RootElement));
    }

    [Fact]
    public async Task Text_after_the_end_is_no_text()
    {
        await using var gateway = await TestGateway.StartAsync(
            async (context, _) =>
            {
                context.BeginEvents();
                await context.EventAsync(Answer.Chunk("""{"content":"done"}""", "stop"));
                await context.EventAsync(Answer.Chunk("""{"content":"zorblax"}"""));
                await context.EventAsync("[DONE]");
            }
        );
        using var response = await gateway.ChatAsync("Hi", stream: true);

        var body = await response.Content.ReadAsStringAsync();

        Assert.DoesNotContain("zorblax", body);
        Assert.Contains("upstream_malformed", body);
    }

    [Fact]
    public async Task A_tool_that_changes_its_name_ends_the_stream()
    {
        await using var gateway = await TestGateway.StartAsync(
            async (context, _) =>
            {
                context.BeginEvents();
                foreach (var name in (string[])["zor", "zor", "blax"])
                {
                    await context.EventAsync(Answer.Chunk($$$"""{"tool_calls":[{"index":0,"id":"c","function":{"name":"{{{name}}}"}}]}"""));
                }

                await context.EventAsync("[DONE]");
            }
        );
        using var response = await gateway.ChatAsync("Hi", stream: true);

        var body = await response.Content.ReadAsStringAsync();

        Assert.DoesNotContain("blax", body);
        Assert.Contains("upstream_malformed", body);
    }

    [Theory]
    [InlineData(true, "application/json")]
    [InlineData(true, "text/html")]
    [InlineData(false, "text/event-stream")]
    [InlineData(false, "text/html")]
    public async Task An_answer_of_another_type_is_none(bool stream, string type)
    {
        await using var gateway = await TestGateway.StartAsync(
            async (context, _) =>
            {
                context.Response.ContentType = type;
                await context.Response.WriteAsync("zorblax");
            }
        );
        using var response = await gateway.ChatAsync("Hi", stream);

        Assert.Equal(502, (int)response.StatusCode);
        Assert.Equal("upstream_wrong_type", Code(await response.JsonAsync()));
    }

    [Theory]
    [InlineData(500, 500, "upstream_error")]
    [InlineData(404, 404, "upstream_error")]
    [InlineData(401, 502, "upstream_unauthorized")]
    [InlineData(302, 502, "upstream_redirect")]
    [InlineData(307, 502, "upstream_redirect")]
    [InlineData(204, 502, "upstream_wrong_type")]
    public async Task Errors_have_OpenAIs_shape(int theirs, int ours, string code)
    {
        await using var elsewhere = await ScriptedUpstream.StartAsync((context, _) => context.ChatAsync("internal"));
        await using var gateway = await TestGateway.StartAsync(
            (context, _) =>
            {
                context.Response.StatusCode = theirs;
                context.Response.Headers.Location = $"{elsewhere.Endpoint}/chat/completions";
                return Task.CompletedTask;
            }
        );
        using var response = await gateway.ChatAsync("Hi");

        Assert.Equal(ours, (int)response.StatusCode);
        Assert.Equal(code, Code(await response.JsonAsync()));
        Assert.Empty(elsewhere.Requests);
    }

    [Fact]
    public async Task An_error_that_quotes_what_must_not_pass_is_shown_without_it()
    {
        await using var gateway = await TestGateway.StartAsync(
            (context, _) => context.JsonAsync("""{"error":{"message":"cannot say zorblax"}}""", 500)
        );
        using var response = await gateway.ChatAsync("Hi");

        Assert.DoesNotContain("zorblax", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_named_as_such()
    {
        await using var gateway = await TestGateway.StartAsync(
            (context, _) => context.ChatAsync("never"),
            options =>
                options with
                {
                    Upstream = options.Upstream with { Endpoint = $"http://127.0.0.1:{Testing.ModelServer.FreePort()}/v1" },
                }
        );
        using var response = await gateway.ChatAsync("Hi");

        Assert.Equal(502, (int)response.StatusCode);
        Assert.Equal("upstream_unreachable", Code(await response.JsonAsync()));
    }

    [Theory]
    [InlineData("/v1/files/1.png", true)]
    [InlineData("http://127.0.0.1:1/1.png", false)]
    [InlineData("file:///etc/passwd", false)]
    [InlineData("http://169.254.169.254/latest", false)]
    public async Task Images_are_fetched_from_the_servers_own_host_alone(string address, bool isOwn)
    {
        await using var gateway = await TestGateway.StartAsync(
            async (context, request) =>
            {
                if (request.Path == "/v1/files/1.png")
                {
                    Assert.False(request.Headers.ContainsKey("Authorization"));
                    context.Response.ContentType = "image/png";
                    await context.Response.WriteAsync("a picture");
                    return;
                }

                var url = isOwn ? $"http://{context.Request.Host}{address}" : address;
                await context.JsonAsync($$"""{"created":1,"data":[{"url":"{{url}}"}]}""");
            }
        );
        using var response = await gateway.PostAsync(
            "/v1/images/generations",
            """{"model":"tiny","prompt":"A gate","response_format":"url"}"""
        );

        if (isOwn)
        {
            var image = (await response.JsonAsync()).GetProperty("data")[0].GetProperty("b64_json").GetBytesFromBase64();
            Assert.Equal("a picture"u8, image);
        }
        else
        {
            Assert.Equal("upstream_foreign_address", Code(await response.JsonAsync()));
        }
    }

    [Theory]
    [InlineData("""{"data":[{}]}""")]
    [InlineData("""{"data":[{"b64_json":"%%"}]}""")]
    [InlineData("""{"data":[{"b64_json":"YQ=="},{"b64_json":"YQ=="}]}""")]
    [InlineData("""{"data":[{"url":"http://HOST/v1/none.png"}]}""")]
    public async Task Images_that_cannot_be_checked_are_none(string json)
    {
        await using var gateway = await TestGateway.StartAsync(
            (context, _) => context.JsonAsync(json.Replace("HOST", context.Request.Host.ToString(), StringComparison.Ordinal))
        );
        using var response = await gateway.PostAsync("/v1/images/generations", """{"model":"tiny","prompt":"A gate"}""");

        Assert.Equal(502, (int)response.StatusCode);
    }

    private static string Text(List<string> events) => events.Where(data => data.Contains("\"choices\"", StringComparison.Ordinal)).Text();

    private static string? Code(JsonElement root) => root.GetProperty("error").GetProperty("code").GetString();
}
