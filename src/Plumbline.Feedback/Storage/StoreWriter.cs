using System.Data.Common;
using System.Threading.Channels;

namespace Plumbline.Feedback.Storage;

/// <summary>
/// Makes changes of a store, in the order in which they were asked for. Changes that wait together share one transaction, each behind a savepoint of its own, and so one wait for the disk
/// (group commit): the database has one writer at a time anyway (<see cref="EventLog"/>). Nobody hears of a change, nor of a refusal, before the transaction it was
/// made in is on disk.
/// </summary>
/// <param name="dialect">The database.</param>
internal sealed class StoreWriter(SqlDialect dialect) : IAsyncDisposable
{
    /// <summary>The most changes of one transaction: enough that the wait for the disk is shared by all, few enough that the first of them does not wait long.</summary>
    private const int LargestGroup = 128;

    private readonly Channel<Change> waiting = Channel.CreateUnbounded<Change>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Lock starting = new();
    private Task? working;
    private DbConnection? kept;

    /// <summary>Makes a change.</summary>
    /// <param name="change">Makes it in the connection's transaction, and says whether there is something to commit.</param>
    /// <param name="cancellation">Cancels the waiting; a change that has begun is made.</param>
    /// <returns>What the change gave.</returns>
    public async Task<T> RunAsync<T>(Func<DbConnection, Task<(T Result, bool IsNew)>> change, CancellationToken cancellation)
    {
        T? result = default;
        var asked = new Change(
            async connection =>
            {
                (result, var isNew) = await change(connection);
                return isNew;
            },
            cancellation
        );
        ObjectDisposedException.ThrowIf(!waiting.Writer.TryWrite(asked), this);

        lock (starting)
        {
            working ??= Task.Run(WorkAsync, CancellationToken.None);
        }

        await asked.Done;
        return result!;
    }

    /// <summary>Waits for what was asked for; nothing more is taken.</summary>
    public async ValueTask DisposeAsync()
    {
        waiting.Writer.TryComplete();
        if (working is not null)
        {
            await working;
        }

        await ForgetConnectionAsync();
    }

    private async Task WorkAsync()
    {
        var group = new List<Change>(LargestGroup);
        while (await waiting.Reader.WaitToReadAsync())
        {
            while (group.Count < LargestGroup && waiting.Reader.TryRead(out var change))
            {
                if (!change.WasCancelled())
                {
                    group.Add(change);
                }
            }

            if (group.Count > 0)
            {
                await MakeAsync(group);
                group.Clear();
            }
        }
    }

    /// <summary>Makes a group of changes. Where the transaction itself is lost, all of them are told so; each may be asked for again.</summary>
    private async Task MakeAsync(List<Change> group)
    {
        try
        {
            var (connection, begun) = await BeginAsync();
            await using var transaction = begun;
            var isNew = false;
            foreach (var change in group)
            {
                isNew |= group.Count == 1 ? await change.MakeAsync(connection) : await MakeBehindSavepointAsync(connection, change);
            }

            if (isNew)
            {
                await transaction.CommitAsync(CancellationToken.None);
            }
            else
            {
                await transaction.RollbackAsync(CancellationToken.None);
            }
        }
#pragma warning disable CA1031 // Whatever happened is thrown where the change was asked for.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            group.ForEach(change => change.Fail(failure));
            await ForgetConnectionAsync();
        }

        group.ForEach(change => change.Finish());
    }

    /// <summary>Begins a transaction on the connection of the group before; on a new one where there is none, or where the server has let it go meanwhile.</summary>
    private async Task<(DbConnection, DbTransaction)> BeginAsync()
    {
        if (kept is not null)
        {
            try
            {
                return await BeginAsync(kept);
            }
            catch (DbException)
            {
                // Nothing was done on it yet.
                await ForgetConnectionAsync();
            }
        }

        kept = await dialect.ConnectAsync(CancellationToken.None);
        return await BeginAsync(kept);
    }

    private async Task<(DbConnection, DbTransaction)> BeginAsync(DbConnection connection)
    {
        var transaction = await dialect.BeginAppendAsync(connection, CancellationToken.None);
        if (dialect.KeepsStatements)
        {
            connection.KeepStatements(transaction);
        }

        return (connection, transaction);
    }

    private async Task ForgetConnectionAsync()
    {
        if (kept is not null)
        {
            await kept.DisposeAsync();
            kept = null;
        }
    }

    private static async Task<bool> MakeBehindSavepointAsync(DbConnection connection, Change change)
    {
        await connection.ExecuteAsync("SAVEPOINT one_change", CancellationToken.None);
        var isNew = await change.MakeAsync(connection);
        await connection.ExecuteAsync(
            isNew ? "RELEASE SAVEPOINT one_change" : "ROLLBACK TO SAVEPOINT one_change; RELEASE SAVEPOINT one_change",
            CancellationToken.None
        );
        return isNew;
    }

    /// <summary>A change that somebody waits for.</summary>
    private sealed class Change(Func<DbConnection, Task<bool>> make, CancellationToken cancellation)
    {
        private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Exception? failure;

        public Task Done => done.Task;

        public bool WasCancelled() => cancellation.IsCancellationRequested && done.TrySetCanceled(cancellation);

        /// <summary>Makes the change; what it throws is kept for whoever waits, and leaves nothing to commit.</summary>
        public async Task<bool> MakeAsync(DbConnection connection)
        {
            try
            {
                return await make(connection);
            }
#pragma warning disable CA1031 // Thrown where the change was asked for.
            catch (Exception thrown)
#pragma warning restore CA1031
            {
                failure = thrown;
                return false;
            }
        }

        /// <summary>The transaction is lost.</summary>
        public void Fail(Exception reason) => failure = reason;

        /// <summary>Tells whoever waits.</summary>
        public void Finish()
        {
            if (failure is null)
            {
                done.TrySetResult();
            }
            else
            {
                done.TrySetException(failure);
            }
        }
    }
}
