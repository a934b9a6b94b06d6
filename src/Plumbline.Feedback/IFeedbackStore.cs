using System.Data.Common;

namespace Plumbline.Feedback;

/// <summary>
/// Requests for rankings, and the rankings people gave: an append-only log, and views of it that are kept in the same transaction. Opened by
/// <see cref="FeedbackStore.OpenAsync"/>.
/// </summary>
/// <remarks>
/// Thread-safe, and any number of processes may use one store at a time. Every method may throw a <see cref="DbException"/> where the database fails
/// or stays locked; an event is then stored whole or not at all, and giving it again under its key is safe. Every method that returns what is stored
/// throws an <see cref="InvalidInputException"/> where an event in the log is damaged. SQLite does its work on the calling thread.
/// </remarks>
public interface IFeedbackStore : IAsyncDisposable
{
    /// <summary>Stores an event. When the call returns, the event is on disk and every reader sees it.</summary>
    /// <param name="clientKey">
    /// Names the event, 1 to 200 characters. Whoever does not know whether an event arrived gives it again under the same key: it is stored once.
    /// </param>
    /// <param name="what">The event.</param>
    /// <param name="cancellation">Cancels the waiting; an event once stored stays.</param>
    /// <returns>The event's sequence number; where the key was known and the event is the same, the first one's.</returns>
    /// <exception cref="InvalidInputException">
    /// The key stands for another event; a part of the event breaks a rule; there is no such request; the request is closed, or the rater ranked it before.
    /// </exception>
    Task<long> AppendAsync(string clientKey, FeedbackEvent what, CancellationToken cancellation = default);

    /// <summary>The log, page by page. A reader that goes on after the last number it saw misses nothing, whoever writes meanwhile.</summary>
    /// <param name="after">Events with higher sequence numbers are returned, in their order.</param>
    /// <param name="limit">How many at most, 1 to 1,000.</param>
    /// <param name="cancellation">Cancels the query.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is out of its range.</exception>
    Task<IReadOnlyList<RecordedEvent>> ReadEventsAsync(long after, int limit, CancellationToken cancellation = default);

    /// <summary>The events that were given under keys, in the order of the log; keys that stand for none give none.</summary>
    /// <param name="clientKeys">The keys, 1 to 1,000.</param>
    /// <param name="cancellation">Cancels the query.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no keys, or too many.</exception>
    Task<IReadOnlyList<RecordedEvent>> FindEventsAsync(IReadOnlyList<string> clientKeys, CancellationToken cancellation = default);

    /// <summary>The rankings of the log, page by page; like <see cref="ReadEventsAsync"/>.</summary>
    /// <param name="after">Rankings with higher sequence numbers are returned, in their order.</param>
    /// <param name="limit">How many at most, 1 to 1,000.</param>
    /// <param name="cancellation">Cancels the query.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is out of its range.</exception>
    Task<IReadOnlyList<StoredRanking>> ReadRankingsAsync(long after, int limit, CancellationToken cancellation = default);

    /// <summary>A request with its rankings; null where there is none of that id.</summary>
    /// <param name="request">The request's id.</param>
    /// <param name="cancellation">Cancels the query.</param>
    Task<FeedbackRequest?> FindRequestAsync(long request, CancellationToken cancellation = default);

    /// <summary>The open requests, highest priority first, of equal ones the oldest first.</summary>
    /// <param name="limit">How many at most, 1 to 1,000.</param>
    /// <param name="notRankedBy">Leaves out what this rater has ranked; null for all.</param>
    /// <param name="cancellation">Cancels the query.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is out of its range.</exception>
    Task<IReadOnlyList<FeedbackRequest>> ReadOpenRequestsAsync(
        int limit,
        string? notRankedBy = null,
        CancellationToken cancellation = default
    );

    /// <summary>The requests that have a ranking, whatever their state, page by page in the order of their ids.</summary>
    /// <param name="after">Requests with higher ids are returned.</param>
    /// <param name="limit">How many at most, 1 to 1,000.</param>
    /// <param name="cancellation">Cancels the query.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is out of its range.</exception>
    Task<IReadOnlyList<FeedbackRequest>> ReadRankedRequestsAsync(long after, int limit, CancellationToken cancellation = default);

    /// <summary>The requests of one project that have a ranking; as <see cref="ReadRankedRequestsAsync(long, int, CancellationToken)"/>.</summary>
    /// <param name="project">The project; 0 for the requests that belong to none.</param>
    /// <param name="after">Requests with higher ids are returned.</param>
    /// <param name="limit">How many at most, 1 to 1,000.</param>
    /// <param name="cancellation">Cancels the query.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is out of its range.</exception>
    Task<IReadOnlyList<FeedbackRequest>> ReadRankedRequestsAsync(
        long project,
        long after,
        int limit,
        CancellationToken cancellation = default
    );

    /// <summary>How many requests each rater ranked by each criterion, in the order of raters and criteria; what was not ranked is left out.</summary>
    /// <param name="cancellation">Cancels the query.</param>
    Task<IReadOnlyList<RaterCount>> CountRankingsAsync(CancellationToken cancellation = default);

    /// <summary>
    /// A rater's pseudonym: HMAC-SHA-256 of the id under a key that was drawn with the store and never leaves it, as 64 hexadecimal digits. So nobody
    /// without the store can try out names, and one person cannot be followed from store to store.
    /// </summary>
    /// <param name="rater">The rater's id.</param>
    string HashRater(string rater);
}
