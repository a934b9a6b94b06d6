using System.Data.Common;
using Npgsql;
using Plumbline.Feedback.Storage;

namespace Plumbline.Feedback.Tests;

public sealed class ConcurrencyTests(PostgresServer server)
{
    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task Many_writers_lose_nothing_and_a_paging_reader_misses_nothing(Engine engine)
    {
        const int Writers = 6;
        const int Turns = 20;
        await using var place = await TestStore.CreateAsync(engine, server);
        var reading = await place.OpenAsync();
        var stores = new List<IFeedbackStore>();
        for (var i = 0; i < Writers; i++)
        {
            stores.Add(await place.OpenAsync());
        }

        var writing = Task.WhenAll(stores.Select((store, writer) => Task.Run(() => WriteAsync(store, writer))));
        var seen = new List<RecordedEvent>();
        var isLast = false;
        while (!isLast)
        {
            // Whatever was acknowledged before the last page is asked for must be in it or before it.
            isLast = writing.IsCompleted;
            IReadOnlyList<RecordedEvent> page;
            do
            {
                page = await reading.ReadEventsAsync(seen.Count == 0 ? 0 : seen[^1].Sequence, 7);
                seen.AddRange(page);
            } while (page.Count == 7);
        }

        await writing;
        var keys = Enumerable.Range(0, Writers).SelectMany(writer => Enumerable.Range(0, Turns).SelectMany(turn => Keys(writer, turn)));
        Assert.Equal(keys.Order(StringComparer.Ordinal), seen.Select(stored => stored.ClientKey).Order(StringComparer.Ordinal));
        await reading.AssertWholeAsync();

        static string[] Keys(int writer, int turn) => [$"{writer} asks {turn}", $"{writer} ranks {turn}"];

        static async Task WriteAsync(IFeedbackStore store, int writer)
        {
            for (var turn = 0; turn < Turns; turn++)
            {
                var keys = Keys(writer, turn);
                var request = await store.AppendAsync(keys[0], Events.Request());
                await store.AppendAsync(keys[1], Events.Ranking(request));
            }
        }
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task Raters_who_race_for_a_request_never_exceed_what_it_wants(Engine engine)
    {
        const int Wanted = 5;
        await using var place = await TestStore.CreateAsync(engine, server);
        IFeedbackStore[] stores = [await place.OpenAsync(), await place.OpenAsync(), await place.OpenAsync()];
        await stores[0].AppendAsync("ask", Events.Request(wanted: Wanted));

        var taken = await Task.WhenAll(
            Enumerable.Range(0, 12).Select(rater => Task.Run(() => TryAsync(stores[rater % stores.Length], $"rater {rater}")))
        );

        Assert.Equal(Wanted, taken.Count(isTaken => isTaken));
        Assert.Equal(Wanted, (await stores[0].FindRequestAsync(1))!.Rankings.Count);
        await stores[0].AssertWholeAsync();

        static async Task<bool> TryAsync(IFeedbackStore store, string rater)
        {
            try
            {
                await store.AppendAsync(rater, Events.Ranking(1, rater));
                return true;
            }
            catch (InvalidInputException refusal)
            {
                Assert.Contains("closed", refusal.Message);
                return false;
            }
        }
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task One_event_sent_many_times_at_once_is_stored_once(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        IFeedbackStore[] stores = [await place.OpenAsync(), await place.OpenAsync(), await place.OpenAsync()];

        var sequences = await Task.WhenAll(
            Enumerable.Range(0, 12).Select(i => Task.Run(() => stores[i % stores.Length].AppendAsync("key", Events.FullRequest())))
        );

        Assert.All(sequences, sequence => Assert.Equal(1, sequence));
        Assert.Single(await stores[0].LogAsync());
    }

    [Fact]
    public async Task On_PostgreSQL_writers_wait_for_each_other_even_where_a_role_asks_for_serializable_transactions()
    {
        await using var place = await TestStore.CreateAsync(Engine.Postgres, server);
        var strict = place.Location + ";Options=-c default_transaction_isolation=serializable";

        var stores = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => FeedbackStore.OpenAsync(strict, place.Clock))));
        await Task.WhenAll(
            Enumerable.Range(0, 24).Select(i => Task.Run(() => stores[i % stores.Length].AppendAsync($"ask {i}", Events.Request())))
        );

        Assert.Equal(24, (await stores[0].LogAsync()).Count);
        await stores[0].AssertWholeAsync();
        foreach (var store in stores)
        {
            await store.DisposeAsync();
        }
    }

    [Fact]
    public async Task On_PostgreSQL_no_number_is_given_out_while_a_lower_one_is_not_committed()
    {
        await using var place = await TestStore.CreateAsync(Engine.Postgres, server);
        var reading = await place.OpenAsync();

        // Whoever has to wait for the late event gives up at once instead; whoever does not wait gets a number.
        await using var hasty = await FeedbackStore.OpenAsync(place.Location + ";Options=-c lock_timeout=1", place.Clock);
        await using var connection = await place.ConnectAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var late = new NewEvent("late", place.Clock.Now, Events.Request(), EventJson.Write(Events.Request()));
        await EventLog.AppendAsync(connection, late, [], CancellationToken.None);

        var overtaking = await Assert.ThrowsAnyAsync<DbException>(() => hasty.AppendAsync("early", Events.Request()));
        Assert.Equal(PostgresErrorCodes.LockNotAvailable, overtaking.SqlState);
        Assert.Empty(await reading.LogAsync());
        await transaction.CommitAsync();

        Assert.Equal(2, await hasty.AppendAsync("early", Events.Request()));
        Assert.Equal(["late", "early"], (await reading.LogAsync()).Select(stored => stored.ClientKey));
    }

    [Fact]
    public async Task On_PostgreSQL_an_append_is_on_disk_even_where_the_server_would_not_wait_for_it()
    {
        // What is not forced to disk stays in this server's memory for long, so that a crash shows it.
        await using var own = new PostgresServer { Options = "-c wal_writer_delay=10s" };
        await using var place = await TestStore.CreateAsync(Engine.Postgres, own);
        await using (var store = await FeedbackStore.OpenAsync(place.Location + ";Options=-c synchronous_commit=off", place.Clock))
        {
            for (var i = 0; i < 5; i++)
            {
                await store.AppendAsync($"ask {i}", Events.Request());
            }

            await own.CrashAsync();
        }

        var recovered = await place.OpenAsync();
        Assert.Equal(5, (await recovered.LogAsync()).Count);
        await recovered.AssertWholeAsync();
    }
}
