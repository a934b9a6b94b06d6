using System.Data.Common;

namespace Plumbline.Feedback.Storage;

/// <summary>What the databases differ in.</summary>
internal abstract class SqlDialect : IAsyncDisposable
{
    /// <summary>Where the store is, without secrets.</summary>
    public abstract string Location { get; }

    /// <summary>Whether it is known without asking a server that there is no store.</summary>
    public virtual bool IsMissing => false;

    /// <summary>The type of columns of bytes.</summary>
    public abstract string BinaryType { get; }

    /// <summary>Makes the log refuse changes of what stands in it.</summary>
    public abstract string RefuseChanges { get; }

    /// <summary>A connection from the pool, set so that a commit is on disk when it returns.</summary>
    /// <exception cref="DbException">The database does not answer.</exception>
    public abstract ValueTask<DbConnection> ConnectAsync(CancellationToken cancellation);

    /// <summary>Checks and sets what belongs to the database rather than to a connection.</summary>
    /// <exception cref="InvalidInputException">The database cannot hold a store.</exception>
    public abstract Task PrepareAsync(DbConnection connection, CancellationToken cancellation);

    /// <summary>Begins a transaction in which nobody else migrates.</summary>
    public abstract Task<DbTransaction> BeginMigrationAsync(DbConnection connection, CancellationToken cancellation);

    /// <summary>Begins a transaction that appends.</summary>
    public abstract Task<DbTransaction> BeginAppendAsync(DbConnection connection, CancellationToken cancellation);

    /// <summary>Whether statements have to be kept by whoever uses them, so that they are compiled once; otherwise the driver does it.</summary>
    public virtual bool KeepsStatements => false;

    /// <summary>Takes what was deleted off the disk, as far as this can be asked for.</summary>
    public virtual Task ForgetAsync(DbConnection connection, CancellationToken cancellation) => Task.CompletedTask;

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
