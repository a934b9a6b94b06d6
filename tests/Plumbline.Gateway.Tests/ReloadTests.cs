namespace Plumbline.Gateway.Tests;

/// <summary>The guard is replaced while requests are on their way.</summary>
public sealed class ReloadTests
{
    [Fact]
    public async Task A_request_keeps_the_guard_that_it_began_with()
    {
        var begun = new TaskCompletionSource();
        var going = new TaskCompletionSource();
        await using var gateway = await TestGateway.StartAsync(
            async (context, _) =>
            {
                context.BeginEvents();
                await context.EventAsync(Answer.Chunk("""{"content":"before the reload "}"""));
                begun.SetResult();
                await going.Task;
                await context.EventAsync(Answer.Chunk("""{"content":"and after"}""", "stop"));
                await context.EventAsync("[DONE]");
            }
        );
        var request = gateway.ChatAsync("Hi", stream: true);
        await begun.Task;

        Assert.True(await gateway.Source.ReloadAsync(default));
        var wasDisposedEarly = gateway.Guard.IsDisposed;
        going.SetResult();
        using var response = await request;
        var events = await response.EventsAsync();

        Assert.False(wasDisposedEarly);
        Assert.Equal("before the reload and after", events.Text());
        Assert.All(gateway.Guard.Decisions.Values, decision => Assert.Equal("constitution-1", decision.Constitution));
        Assert.Equal(2, gateway.Guard.Decisions.Count);
        using var next = await gateway.PostAsync("/v1/guard/check", """{"text":"a"}""");
        Assert.Equal("constitution-2", (await next.JsonAsync()).GetProperty("constitution").GetString());
        Assert.True(gateway.Guard.IsDisposed);
    }

    [Fact]
    public async Task A_reload_that_fails_keeps_the_guard_and_says_so()
    {
        await using var gateway = await TestGateway.StartAsync(
            (context, _) => context.ChatAsync("Hello"),
            load: _ => throw new InvalidInputException("The constitution has no clauses.")
        );

        Assert.False(await gateway.Source.ReloadAsync(default));

        using var ready = await gateway.Http.GetAsync("/readyz");
        using var chat = await gateway.ChatAsync("Hi");
        var root = await ready.JsonAsync();
        Assert.Equal(200, (int)ready.StatusCode);
        Assert.True(root.GetProperty("last_reload_failed").GetBoolean());
        Assert.Equal("The constitution has no clauses.", root.GetProperty("last_failure").GetString());
        Assert.Equal((0, 1), (root.GetProperty("reloads").GetInt32(), root.GetProperty("failed_reloads").GetInt32()));
        Assert.Equal("constitution-1", root.GetProperty("constitution").GetString());
        Assert.Equal(200, (int)chat.StatusCode);
        Assert.False(gateway.Guard.IsDisposed);
        using var metrics = await gateway.Http.GetAsync("/metrics");
        Assert.Matches(
            "plumbline_gateway_guard_reloads_total\\{[^}]*result=\"failed\"[^}]*\\} 1",
            await metrics.Content.ReadAsStringAsync()
        );
    }

    [Fact]
    public async Task Details_of_reloads_are_for_clients()
    {
        await using var gateway = await TestGateway.StartAsync(
            (context, _) => context.ChatAsync("Hello"),
            options => options with { Clients = [new ClientOptions { Name = "ada", KeyHash = ClientOptions.HashOf("key") }] }
        );
        using var ready = await gateway.Http.GetAsync("/readyz");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/readyz");
        request.Headers.Authorization = new("Bearer", "key");
        using var known = await gateway.Http.SendAsync(request);

        Assert.Equal(200, (int)ready.StatusCode);
        Assert.False((await ready.JsonAsync()).TryGetProperty("constitution", out _));
        Assert.True((await known.JsonAsync()).TryGetProperty("constitution", out _));
    }

    [Fact]
    public async Task A_reload_that_is_cancelled_changes_nothing()
    {
        using var cancelled = new CancellationTokenSource();
        using var source = new GuardSource(
            new WordGuard(),
            async cancellation =>
            {
                await cancelled.CancelAsync();
                cancellation.ThrowIfCancellationRequested();
                return new WordGuard("never");
            },
            TimeProvider.System
        );

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => source.ReloadAsync(cancelled.Token));

        Assert.Equal((0L, 0L, "constitution-1"), (source.Status.Reloads, source.Status.FailedReloads, source.Status.Constitution));
    }

    [Fact]
    public async Task No_request_is_dropped_while_the_guard_is_replaced_again_and_again()
    {
        var number = 1;
        await using var gateway = await TestGateway.StartAsync(
            (context, _) => context.StreamAsync("a few words, ", "a few more, ", "and the end"),
            load: _ => Task.FromResult<Moderation.IGuard>(new WordGuard($"constitution-{Interlocked.Increment(ref number)}"))
        );
        using var done = new CancellationTokenSource();
        var reloading = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                await gateway.Source.ReloadAsync(default);
                await Task.Yield();
            }
        });

        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 200)
                .Select(async _ =>
                {
                    using var response = await gateway.ChatAsync("Hi", stream: true);
                    return (await response.EventsAsync());
                })
        );
        await done.CancelAsync();
        await reloading;

        Assert.All(answers, events => Assert.Equal("a few words, a few more, and the end", events.Text()));
        Assert.True(gateway.Source.Status.Reloads > 1);
    }
}
