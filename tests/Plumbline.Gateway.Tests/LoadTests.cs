using System.Text.Json;

namespace Plumbline.Gateway.Tests;

/// <summary>Many streams at a time.</summary>
public sealed class LoadTests
{
    [Fact]
    public async Task Every_stream_has_its_decision_and_memory_does_not_grow()
    {
        const int Streams = 300;
        const int Pieces = 60;
        var piece = new string('x', 200) + " ";
        await using var gateway = await TestGateway.StartAsync(
            (context, request) =>
            {
                var isBad = request.Body.Contains("please", StringComparison.Ordinal);
                var pieces = Enumerable.Repeat(piece, Pieces);
                return context.StreamAsync(isBad ? pieces.Append("zor").Append("blax").Concat(pieces) : pieces);
            }
        );
        await RunAsync(gateway, Streams);
        Forget(gateway);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        for (var round = 0; round < 3; round++)
        {
            await RunAsync(gateway, Streams);
            Forget(gateway);
        }

        var after = GC.GetTotalMemory(forceFullCollection: true);
        // Three rounds carried over ten million characters each way; what stays may be pools, not texts.
        Assert.True(after - before < 16 << 20, $"{before} bytes before, {after} after");
    }

    private static void Forget(TestGateway gateway)
    {
        gateway.Guard.Asked.Clear();
        gateway.Guard.Decisions.Clear();
        gateway.Upstream.Requests.Clear();
    }

    private static async Task RunAsync(TestGateway gateway, int streams)
    {
        var decisions = await Task.WhenAll(Enumerable.Range(0, streams).Select(i => StreamAsync(gateway, i)));

        Assert.Equal(streams * 2, decisions.SelectMany(ids => ids).Distinct().Count());
        Assert.All(decisions.SelectMany(ids => ids), id => Assert.True(gateway.Guard.Decisions.ContainsKey(id)));
    }

    private static async Task<string[]> StreamAsync(TestGateway gateway, int number)
    {
        var isBad = number % 3 == 0;
        using var response = await gateway.ChatAsync(isBad ? "please" : "hello", stream: true);
        var events = await response.EventsAsync();
        Assert.Equal("[DONE]", events[^1]);
        var guard = events
            .Where(data => data != "[DONE]")
            .Select(data => JsonDocument.Parse(data).RootElement)
            .Where(root => root.TryGetProperty("guard", out _))
            .Select(root => root.GetProperty("guard"))
            .Single();
        Assert.Equal(isBad ? "refuse" : "allow", guard.GetProperty("outcome").GetString());
        return [response.Headers.GetValues("x-guard-decision").Single(), guard.GetProperty("decision").GetString()!];
    }
}
