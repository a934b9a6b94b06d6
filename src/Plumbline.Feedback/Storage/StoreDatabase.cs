namespace Plumbline.Feedback.Storage;

/// <summary>A store's database with its one writer, which all views of it share.</summary>
/// <param name="dialect">The database; disposed with this.</param>
/// <param name="clock">Gives events their time, and ends leases.</param>
/// <param name="salt">The secret of the store.</param>
internal sealed class StoreDatabase(SqlDialect dialect, TimeProvider clock, byte[] salt) : IAsyncDisposable
{
    /// <summary>The database.</summary>
    public SqlDialect Dialect => dialect;

    /// <summary>Makes changes.</summary>
    public StoreWriter Writer { get; } = new(dialect);

    /// <summary>The secret of the store: the key of pseudonyms, of keys that cannot be guessed, and of what is drawn.</summary>
    public byte[] Salt => salt;

    /// <summary>The present, to the millisecond, as it is stored.</summary>
    public DateTimeOffset Now => ToMilliseconds(clock.GetUtcNow());

    /// <summary>A time as it is stored.</summary>
    public static DateTimeOffset ToMilliseconds(DateTimeOffset time) =>
        DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Writer.DisposeAsync();
        await dialect.DisposeAsync();
    }
}
