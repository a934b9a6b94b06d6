using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using Plumbline.Feedback.Reviews;
using Plumbline.Feedback.Storage;
using Plumbline.Testing;

namespace Plumbline.Feedback.Tests;

/// <summary>The databases that hold stores.</summary>
public enum Engine
{
    Sqlite,
    Postgres,
}

/// <summary>Every engine, for theories.</summary>
public sealed class EveryEngine : TheoryData<Engine>
{
    public EveryEngine()
    {
        Add(Engine.Sqlite);
        Add(Engine.Postgres);
    }
}

/// <summary>An empty place for one store, which can be opened many times; all of it goes at the end.</summary>
public sealed class TestStore : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly List<IAsyncDisposable> opened = [];
    private readonly Engine engine;

    private TestStore(Engine engine) => this.engine = engine;

    public string Location { get; private set; } = string.Empty;

    public StoppedClock Clock { get; } = new();

    public TemporaryFolder Folder => folder;

    public static async Task<TestStore> CreateAsync(Engine engine, PostgresServer server)
    {
        var made = new TestStore(engine);
        made.Location = engine == Engine.Sqlite ? made.folder.File("feedback.db") : await server.NewDatabaseAsync();
        return made;
    }

    /// <summary>A store with connections of its own, as another process would have; disposed with this object.</summary>
    public async Task<IFeedbackStore> OpenAsync() => Keep(await FeedbackStore.OpenAsync(Location, Clock));

    /// <summary>The review cases of the store, likewise.</summary>
    public async Task<IReviewStore> OpenReviewsAsync() => Keep(await FeedbackStore.OpenReviewsAsync(Location, Clock));

    /// <summary>All that the store holds, likewise.</summary>
    public async Task<FeedbackStores> OpenAllAsync() => Keep(await FeedbackStore.OpenAllAsync(Location, Clock));

    /// <summary>A bare connection past the store.</summary>
    public async Task<DbConnection> ConnectAsync()
    {
        DbConnection connection =
            engine == Engine.Sqlite
                ? new SqliteConnection($"Data Source={Location};Pooling=false")
                : new NpgsqlConnection(Location + ";Pooling=false");
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>Runs SQL past the store, and returns the first value.</summary>
    public async Task<object?> SqlAsync(string sql)
    {
        await using var connection = await ConnectAsync();
        return await connection.ScalarAsync(sql, CancellationToken.None);
    }

    private T Keep<T>(T store)
        where T : IAsyncDisposable
    {
        lock (opened)
        {
            opened.Add(store);
        }

        return store;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var store in opened)
        {
            await store.DisposeAsync();
        }

        folder.Dispose();
    }
}

/// <summary>A clock that stands until it is set.</summary>
public sealed class StoppedClock : TimeProvider
{
    public DateTimeOffset Now { get; set; } = new(2026, 3, 1, 12, 0, 0, TimeSpan.FromHours(2));

    public override DateTimeOffset GetUtcNow() => Now;
}
