using Plumbline.Feedback.Storage;

namespace Plumbline.Feedback.Tests;

public sealed class CrashTests(PostgresServer server)
{
    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task A_killed_writer_leaves_every_acknowledged_event_and_only_whole_ones(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var acknowledged = new Dictionary<string, long>();
        for (var round = 1; round <= 3; round++)
        {
            foreach (var (key, sequence) in await DoomedWriter.RunAndKillAsync(place.Location, 10 * round))
            {
                acknowledged.Add(key, sequence);
            }

            var store = await place.OpenAsync();
            var log = (await store.LogAsync()).ToDictionary(stored => stored.ClientKey, stored => stored.Sequence);
            Assert.All(acknowledged, pair => Assert.Equal(pair.Value, log.GetValueOrDefault(pair.Key)));
            await store.AssertWholeAsync();
            await store.AppendAsync($"after the crash {round}", Events.Request());
        }
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task A_connection_lost_within_a_transaction_leaves_nothing(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var store = await place.OpenAsync();
        await store.AppendAsync("before", Events.Request());

        await using (var connection = await place.ConnectAsync())
        {
            await connection.ExecuteAsync("BEGIN", CancellationToken.None);
            var half = new NewEvent("half", place.Clock.Now, Events.Request(), EventJson.Write(Events.Request()));
            Assert.Equal((2, true), await EventLog.AppendAsync(connection, half, [], CancellationToken.None));
            Assert.Single(await store.LogAsync());
        }

        Assert.Equal(2, await store.AppendAsync("after", Events.Request()));
        await store.AssertWholeAsync();
    }
}
