using System.Data.Common;
using Plumbline.Feedback.Reviews;
using Plumbline.Feedback.Storage;

namespace Plumbline.Feedback;

/// <summary>Opens feedback stores.</summary>
public static class FeedbackStore
{
    /// <summary>Opens a store, which is made where it is missing and brought up to date where an earlier version wrote it.</summary>
    /// <param name="location">
    /// A file's path or <c>sqlite:PATH</c>: SQLite, for one machine. <c>postgres://…</c>, <c>postgresql://…</c> or a connection string of the driver
    /// Npgsql with <c>Host=</c>: PostgreSQL, for many.
    /// </param>
    /// <param name="clock">Gives events their time.</param>
    /// <param name="cancellation">Cancels the opening.</param>
    /// <exception cref="InvalidInputException">
    /// The location is none of these, the database cannot be reached or used, or a later version wrote the store. No message holds a password.
    /// </exception>
    public static Task<IFeedbackStore> OpenAsync(string location, TimeProvider clock, CancellationToken cancellation = default) =>
        ConnectAsync<IFeedbackStore>(
            StoreLocation.Parse(location),
            (dialect, salt) => new SqlFeedbackStore(new StoreDatabase(dialect, clock, salt)),
            cancellation
        );

    /// <summary>Opens the review cases of a store, which is made where it is missing and brought up to date where an earlier version wrote it.</summary>
    /// <param name="location">As for <see cref="OpenAsync"/>; both may be open at a time.</param>
    /// <param name="clock">Gives events their time, and ends leases.</param>
    /// <param name="cancellation">Cancels the opening.</param>
    /// <exception cref="InvalidInputException">As for <see cref="OpenAsync"/>.</exception>
    public static Task<IReviewStore> OpenReviewsAsync(string location, TimeProvider clock, CancellationToken cancellation = default) =>
        ConnectAsync<IReviewStore>(
            StoreLocation.Parse(location),
            (dialect, salt) => new SqlReviewStore(new StoreDatabase(dialect, clock, salt)),
            cancellation
        );

    /// <summary>Opens all that a store holds, over one writer: what a server of many people needs.</summary>
    /// <param name="location">As for <see cref="OpenAsync"/>.</param>
    /// <param name="clock">Gives events their time, and ends leases.</param>
    /// <param name="cancellation">Cancels the opening.</param>
    /// <exception cref="InvalidInputException">As for <see cref="OpenAsync"/>.</exception>
    public static Task<FeedbackStores> OpenAllAsync(string location, TimeProvider clock, CancellationToken cancellation = default) =>
        ConnectAsync(
            StoreLocation.Parse(location),
            (dialect, salt) => new FeedbackStores(new StoreDatabase(dialect, clock, salt)),
            cancellation
        );

    /// <summary>Opens a store to read it: the same, but a file that is missing is refused and not made.</summary>
    /// <param name="location">As for <see cref="OpenAsync"/>.</param>
    /// <param name="clock">Gives events their time.</param>
    /// <param name="cancellation">Cancels the opening.</param>
    /// <exception cref="InvalidInputException">There is no such file, or as for <see cref="OpenAsync"/>.</exception>
    public static Task<IFeedbackStore> OpenExistingAsync(string location, TimeProvider clock, CancellationToken cancellation = default)
    {
        var dialect = StoreLocation.Parse(location);
        return dialect.IsMissing
            ? throw new InvalidInputException("There is no feedback store.", "Check the path.", new InputPosition(dialect.Location))
            : ConnectAsync<IFeedbackStore>(
                dialect,
                (opened, salt) => new SqlFeedbackStore(new StoreDatabase(opened, clock, salt)),
                cancellation
            );
    }

    private static async Task<T> ConnectAsync<T>(SqlDialect dialect, Func<SqlDialect, byte[], T> open, CancellationToken cancellation)
    {
        try
        {
            await using var connection = await dialect.ConnectAsync(cancellation);
            await dialect.PrepareAsync(connection, cancellation);
            await StoreSchema.MigrateAsync(dialect, connection, cancellation);
            var salt = (string?)await connection.ScalarAsync("SELECT salt FROM feedback_store", cancellation);
            return open(dialect, Convert.FromHexString(salt!));
        }
        catch (Exception failure)
        {
            await dialect.DisposeAsync();
            if (failure is DbException or TimeoutException)
            {
                throw new InvalidInputException(
                    $"The feedback store cannot be opened: {failure.Message}",
                    "Check that the place exists, may be written to, and is a database of this kind.",
                    new InputPosition(dialect.Location),
                    failure
                );
            }

            throw;
        }
    }
}
