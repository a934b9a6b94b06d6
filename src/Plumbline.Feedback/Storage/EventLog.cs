using System.Data.Common;

namespace Plumbline.Feedback.Storage;

/// <summary>An event to be stored.</summary>
/// <param name="ClientKey">Its key.</param>
/// <param name="Time">When it is stored.</param>
/// <param name="Event">What happened.</param>
/// <param name="Body">Its JSON.</param>
internal sealed record NewEvent(string ClientKey, DateTimeOffset Time, FeedbackEvent Event, string Body);

/// <summary>Appends to the log, and keeps the views of it.</summary>
internal static class EventLog
{
    /// <summary>How the overall ranking is named among the criteria; a criterion's id is never empty.</summary>
    private const string Overall = "";

    /// <summary>The criterion's id in the tables, as the interface has it: null for overall.</summary>
    public static string? CriterionOf(string stored) => stored == Overall ? null : stored;

    /// <summary>Appends an event within the transaction that the connection is in.</summary>
    /// <returns>Its sequence number and true, or that of the same event under the same key and false: then there is nothing to commit.</returns>
    /// <exception cref="InvalidInputException">The key stands for another event, or the event does not fit to those before it.</exception>
    public static async Task<(long Sequence, bool IsNew)> AppendAsync(
        DbConnection connection,
        NewEvent added,
        CancellationToken cancellation
    )
    {
        var sequence = await NextSequenceAsync(connection, cancellation);
        if (await KnownAsync(connection, added, cancellation) is { } known)
        {
            return (known, false);
        }

        switch (added.Event)
        {
            case ComparisonRequested request:
                await InsertAsync(connection, added, sequence, sequence, cancellation);
                await connection.ExecuteAsync(
                    "INSERT INTO feedback_requests (request, priority, wanted, given, state) VALUES (@request, @priority, @wanted, 0, 'open')",
                    cancellation,
                    ("request", sequence),
                    ("priority", request.Priority),
                    ("wanted", (long)request.RankingsWanted)
                );
                break;
            case RankingGiven ranking:
                await CheckAsync(connection, ranking, cancellation);
                await InsertAsync(connection, added, sequence, ranking.Request, cancellation);
                await CountAsync(connection, ranking, sequence, cancellation);
                break;
            case RequestWithdrawn withdrawal:
                await OpenRequestAsync(connection, withdrawal.Request, cancellation);
                await InsertAsync(connection, added, sequence, withdrawal.Request, cancellation);
                await connection.ExecuteAsync(
                    "UPDATE feedback_requests SET state = 'withdrawn' WHERE request = @request",
                    cancellation,
                    ("request", withdrawal.Request)
                );
                break;
        }

        return (sequence, true);
    }

    /// <summary>
    /// The number of the next event; from here to the end of the transaction nobody else writes. It comes from a row that stays locked until the commit, and
    /// not from a sequence of the database: so a lower number is visible before a higher one is given out, and who pages by number never passes an event
    /// that commits late. Whatever a change depends on is checked under this lock.
    /// </summary>
    public static async Task<long> NextSequenceAsync(DbConnection connection, CancellationToken cancellation) =>
        (long)
            (
                await connection.ScalarAsync(
                    "UPDATE feedback_store SET last_sequence = last_sequence + 1 RETURNING last_sequence",
                    cancellation
                )
            )!;

    private static async Task<long?> KnownAsync(DbConnection connection, NewEvent added, CancellationToken cancellation)
    {
        var found = await connection.QueryAsync(
            "SELECT sequence, kind, body FROM feedback_events WHERE client_key = @key",
            row => (Sequence: row.GetInt64(0), Kind: row.GetString(1), Body: row.GetString(2)),
            cancellation,
            ("key", added.ClientKey)
        );
        if (found.Count == 0)
        {
            return null;
        }

        // Written again before it is compared: an earlier version may have written the same event in other words.
        var (sequence, kind, body) = found[0];
        return kind == EventJson.Kind(added.Event) && EventJson.Write(EventJson.Read(kind, body)) == added.Body
            ? sequence
            : throw new InvalidInputException(
                $"The client key '{added.ClientKey}' already stands for event {sequence}, which is another.",
                "Give each event a key of its own."
            );
    }

    private static async Task<string> OpenRequestAsync(DbConnection connection, long request, CancellationToken cancellation)
    {
        var found = await connection.QueryAsync(
            """
            SELECT r.state, r.given, e.body FROM feedback_requests r JOIN feedback_events e ON e.sequence = r.request
            WHERE r.request = @request
            """,
            row => (State: row.GetString(0), Given: row.GetInt64(1), Body: row.GetString(2)),
            cancellation,
            ("request", request)
        );
        if (found.Count == 0)
        {
            throw new InvalidInputException($"There is no request {request}.", "A request's id is the sequence number that its event got.");
        }

        var (state, given, body) = found[0];
        return state switch
        {
            "open" => body,
            "answered" => throw new InvalidInputException(
                $"Request {request} is closed: it has the {given} rankings it wanted.",
                "Take the next open request."
            ),
            _ => throw new InvalidInputException($"Request {request} is closed: it was withdrawn.", "Take the next open request."),
        };
    }

    private static async Task CheckAsync(DbConnection connection, RankingGiven ranking, CancellationToken cancellation)
    {
        var body = await OpenRequestAsync(connection, ranking.Request, cancellation);
        EventRules.CheckAgainst((ComparisonRequested)EventJson.Read(EventJson.Requested, body), ranking);
        var before = await connection.ScalarAsync(
            "SELECT sequence FROM feedback_events WHERE request = @request AND rater = @rater",
            cancellation,
            ("request", ranking.Request),
            ("rater", ranking.Rater)
        );
        if (before is not null)
        {
            throw new InvalidInputException(
                $"The rater ranked request {ranking.Request} before, in event {before}.",
                "A rater ranks a request once."
            );
        }
    }

    /// <summary>Stores an event's row.</summary>
    public static Task InsertAsync(DbConnection connection, NewEvent added, long sequence, long request, CancellationToken cancellation) =>
        connection.ExecuteAsync(
            """
            INSERT INTO feedback_events (sequence, client_key, time_ms, kind, request, rater, body)
            VALUES (@sequence, @key, @time, @kind, @request, @rater, @body)
            """,
            cancellation,
            ("sequence", sequence),
            ("key", added.ClientKey),
            ("time", added.Time.ToUnixTimeMilliseconds()),
            ("kind", EventJson.Kind(added.Event)),
            ("request", request),
            ("rater", (added.Event as RankingGiven)?.Rater),
            ("body", added.Body)
        );

    private static async Task CountAsync(DbConnection connection, RankingGiven ranking, long sequence, CancellationToken cancellation)
    {
        await connection.ExecuteAsync(
            """
            UPDATE feedback_requests SET given = given + 1, state = CASE WHEN given + 1 >= wanted THEN 'answered' ELSE 'open' END
            WHERE request = @request
            """,
            cancellation,
            ("request", ranking.Request)
        );
        IEnumerable<string> ranked = ranking.Ranks is null ? ranking.CriterionRanks.Keys : [Overall, .. ranking.CriterionRanks.Keys];
        foreach (var criterion in ranked)
        {
            await connection.ExecuteAsync(
                "INSERT INTO feedback_votes (sequence, criterion) VALUES (@sequence, @criterion)",
                cancellation,
                ("sequence", sequence),
                ("criterion", criterion)
            );
        }
    }
}
