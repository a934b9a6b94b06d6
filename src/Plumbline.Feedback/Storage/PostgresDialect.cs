using System.Data;
using System.Data.Common;
using Npgsql;

namespace Plumbline.Feedback.Storage;

/// <summary>A PostgreSQL server, shared by any number of machines.</summary>
internal sealed class PostgresDialect : SqlDialect
{
    /// <summary>The key of the advisory lock under which stores migrate; no other meaning.</summary>
    private const long MigrationLock = 0x706C756D_66656564;

    /// <summary>
    /// Who waited for a lock sees what was committed meanwhile. Stricter levels, which a role may have by default, would fail there instead.
    /// </summary>
    private const IsolationLevel Isolation = IsolationLevel.ReadCommitted;

    private const int MostPrepared = 100;

    private readonly NpgsqlDataSource source;

    /// <summary>Takes a connection; nothing is opened yet.</summary>
    public PostgresDialect(NpgsqlConnectionStringBuilder settings)
    {
        Location = $"postgresql://{settings.Host}:{settings.Port}/{settings.Database ?? settings.Username}";
        if (settings.MaxAutoPrepare == 0)
        {
            // The statements of the store are few, and each is sent many times.
            settings.MaxAutoPrepare = MostPrepared;
        }

        source = NpgsqlDataSource.Create(settings);
    }

    /// <inheritdoc/>
    public override string Location { get; }

    /// <inheritdoc/>
    public override string BinaryType => "BYTEA";

    /// <inheritdoc/>
    public override string RefuseChanges =>
        """
            CREATE FUNCTION feedback_events_stand() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'events are never changed or deleted'; END $$;
            CREATE TRIGGER feedback_events_stand BEFORE UPDATE OR DELETE OR TRUNCATE ON feedback_events
            FOR EACH STATEMENT EXECUTE FUNCTION feedback_events_stand();
            """;

    /// <inheritdoc/>
    public override async ValueTask<DbConnection> ConnectAsync(CancellationToken cancellation) =>
        await source.OpenConnectionAsync(cancellation);

    /// <inheritdoc/>
    public override async Task PrepareAsync(DbConnection connection, CancellationToken cancellation)
    {
        var encoding = (string?)await connection.ScalarAsync("SELECT pg_catalog.current_setting('server_encoding')", cancellation);
        if (encoding != "UTF8")
        {
            throw new InvalidInputException(
                $"The database keeps text in {encoding}, which cannot hold every language.",
                "Make a database with ENCODING 'UTF8'.",
                new InputPosition(Location)
            );
        }
    }

    /// <inheritdoc/>
    public override async Task<DbTransaction> BeginMigrationAsync(DbConnection connection, CancellationToken cancellation)
    {
        var transaction = await connection.BeginTransactionAsync(Isolation, cancellation);
        await connection.ExecuteAsync($"SELECT pg_catalog.pg_advisory_xact_lock({MigrationLock})", cancellation);
        return transaction;
    }

    /// <inheritdoc/>
    public override async Task<DbTransaction> BeginAppendAsync(DbConnection connection, CancellationToken cancellation)
    {
        var transaction = await connection.BeginTransactionAsync(Isolation, cancellation);

        // A server or a role may be set to answer before the commit is on disk; stricter settings stay as they are.
        await connection.ExecuteAsync(
            "SELECT pg_catalog.set_config('synchronous_commit', 'on', true) WHERE pg_catalog.current_setting('synchronous_commit') = 'off'",
            cancellation
        );
        return transaction;
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync() => source.DisposeAsync();
}
