using System.Security.Cryptography;
using System.Text;
using Plumbline.Feedback.Projects;

namespace Plumbline.Feedback.Storage;

/// <summary>A feedback store in a database.</summary>
/// <param name="database">The database; disposed with the store.</param>
internal sealed class SqlFeedbackStore(StoreDatabase database) : IFeedbackStore
{
    private readonly SqlDialect dialect = database.Dialect;

    /// <inheritdoc/>
    public async Task<long> AppendAsync(string clientKey, FeedbackEvent what, CancellationToken cancellation = default)
    {
        TextRules.Check("client key", clientKey, FeedbackLimits.LongestId);
        if (what is Reviews.ReviewEvent or Projects.ProjectEvent)
        {
            throw new InvalidInputException(
                $"{what.GetType().Name} is an event of a review case or of a project.",
                "Use the review store or the project store for it."
            );
        }

        EventRules.Check(what);
        var body = EventJson.Write(what);
        if (body.Length > FeedbackLimits.LongestEvent)
        {
            throw new InvalidInputException(
                $"The event has {body.Length} characters in JSON.",
                $"It may have {FeedbackLimits.LongestEvent}: shorten the prompt or the answers."
            );
        }

        return await database.Writer.RunAsync(
            connection => EventLog.AppendAsync(connection, new NewEvent(clientKey, database.Now, what, body), database.Salt, cancellation),
            cancellation
        );
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<RecordedEvent>> ReadEventsAsync(long after, int limit, CancellationToken cancellation = default) =>
        EventsAsync("TRUE", after, limit, stored => stored, cancellation);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RecordedEvent>> FindEventsAsync(
        IReadOnlyList<string> clientKeys,
        CancellationToken cancellation = default
    )
    {
        EventRows.CheckLimit(clientKeys.Count);
        await using var connection = await dialect.ConnectAsync(cancellation);
        return await connection.QueryAsync(
            $"""
            SELECT sequence, time_ms, client_key, kind, body FROM feedback_events
            WHERE client_key IN ({SqlCommands.Names(clientKeys)}) ORDER BY sequence
            """,
            row => dialect.ReadEvent(row),
            cancellation,
            SqlCommands.Values(clientKeys)
        );
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredRanking>> ReadRankingsAsync(long after, int limit, CancellationToken cancellation = default) =>
        EventsAsync(
            "kind = 'ranking_given'",
            after,
            limit,
            stored => new StoredRanking(stored.Sequence, stored.Time, (RankingGiven)stored.Event),
            cancellation
        );

    /// <inheritdoc/>
    public async Task<FeedbackRequest?> FindRequestAsync(long request, CancellationToken cancellation = default) =>
        (await RequestsAsync("r.request = @request", "r.request", cancellation, ("request", request))).SingleOrDefault();

    /// <inheritdoc/>
    public Task<IReadOnlyList<FeedbackRequest>> ReadOpenRequestsAsync(
        int limit,
        string? notRankedBy = null,
        CancellationToken cancellation = default
    )
    {
        EventRows.CheckLimit(limit);
        return RequestsAsync(
            """
            r.request IN (
                SELECT o.request FROM feedback_requests o WHERE o.state = 'open'
                AND NOT EXISTS (SELECT 1 FROM feedback_events d WHERE d.request = o.request AND d.rater = @rater)
                ORDER BY o.priority DESC, o.request LIMIT @limit
            )
            """,
            "r.priority DESC, r.request",
            cancellation,
            ("limit", (long)limit),
            // No rater has an empty id.
            ("rater", notRankedBy ?? string.Empty)
        );
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<FeedbackRequest>> ReadRankedRequestsAsync(long after, int limit, CancellationToken cancellation = default)
    {
        EventRows.CheckLimit(limit);
        return RequestsAsync(
            "r.request IN (SELECT g.request FROM feedback_requests g WHERE g.request > @after AND g.given > 0 ORDER BY g.request LIMIT @limit)",
            "r.request",
            cancellation,
            ("after", after),
            ("limit", (long)limit)
        );
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<FeedbackRequest>> ReadRankedRequestsAsync(
        long project,
        long after,
        int limit,
        CancellationToken cancellation = default
    )
    {
        EventRows.CheckLimit(limit);
        return RequestsAsync(
            """
            r.request IN (
                SELECT g.request FROM feedback_requests g WHERE g.request > @after AND g.given > 0 AND g.project = @project
                ORDER BY g.request LIMIT @limit
            )
            """,
            "r.request",
            cancellation,
            ("project", project),
            ("after", after),
            ("limit", (long)limit)
        );
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RaterCount>> CountRankingsAsync(CancellationToken cancellation = default)
    {
        await using var connection = await dialect.ConnectAsync(cancellation);
        var counts = await connection.QueryAsync(
            """
            SELECT e.rater, v.criterion, COUNT(*) FROM feedback_votes v JOIN feedback_events e ON e.sequence = v.sequence
            GROUP BY e.rater, v.criterion
            """,
            row => new RaterCount(row.GetString(0), EventLog.CriterionOf(row.GetString(1)), row.GetInt64(2)),
            cancellation
        );

        // Sorted here, as databases sort text by rules of their own.
        return [.. counts.OrderBy(count => count.Rater, StringComparer.Ordinal).ThenBy(count => count.Criterion, StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public string HashRater(string rater) => Convert.ToHexStringLower(HMACSHA256.HashData(database.Salt, Encoding.UTF8.GetBytes(rater)));

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => database.DisposeAsync();

    private async Task<IReadOnlyList<T>> EventsAsync<T>(
        string condition,
        long after,
        int limit,
        Func<RecordedEvent, T> turn,
        CancellationToken cancellation
    )
    {
        EventRows.CheckLimit(limit);
        await using var connection = await dialect.ConnectAsync(cancellation);
        return await connection.QueryAsync(
            $"""
            SELECT sequence, time_ms, client_key, kind, body FROM feedback_events
            WHERE sequence > @after AND {condition} ORDER BY sequence LIMIT @limit
            """,
            row => turn(dialect.ReadEvent(row)),
            cancellation,
            ("after", after),
            ("limit", (long)limit)
        );
    }

    /// <summary>Requests with all their events, from one statement and so of one moment.</summary>
    private async Task<IReadOnlyList<FeedbackRequest>> RequestsAsync(
        string condition,
        string order,
        CancellationToken cancellation,
        params (string Name, object? Value)[] values
    )
    {
        await using var connection = await dialect.ConnectAsync(cancellation);
        var rows = await connection.QueryAsync(
            $"""
            SELECT e.sequence, e.time_ms, e.client_key, e.kind, e.body, r.request, r.state
            FROM feedback_requests r JOIN feedback_events e ON e.request = r.request
                AND e.kind IN ('{EventJson.Requested}', '{EventJson.Ranked}', '{EventJson.Adjudicated}')
            WHERE {condition} ORDER BY {order}, e.sequence
            """,
            row =>
                (
                    Stored: dialect.ReadEvent(row),
                    Request: row.GetInt64(5),
                    State: Enum.Parse<RequestState>(row.GetString(6), ignoreCase: true)
                ),
            cancellation,
            values
        );
        return
        [
            .. rows.GroupBy(row => row.Request)
                .Select(group =>
                {
                    var (asked, _, state) = group.First();
                    var rankings = group.Where(row => row.Stored.Event is RankingGiven).Select(row => row.Stored);
                    return new FeedbackRequest(
                        group.Key,
                        asked.Time,
                        (ComparisonRequested)asked.Event,
                        state,
                        [.. rankings.Select(stored => new StoredRanking(stored.Sequence, stored.Time, (RankingGiven)stored.Event))]
                    )
                    {
                        Adjudication = group.Select(row => row.Stored.Event).OfType<RequestAdjudicated>().SingleOrDefault(),
                    };
                }),
        ];
    }
}
