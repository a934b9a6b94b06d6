using System.Data.Common;
using System.Security.Cryptography;
using System.Text;

namespace Plumbline.Feedback.Storage;

/// <summary>A change within one transaction, while nobody else writes.</summary>
internal sealed class StoreChange
{
    private long? reserved;

    private StoreChange(DbConnection connection, byte[] salt, CancellationToken cancellation) =>
        (Connection, Salt, Cancellation) = (connection, salt, cancellation);

    /// <summary>The connection, in its transaction.</summary>
    public DbConnection Connection { get; }

    /// <summary>The store's secret.</summary>
    public byte[] Salt { get; }

    /// <summary>Cancels the change.</summary>
    public CancellationToken Cancellation { get; }

    /// <summary>When the change happens, to the millisecond.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The number that the next event will get.</summary>
    /// <exception cref="InvalidOperationException">The change has stored an event already.</exception>
    public long Reserved => reserved ?? throw new InvalidOperationException("The number was used.");

    /// <summary>Begins a change: from here on nobody else writes. The time is read after the waiting.</summary>
    public static async Task<StoreChange> LockAsync(StoreDatabase database, DbConnection connection, CancellationToken cancellation)
    {
        var sequence = await EventLog.NextSequenceAsync(connection, cancellation);
        return new StoreChange(connection, database.Salt, cancellation) { reserved = sequence, Now = database.Now };
    }

    /// <summary>A key that nobody can guess who appends under keys of their own, and so cannot take away.</summary>
    /// <param name="salt">The store's secret.</param>
    /// <param name="kind">What the event is about.</param>
    /// <param name="sequence">Its number.</param>
    public static string SecretKey(byte[] salt, string kind, long sequence) =>
        $"{kind} " + Convert.ToHexStringLower(HMACSHA256.HashData(salt, Encoding.UTF8.GetBytes($"{kind} event {sequence}")));

    /// <summary>The number of the same event under the same key; null where the key is not known.</summary>
    /// <exception cref="InvalidInputException">The key stands for another event.</exception>
    public Task<long?> KnownAsync(string key, FeedbackEvent what) => EventLog.KnownAsync(Connection, New(key, what), Cancellation);

    /// <summary>An event as it would be stored.</summary>
    public NewEvent New(string key, FeedbackEvent what) => new(key, Now, what, EventJson.Write(what));

    /// <summary>Takes the number of the next event.</summary>
    public async Task<long> NextAsync()
    {
        var sequence = reserved ?? await EventLog.NextSequenceAsync(Connection, Cancellation);
        reserved = null;
        return sequence;
    }

    /// <summary>Stores an event.</summary>
    /// <param name="what">The event.</param>
    /// <param name="about">The event that opened what it is about; null where it is about itself.</param>
    /// <param name="key">Its key; null for one that nobody can guess.</param>
    public async Task<long> AppendAsync(FeedbackEvent what, long? about, string? key = null)
    {
        EventRules.Check(what);
        var sequence = await NextAsync();
        await EventLog.InsertAsync(
            Connection,
            New(key ?? SecretKey(Salt, "project", sequence), what),
            sequence,
            about ?? sequence,
            Cancellation
        );
        return sequence;
    }

    /// <summary>Runs a statement in the transaction.</summary>
    public Task ExecuteAsync(string sql, params (string Name, object? Value)[] values) =>
        Connection.ExecuteAsync(sql, Cancellation, values);
}
