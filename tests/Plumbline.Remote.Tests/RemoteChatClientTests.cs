using System.Net;
using Microsoft.Extensions.AI;
using Plumbline.Testing;

namespace Plumbline.Remote.Tests;

public sealed class RemoteChatClientTests
{
    private static readonly ChatMessage[] Question = [new(ChatRole.System, "Be brief."), new(ChatRole.User, "Hi")];

    [Fact]
    public async Task An_answer_comes_with_its_usage_and_cost()
    {
        await using var server = new ModelServer(_ => Reply.Chat("Hello"));
        using var connection = new RemoteConnection(
            server.Options with
            {
                PromptPricePerMillion = 1_000_000,
                CompletionPricePerMillion = 10_000_000,
            }
        );
        using var client = RemoteChatClient.Open(connection);
        var options = new ChatOptions
        {
            Temperature = 0.5f,
            TopK = 4,
            Seed = 9,
            AdditionalProperties = new AdditionalPropertiesDictionary { ["min_p"] = 0.25 },
        };
        var response = await client.GetResponseAsync(Question, options, TestContext.Current.CancellationToken);
        Assert.Equal("Hello", response.Text);
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
        var request = Assert.Single(server.Requests);
        Assert.Equal("/v1/chat/completions", request.Path);
        Assert.Null(request.Authorization);
        Assert.Equal("tiny", request.Json.GetProperty("model").GetString());
        Assert.Equal(0.5, request.Json.GetProperty("temperature").GetDouble());
        Assert.Equal(4, request.Json.GetProperty("top_k").GetInt32());
        Assert.Equal(0.25, request.Json.GetProperty("min_p").GetDouble());
        Assert.Equal(9, request.Json.GetProperty("seed").GetInt64());
        Assert.Equal("Hi", request.Json.GetProperty("messages")[1].GetProperty("content").GetString());
        var totals = connection.Meter.Totals;
        Assert.Equal((1, 7, 3, 0), (totals.Answers, totals.PromptTokens, totals.CompletionTokens, totals.Retries));
        // 7 tokens at 1 each and 3 at 10 each.
        Assert.Equal(37, totals.Cost, 9);
    }

    [Fact]
    public async Task A_streamed_answer_comes_in_pieces_with_its_usage()
    {
        await using var server = new ModelServer(_ => Reply.Stream("Hel", "lo"));
        using var connection = new RemoteConnection(server.Options);
        using var client = RemoteChatClient.Open(connection);
        var pieces = new List<string>();
        await foreach (var update in client.GetStreamingResponseAsync(Question, cancellationToken: TestContext.Current.CancellationToken))
        {
            if (update.Text.Length > 0)
            {
                pieces.Add(update.Text);
            }
        }

        Assert.Equal(["Hel", "lo"], pieces);
        Assert.Equal(
            (1, 7, 3),
            (connection.Meter.Totals.Answers, connection.Meter.Totals.PromptTokens, connection.Meter.Totals.CompletionTokens)
        );
        Assert.True(server.Requests[0].Json.GetProperty("stream").GetBoolean());
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task A_busy_server_is_asked_again_after_the_time_it_asks_for(int status)
    {
        var clock = new RecordedClock();
        await using var server = new ModelServer(request =>
            request.Number switch
            {
                0 => Reply.Refusal(status, "busy", retryAfter: "7"),
                1 => Reply.Refusal(status, "busy", retryAfter: "Thu, 01 Jan 2026 12:00:11 GMT"),
                _ => Reply.Chat("at last"),
            }
        );
        using var connection = new RemoteConnection(server.Options, clock);
        using var client = RemoteChatClient.Open(connection);
        var response = await client.GetResponseAsync(Question, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("at last", response.Text);
        Assert.Equal(3, server.Requests.Count);
        Assert.Equal(server.Requests[0].Body, server.Requests[2].Body);
        Assert.Equal(2, connection.Meter.Totals.Retries);
        Assert.Equal([TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(11)], clock.Waits);
    }

    [Fact]
    public async Task A_server_that_stays_busy_is_given_up_with_growing_jittered_waits()
    {
        var clock = new RecordedClock();
        await using var server = new ModelServer(_ => Reply.Refusal(503, "loading"));
        using var connection = new RemoteConnection(server.Options with { RetryDelaySeconds = 1 }, clock);
        using var client = RemoteChatClient.Open(connection);
        var failure = await Assert.ThrowsAsync<RemoteModelException>(() => Ask(client));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, failure.Status);
        Assert.Contains("503 after 4 attempts: loading", failure.Message, StringComparison.Ordinal);
        Assert.Contains("max_retries", failure.Message, StringComparison.Ordinal);
        Assert.Equal(4, server.Requests.Count);
        Assert.Equal(3, clock.Waits.Count);
        Assert.All(clock.Waits, wait => Assert.InRange(wait.TotalSeconds, 0, 30));
        Assert.Equal(3, clock.Waits.Distinct().Count());
        Assert.Equal(0, connection.Meter.Totals.Answers);
    }

    [Fact]
    public async Task A_server_that_asks_for_too_long_a_wait_is_not_waited_for()
    {
        await using var server = new ModelServer(_ => Reply.Refusal(429, "quota", retryAfter: "3600"));
        using var connection = new RemoteConnection(server.Options);
        using var client = RemoteChatClient.Open(connection);
        var failure = await Assert.ThrowsAsync<RemoteModelException>(() => Ask(client));
        Assert.Contains("3600 s", failure.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(400, "bad request", "log says more")]
    [InlineData(401, "who are you", "api_key_variable")]
    [InlineData(404, "no such model", "'tiny'")]
    [InlineData(500, "boom", "log says more")]
    [InlineData(302, "elsewhere", "log says more")]
    public async Task Other_refusals_are_not_asked_again(int status, string message, string mend)
    {
        await using var server = new ModelServer(_ => Reply.Refusal(status, message));
        using var connection = new RemoteConnection(server.Options);
        using var client = RemoteChatClient.Open(connection);
        var failure = await Assert.ThrowsAsync<RemoteModelException>(() => Ask(client));
        Assert.Equal((HttpStatusCode)status, failure.Status);
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
        Assert.Contains(mend, failure.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_refused_connection_is_tried_again_and_then_named()
    {
        var port = ModelServer.FreePort();
        var options = new RemoteOptions
        {
            Endpoint = $"http://127.0.0.1:{port}/v1",
            Model = "tiny",
            MaxRetries = 2,
            RetryDelaySeconds = 0.001,
        };
        using var connection = new RemoteConnection(options);
        using var client = RemoteChatClient.Open(connection);
        var failure = await Assert.ThrowsAsync<RemoteModelException>(() => Ask(client));
        Assert.Contains("no connection after 3 attempts", failure.Message, StringComparison.Ordinal);
        Assert.Contains($":{port}/", failure.Message, StringComparison.Ordinal);
        Assert.Equal(2, connection.Meter.Totals.Retries);
    }

    [Theory]
    [InlineData("{\"id\":")]
    [InlineData("<html>proxy</html>")]
    [InlineData("[]")]
    [InlineData("{}")]
    public async Task An_answer_of_another_shape_is_named(string body)
    {
        await using var server = new ModelServer(_ => new Reply(body));
        using var connection = new RemoteConnection(server.Options);
        using var client = RemoteChatClient.Open(connection);
        var failure = await Assert.ThrowsAsync<RemoteModelException>(() => Ask(client));
        Assert.Contains("OpenAI-compatible", failure.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_in_time_is_given_up()
    {
        var never = new TaskCompletionSource();
        await using var server = new ModelServer(_ => Reply.Chat("late") with { Before = never.Task });
        using var connection = new RemoteConnection(server.Options with { TimeoutSeconds = 0.2 });
        using var client = RemoteChatClient.Open(connection);
        var failure = await Assert.ThrowsAsync<RemoteModelException>(() => Ask(client));
        Assert.Contains("did not answer within 0.2 s", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_that_stalls_or_breaks_is_named()
    {
        var never = new TaskCompletionSource();
        await using var server = new ModelServer(request =>
            request.Number == 0
                ? Reply.Stream("begun") with
                {
                    Pieces = Reply.Stream("begun").Pieces!.Take(1).ToArray(),
                    BeforeEnd = never.Task,
                }
                : Reply.Stream("begun") with
                {
                    Pieces = Reply.Stream("begun").Pieces!.Take(1).ToArray(),
                    CutsOff = true,
                }
        );
        using var connection = new RemoteConnection(server.Options with { TimeoutSeconds = 0.3 });
        using var client = RemoteChatClient.Open(connection);
        var stalled = await Assert.ThrowsAsync<RemoteModelException>(() => ReadAll(client));
        Assert.Contains("did not answer within", stalled.Message, StringComparison.Ordinal);
        // With the whole time there is: a busy machine must not be taken for a stalled stream.
        using var patient = new RemoteConnection(server.Options);
        using var second = RemoteChatClient.Open(patient);
        var broken = await Assert.ThrowsAsync<RemoteModelException>(() => ReadAll(second));
        Assert.Contains("cut off", broken.Message, StringComparison.Ordinal);
        Assert.Equal((1, 1), (connection.Meter.Totals.AnswersWithoutUsage, patient.Meter.Totals.AnswersWithoutUsage));
    }

    [Fact]
    public async Task The_callers_own_cancellation_stays_a_cancellation()
    {
        var never = new TaskCompletionSource();
        await using var server = new ModelServer(_ => Reply.Chat("late") with { Before = never.Task });
        using var connection = new RemoteConnection(server.Options);
        using var client = RemoteChatClient.Open(connection);
        using var cancel = new CancellationTokenSource();
        var asked = client.GetResponseAsync(Question, cancellationToken: cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
    }

    [Fact]
    public async Task No_more_requests_are_on_their_way_than_allowed()
    {
        var open = new TaskCompletionSource();
        var seen = 0;
        await using var server = new ModelServer(_ =>
        {
            if (Interlocked.Increment(ref seen) == 2)
            {
                open.SetResult();
            }

            return Reply.Chat("ok") with
            {
                Before = open.Task,
            };
        });
        using var connection = new RemoteConnection(server.Options with { MaxConcurrentRequests = 2 });
        using var client = RemoteChatClient.Open(connection);
        await Task.WhenAll(Enumerable.Range(0, 7).Select(_ => Ask(client)));
        Assert.Equal(7, connection.Meter.Totals.Answers);
        Assert.InRange(server.MostAtOnce, 1, 2);
    }

    [Fact]
    public async Task The_key_comes_from_the_environment_and_is_never_shown()
    {
        const string Variable = "PLUMBLINE_TEST_REMOTE_KEY";
        const string Key = "secret-key-of-the-test";
        Environment.SetEnvironmentVariable(Variable, Key);
        await using var server = new ModelServer(_ => Reply.Refusal(401, $"Incorrect API key provided: {Key}."));
        using var connection = new RemoteConnection(server.Options with { ApiKeyVariable = Variable });
        using var client = RemoteChatClient.Open(connection);
        var failure = await Assert.ThrowsAsync<RemoteModelException>(() => Ask(client));
        Assert.Equal($"Bearer {Key}", server.Requests[0].Authorization);
        Assert.DoesNotContain(Key, failure.ToString(), StringComparison.Ordinal);
        Assert.Contains(Variable, failure.Message, StringComparison.Ordinal);
        Environment.SetEnvironmentVariable(Variable, null);
        var missing = Assert.Throws<InvalidInputException>(() => new RemoteConnection(server.Options with { ApiKeyVariable = Variable }));
        Assert.Contains(Variable, missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_out_of_range_are_refused_together()
    {
        var wrong = new RemoteOptions
        {
            Endpoint = "ftp://x",
            Model = " ",
            TimeoutSeconds = 0,
            MaxConcurrentRequests = 0,
            MaxRetries = -1,
            RetryDelaySeconds = 0,
            LongestRetryDelaySeconds = -1,
            PromptPricePerMillion = -1,
            CompletionPricePerMillion = double.NaN,
            ApiKeyVariable = "",
        };
        var failure = Assert.Throws<InvalidInputException>(() => new RemoteConnection(wrong));
        string[] names =
        [
            "endpoint",
            "model",
            "timeout_seconds",
            "max_concurrent_requests",
            "max_retries",
            "retry_delay_seconds",
            "longest_retry_delay_seconds",
            "prompt_price_per_million",
            "completion_price_per_million",
            "api_key_variable",
        ];
        Assert.All(names, name => Assert.Contains($"'{name}'", failure.Message, StringComparison.Ordinal));
    }

    private static Task<ChatResponse> Ask(IChatClient client) =>
        client.GetResponseAsync(Question, cancellationToken: TestContext.Current.CancellationToken);

    private static async Task<string> ReadAll(IChatClient client)
    {
        var text = string.Empty;
        await foreach (var update in client.GetStreamingResponseAsync(Question, cancellationToken: TestContext.Current.CancellationToken))
        {
            text += update.Text;
        }

        return text;
    }
}
