using System.Diagnostics;
using System.Text;

namespace Plumbline.Gateway.Tests;

/// <summary>What operators see, and what they never see.</summary>
public sealed class TelemetryTests
{
    [Fact]
    public async Task Requests_decisions_checks_and_failures_are_counted_without_any_text()
    {
        await using var gateway = await TestGateway.StartAsync(
            (context, request) =>
                request.Json.GetProperty("stream").GetBoolean() ? context.StreamAsync("a stream of ", "words") : context.ChatAsync("Hello")
        );
        using var allowed = await gateway.ChatAsync("unlikelyword");
        using var refused = await gateway.ChatAsync("unlikelyword zorblax");
        using var streamed = await gateway.ChatAsync("unlikelyword", stream: true);
        await streamed.EventsAsync();
        using var broken = await gateway.PostAsync("/v1/chat/completions", "{");
        using var response = await gateway.Http.GetAsync("/metrics");

        var metrics = await response.Content.ReadAsStringAsync();

        Assert.Contains("text/plain", response.Content.Headers.ContentType?.MediaType);
        Assert.Matches("""requests_total\{[^}]*endpoint="/v1/chat/completions",outcome="allow",status="200"\} 2""", metrics);
        Assert.Matches("""requests_total\{[^}]*endpoint="/v1/chat/completions",outcome="refuse",status="200"\} 1""", metrics);
        Assert.Matches("""decisions_total\{[^}]*clause="no-violence",outcome="refuse",part="prompt"\} 1""", metrics);
        Assert.Matches("""failures_total\{[^}]*kind="invalid_request"\} 1""", metrics);
        Assert.Matches("""check_duration_seconds_count\{[^}]*part="prompt"\} 3""", metrics);
        Assert.Matches("""upstream_duration_seconds_count\{[^}]*path="/chat/completions",status="200"\} 2""", metrics);
        Assert.Matches("""held_back\{[^}]*\} 0""", metrics);
        Assert.Matches("""gateway_streams\{[^}]*\} 0""", metrics);
        Assert.DoesNotContain("unlikelyword", metrics);
    }

    [Fact]
    public async Task Characters_that_wait_for_their_check_are_counted_as_long_as_they_wait()
    {
        var going = new TaskCompletionSource();
        await using var gateway = await TestGateway.StartAsync(
            async (context, _) =>
            {
                context.BeginEvents();
                await context.EventAsync(Answer.Chunk("""{"content":"0123456789"}"""));
                await going.Task;
            }
        );
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = new StringContent(TestGateway.ChatJson("Hi", stream: true), Encoding.UTF8, "application/json"),
        };
        using var response = await gateway.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        var first = await reader.ReadLineAsync();

        using var during = await gateway.Http.GetAsync("/metrics");

        Assert.Contains("\"0123\"", first);
        var metrics = await during.Content.ReadAsStringAsync();
        Assert.Matches("""held_back\{[^}]*\} 6""", metrics);
        Assert.Matches("""gateway_streams\{[^}]*\} 1""", metrics);
        going.SetResult();
    }

    [Fact]
    public async Task Spans_tell_of_checks_and_of_the_server_without_any_text()
    {
        var spans = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Plumbline.Gateway" or "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = span =>
            {
                lock (spans)
                {
                    spans.Add(span);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var gateway = await TestGateway.StartAsync((context, _) => context.ChatAsync("unlikelyanswer"));
        using var root = new Activity("test").Start();
        using var response = await gateway.ChatAsync("unlikelyword");
        var trace = root.TraceId;

        List<Activity> own;
        lock (spans)
        {
            own = [.. spans.Where(span => span.TraceId == trace)];
        }

        Assert.Equal(
            ["guard.check", "upstream", "guard.check"],
            own.Where(span => span.Source.Name == "Plumbline.Gateway").Select(span => span.OperationName)
        );
        Assert.Equal(["prompt", "answer"], own.Select(span => span.GetTagItem("guard.part")).OfType<string>());
        Assert.All(
            own.SelectMany(span => span.TagObjects),
            tag => Assert.DoesNotContain("unlikely", $"{tag.Value}", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Traces_and_metrics_are_sent_where_the_options_say_so()
    {
        var bodies = new List<(string Path, byte[] Body)>();
        await using var collector = await ScriptedUpstream.StartAsync(
            (context, request) =>
            {
                lock (bodies)
                {
                    bodies.Add((request.Path, Encoding.Latin1.GetBytes(request.Body)));
                }

                context.Response.StatusCode = 200;
                return Task.CompletedTask;
            }
        );
        await using (
            var gateway = await TestGateway.StartAsync(
                (context, _) => context.ChatAsync("unlikelyanswer"),
                options => options with { Telemetry = new TelemetryOptions { OtlpEndpoint = collector.Root.ToString() } }
            )
        )
        {
            using var response = await gateway.ChatAsync("unlikelyword");
            Assert.Equal(200, (int)response.StatusCode);
        }

        // What waits to be sent is sent when the gateway ends.
        Assert.Contains(bodies, sent => sent.Path == "/v1/traces");
        Assert.Contains(bodies, sent => sent.Path == "/v1/metrics");
        Assert.All(bodies, sent => Assert.DoesNotContain("unlikely", Encoding.Latin1.GetString(sent.Body), StringComparison.Ordinal));
        Assert.Contains(bodies, sent => Encoding.Latin1.GetString(sent.Body).Contains("guard.check", StringComparison.Ordinal));
    }
}
