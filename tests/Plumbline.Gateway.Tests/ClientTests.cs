using System.Net;

namespace Plumbline.Gateway.Tests;

/// <summary>Who may ask, and how much.</summary>
public sealed class ClientTests
{
    private static readonly ClientOptions Ada = new()
    {
        Name = "ada",
        KeyHash = ClientOptions.HashOf("key-of-ada"),
        RequestsPerMinute = 3,
        MaxConcurrentRequests = 1,
    };

    private static readonly ClientOptions Ben = new() { Name = "ben", KeyHash = ClientOptions.HashOf("key-of-ben").ToUpperInvariant() };

    private static GatewayOptions WithClients(GatewayOptions options) => options with { Clients = [Ada, Ben] };

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Bearer key-of-eve")]
    [InlineData("Basic key-of-ada")]
    [InlineData("Bearer key-of-ada, Bearer key-of-ben")]
    public async Task Nobody_asks_without_a_key(string? authorization)
    {
        await using var gateway = await TestGateway.StartAsync((context, _) => context.ChatAsync("never"), WithClients);
        foreach (var path in (string[])["/v1/models", "/metrics"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            if (authorization is not null)
            {
                request.Headers.TryAddWithoutValidation("Authorization", authorization);
            }

            using var response = await gateway.Http.SendAsync(request);

            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
            Assert.Equal("authentication_error", (await response.JsonAsync()).GetProperty("error").GetProperty("type").GetString());
        }

        Assert.Empty(gateway.Upstream.Requests);
    }

    [Fact]
    public async Task A_key_that_is_longer_than_any_is_no_key()
    {
        await using var gateway = await TestGateway.StartAsync((context, _) => context.ChatAsync("never"), WithClients);
        using var response = await gateway.PostAsync(
            "/v1/guard/check",
            """{"text":"a"}""",
            new string('ü', 2000).Replace("ü", "u", StringComparison.Ordinal)
        );

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task Requests_a_minute_are_counted_for_each_client()
    {
        var clock = new SteppedClock();
        await using var gateway = await TestGateway.StartAsync((context, _) => context.ChatAsync("Hello"), WithClients, time: clock);
        for (var i = 0; i < 3; i++)
        {
            using var response = await gateway.PostAsync("/v1/guard/check", """{"text":"a"}""", "key-of-ada");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        using var fourth = await gateway.PostAsync("/v1/guard/check", """{"text":"a"}""", "key-of-ada");
        using var other = await gateway.PostAsync("/v1/guard/check", """{"text":"a"}""", "key-of-ben");
        clock.Advance(TimeSpan.FromSeconds(20));
        using var later = await gateway.PostAsync("/v1/guard/check", """{"text":"a"}""", "key-of-ada");
        using var again = await gateway.PostAsync("/v1/guard/check", """{"text":"a"}""", "key-of-ada");

        Assert.Equal(HttpStatusCode.TooManyRequests, fourth.StatusCode);
        Assert.Equal("20", fourth.Headers.GetValues("Retry-After").Single());
        Assert.Equal("rate_limit_error", (await fourth.JsonAsync()).GetProperty("error").GetProperty("type").GetString());
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        Assert.Equal(HttpStatusCode.OK, later.StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, again.StatusCode);
    }

    [Fact]
    public async Task Requests_at_a_time_are_counted()
    {
        var going = new TaskCompletionSource();
        var begun = new TaskCompletionSource();
        await using var gateway = await TestGateway.StartAsync(
            async (context, _) =>
            {
                begun.TrySetResult();
                await going.Task;
                await context.ChatAsync("Hello");
            },
            WithClients
        );
        var first = gateway.PostAsync("/v1/chat/completions", TestGateway.ChatJson("Hi"), "key-of-ada");
        await begun.Task;
        using var second = await gateway.PostAsync("/v1/guard/check", """{"text":"a"}""", "key-of-ada");
        going.SetResult();
        using var done = await first;
        using var third = await gateway.PostAsync("/v1/guard/check", """{"text":"a"}""", "key-of-ada");

        Assert.Equal(HttpStatusCode.TooManyRequests, second.StatusCode);
        Assert.Equal("1", second.Headers.GetValues("Retry-After").Single());
        Assert.Equal(HttpStatusCode.OK, done.StatusCode);
        Assert.Equal(HttpStatusCode.OK, third.StatusCode);
    }

    [Fact]
    public async Task All_clients_together_have_so_many_places()
    {
        var going = new TaskCompletionSource();
        var begun = new TaskCompletionSource();
        await using var gateway = await TestGateway.StartAsync(
            async (context, _) =>
            {
                begun.TrySetResult();
                await going.Task;
                await context.ChatAsync("Hello");
            },
            options => options with { Limits = options.Limits with { MaxConcurrentRequests = 1 } }
        );
        var first = gateway.ChatAsync("Hi");
        await begun.Task;
        using var second = await gateway.ChatAsync("Hi");
        using var alive = await gateway.Http.GetAsync("/healthz");
        going.SetResult();
        using var done = await first;

        Assert.Equal(HttpStatusCode.TooManyRequests, second.StatusCode);
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
        Assert.Equal(HttpStatusCode.OK, done.StatusCode);
    }

    [Fact]
    public void A_hash_is_in_no_log() => Assert.DoesNotContain(Ada.KeyHash, $"{Ada}", StringComparison.Ordinal);

    private sealed class SteppedClock : TimeProvider
    {
        private long now;

        public override long GetTimestamp() => Interlocked.Read(ref now);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        internal void Advance(TimeSpan step) => Interlocked.Add(ref now, step.Ticks);
    }
}
