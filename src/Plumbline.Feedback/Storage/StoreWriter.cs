using System.Data.Common;

namespace Plumbline.Feedback.Storage;

/// <summary>Makes changes of a store, each in a transaction of its own.</summary>
/// <param name="dialect">The database.</param>
internal sealed class StoreWriter(SqlDialect dialect) : IDisposable
{
    /// <summary>
    /// Writers of this process queue here, in order and without a connection each. The database has one writer at a time anyway (<see cref="EventLog"/>).
    /// </summary>
    private readonly SemaphoreSlim queue = new(1, 1);

    /// <summary>Makes a change.</summary>
    /// <param name="change">Makes it in the connection's transaction, and says whether there is something to commit.</param>
    /// <param name="cancellation">Cancels the change; one that is stored stays.</param>
    /// <returns>What the change gave.</returns>
    public async Task<T> RunAsync<T>(Func<DbConnection, Task<(T Result, bool IsNew)>> change, CancellationToken cancellation)
    {
        await queue.WaitAsync(cancellation);
        try
        {
            await using var connection = await dialect.ConnectAsync(cancellation);
            await using var transaction = await dialect.BeginAppendAsync(connection, cancellation);
            var (result, isNew) = await change(connection);
            if (isNew)
            {
                // Not cancelled half way: whether the change stands would be unknown.
                await transaction.CommitAsync(CancellationToken.None);
            }

            return result;
        }
        finally
        {
            queue.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => queue.Dispose();
}
