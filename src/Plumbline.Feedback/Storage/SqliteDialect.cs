using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;

namespace Plumbline.Feedback.Storage;

/// <summary>A file. Its write-ahead log lets readers go on while somebody writes.</summary>
/// <param name="path">The file, which is made where it is missing.</param>
internal sealed class SqliteDialect(string path) : SqlDialect
{
    /// <summary>How long a writer of another process is waited for, in seconds.</summary>
    private const int LongestWait = 30;

    private readonly string connectionString = new SqliteConnectionStringBuilder
    {
        DataSource = Path.GetFullPath(path),
        DefaultTimeout = LongestWait,
        ForeignKeys = true,
    }.ToString();

    /// <summary>The pool's connections that are set already; a connection keeps its settings while it waits in the pool.</summary>
    private static readonly ConditionalWeakTable<object, object> Prepared = [];

    /// <inheritdoc/>
    public override string Location => path;

    /// <inheritdoc/>
    public override bool KeepsStatements => true;

    /// <inheritdoc/>
    public override bool IsMissing => !File.Exists(path);

    /// <inheritdoc/>
    public override string BinaryType => "BLOB";

    /// <inheritdoc/>
    public override string RefuseChanges =>
        """
            CREATE TRIGGER feedback_events_stand BEFORE UPDATE ON feedback_events
            BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
            CREATE TRIGGER feedback_events_stay BEFORE DELETE ON feedback_events
            BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;
            """;

    /// <inheritdoc/>
    public override async ValueTask<DbConnection> ConnectAsync(CancellationToken cancellation)
    {
        var connection = new SqliteConnection(connectionString);
        try
        {
            await connection.OpenAsync(cancellation);

            // In write-ahead mode only FULL forces every commit to disk; NORMAL may lose the last ones in a power cut.
            // What is deleted is overwritten: texts are erased for good.
            if (!Prepared.TryGetValue(connection.Handle!, out _))
            {
                await connection.ExecuteAsync(
                    $"PRAGMA busy_timeout = {LongestWait * 1000}; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON",
                    cancellation
                );
                Prepared.AddOrUpdate(connection.Handle!, path);
            }

            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public override async Task PrepareAsync(DbConnection connection, CancellationToken cancellation)
    {
        var mode = (string?)await connection.ScalarAsync("PRAGMA journal_mode = WAL", cancellation);
        if (mode != "wal")
        {
            throw new InvalidInputException(
                $"SQLite cannot keep a write-ahead log for the feedback store and works in mode '{mode}'.",
                "Use a file on a local disk; several machines share a store on PostgreSQL.",
                new InputPosition(path)
            );
        }
    }

    /// <inheritdoc/>
    /// <remarks>The driver begins with BEGIN IMMEDIATE, which takes SQLite's one lock of writers.</remarks>
    public override async Task<DbTransaction> BeginMigrationAsync(DbConnection connection, CancellationToken cancellation) =>
        await connection.BeginTransactionAsync(cancellation);

    /// <inheritdoc/>
    public override async Task<DbTransaction> BeginAppendAsync(DbConnection connection, CancellationToken cancellation) =>
        await connection.BeginTransactionAsync(cancellation);

    /// <inheritdoc/>
    /// <remarks>Old pages stand in the write-ahead log until it is copied and cut; where a reader keeps it, this is left to the next time.</remarks>
    public override Task ForgetAsync(DbConnection connection, CancellationToken cancellation) =>
        connection.ExecuteAsync("PRAGMA wal_checkpoint(TRUNCATE)", cancellation);

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        using var connection = new SqliteConnection(connectionString);
        SqliteConnection.ClearPool(connection);
        return ValueTask.CompletedTask;
    }
}
