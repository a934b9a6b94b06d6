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

    /// <summary>Appends an event of the ranking store within the transaction that the connection is in.</summary>
    /// <returns>Its sequence number and true, or that of the same event under the same key and false: then there is nothing to commit.</returns>
    /// <exception cref="InvalidInputException">The key stands for another event, or the event does not fit to those before it.</exception>
    public static async Task<(long Sequence, bool IsNew)> AppendAsync(
        DbConnection connection,
        NewEvent added,
        byte[] salt,
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
                await RequestRows.InsertAsync(connection, added, request, sequence, salt, cancellation);
                break;
            case RankingGiven ranking:
                await StoreRankingAsync(connection, added, ranking, sequence, cancellation);
                break;
            case RequestWithdrawn withdrawal:
                await OpenRequestAsync(connection, withdrawal.Request, cancellation);
                await InsertAsync(connection, added, sequence, withdrawal.Request, cancellation);
                await connection.ExecuteAsync(
                    "UPDATE feedback_requests SET state = 'withdrawn', free = 0 WHERE request = @request",
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

    /// <summary>Stores a ranking of an open request and fills one of its places.</summary>
    /// <returns>What was asked.</returns>
    /// <exception cref="InvalidInputException">The request is not open, or the ranking does not fit to it.</exception>
    public static async Task<ComparisonRequested> StoreRankingAsync(
        DbConnection connection,
        NewEvent added,
        RankingGiven ranking,
        long sequence,
        CancellationToken cancellation
    )
    {
        var body = await OpenRequestAsync(connection, ranking.Request, cancellation);
        var asked = (ComparisonRequested)EventJson.Read(EventJson.Requested, body);
        EventRules.CheckAgainst(asked, ranking);
        var isHeld = await Assignments.FindPlaceAsync(connection, ranking, added.Time, cancellation);
        await InsertAsync(connection, added, sequence, ranking.Request, cancellation);
        await Assignments.FillAsync(connection, ranking, sequence, isHeld, added.Time, cancellation);
        await CountAsync(connection, ranking, sequence, cancellation);
        return asked;
    }

    /// <summary>The number of the same event under the same key; null where the key is not known.</summary>
    /// <exception cref="InvalidInputException">The key stands for another event.</exception>
    public static async Task<long?> KnownAsync(DbConnection connection, NewEvent added, CancellationToken cancellation)
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

    /// <summary>The JSON of a request that takes rankings.</summary>
    /// <exception cref="InvalidInputException">There is no such request, or it takes none.</exception>
    public static async Task<string> OpenRequestAsync(DbConnection connection, long request, CancellationToken cancellation)
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
            "answered" or "disputed" => throw new InvalidInputException(
                $"Request {request} is closed: it has the {given} rankings it wanted.",
                "Take the next open request."
            ),
            _ => throw new InvalidInputException($"Request {request} is closed: it was withdrawn.", "Take the next open request."),
        };
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
