using System.Data.Common;

namespace Plumbline.Feedback.Storage;

/// <summary>
/// Who holds and has judged which task, within one transaction under the log's lock. A request's <c>free</c> places are those that are neither given nor held; a lease that has ended
/// counts as held until somebody needs to know (<see cref="EndLeasesAsync"/>), so the tables change with events only.
/// </summary>
internal static class Assignments
{
    /// <summary>Gives back the places of all leases that have ended.</summary>
    public static async Task EndLeasesAsync(DbConnection connection, DateTimeOffset now, CancellationToken cancellation)
    {
        var ended = await connection.QueryAsync(
            "SELECT rater, request FROM feedback_assignments WHERE state = 'taken' AND until_ms <= @now",
            row => (Rater: row.GetString(0), Request: row.GetInt64(1)),
            cancellation,
            ("now", now.ToUnixTimeMilliseconds())
        );
        foreach (var (rater, request) in ended)
        {
            await EndAsync(connection, request, rater, "expired", cancellation);
        }
    }

    /// <summary>Somebody does not hold a task any more: its place is free.</summary>
    public static Task EndAsync(DbConnection connection, long request, string rater, string state, CancellationToken cancellation) =>
        connection.ExecuteAsync(
            """
            UPDATE feedback_assignments SET state = @state WHERE rater = @rater AND request = @request;
            UPDATE feedback_requests SET free = free + 1 WHERE request = @request AND state = 'open'
            """,
            cancellation,
            ("request", request),
            ("rater", rater),
            ("state", state)
        );

    /// <summary>What the tables say of somebody and a task; null where they say nothing.</summary>
    public static async Task<Assignment?> FindAsync(DbConnection connection, long request, string rater, CancellationToken cancellation) =>
        (
            await connection.QueryAsync(
                $"SELECT {Assignment.Columns} FROM feedback_assignments a WHERE a.rater = @rater AND a.request = @request",
                row => Assignment.Read(row),
                cancellation,
                ("request", request),
                ("rater", rater)
            )
        ).SingleOrDefault();

    /// <summary>Finds a place of a request for a ranking: the rater's own, where they hold one, or a free one.</summary>
    /// <returns>Whether the rater holds the place.</returns>
    /// <exception cref="InvalidInputException">The rater ranked the request before, or others hold all places that are left.</exception>
    public static async Task<bool> FindPlaceAsync(
        DbConnection connection,
        RankingGiven ranking,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        await EndLeasesAsync(connection, now, cancellation);
        var before = await FindAsync(connection, ranking.Request, ranking.Rater, cancellation);
        if (before is { State: "given" })
        {
            throw new InvalidInputException(
                $"The rater ranked request {ranking.Request} before, in event {before.Sequence}.",
                "A rater ranks a request once."
            );
        }

        return before is { State: "taken" } || await FreeAsync(connection, ranking.Request, cancellation) > 0
            ? before is { State: "taken" }
            : throw new InvalidInputException(
                $"All rankings that request {ranking.Request} still wants are promised to others who work on it.",
                "Take the next open request."
            );
    }

    /// <summary>How many places of a request are neither given nor held; 0 where it takes no rankings.</summary>
    public static async Task<long> FreeAsync(DbConnection connection, long request, CancellationToken cancellation) =>
        (long?)
            await connection.ScalarAsync(
                "SELECT free FROM feedback_requests WHERE request = @request AND state = 'open'",
                cancellation,
                ("request", request)
            )
        ?? 0;

    /// <summary>Fills a place with a ranking that was stored.</summary>
    public static Task FillAsync(
        DbConnection connection,
        RankingGiven ranking,
        long sequence,
        bool isHeld,
        DateTimeOffset now,
        CancellationToken cancellation
    ) =>
        connection.ExecuteAsync(
            """
            INSERT INTO feedback_assignments (rater, request, project, state, sequence, at_ms, harmful)
            SELECT @rater, r.request, r.project, 'given', @sequence, @now, CASE WHEN r.harms = '' THEN 0 ELSE 1 END
            FROM feedback_requests r WHERE r.request = @request
            ON CONFLICT (rater, request) DO UPDATE SET state = 'given', sequence = @sequence, at_ms = @now, until_ms = NULL;
            UPDATE feedback_requests SET given = given + 1, free = free - @free, state = CASE WHEN given + 1 >= wanted THEN 'answered' ELSE 'open' END
            WHERE request = @request;
            DELETE FROM feedback_drafts WHERE rater = @rater AND request = @request
            """,
            cancellation,
            ("rater", ranking.Rater),
            ("request", ranking.Request),
            ("sequence", sequence),
            ("now", now.ToUnixTimeMilliseconds()),
            ("free", isHeld ? 0L : 1L)
        );
}

/// <summary>A row of who has what.</summary>
/// <param name="Request">The task.</param>
/// <param name="State">taken, given, skipped, returned or expired.</param>
/// <param name="Sequence">The number of the event that it comes from.</param>
/// <param name="Until">When the lease ends; null where there is none.</param>
/// <param name="Shown">The order in which the answers are shown; null where nobody said.</param>
internal sealed record Assignment(long Request, string State, long Sequence, DateTimeOffset? Until, int[]? Shown)
{
    /// <summary>The columns that <see cref="Read"/> reads, of a table a.</summary>
    public const string Columns = "a.request, a.state, a.sequence, a.until_ms, a.shown";

    /// <summary>How many these are.</summary>
    public const int Count = 5;

    /// <summary>Whether the rater holds the task at a time.</summary>
    public bool IsHeldAt(DateTimeOffset now) => State == "taken" && Until > now;

    /// <summary>Reads a row.</summary>
    public static Assignment Read(DbDataReader row) =>
        new(
            row.GetInt64(0),
            row.GetString(1),
            row.GetInt64(2),
            row.IsDBNull(3) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3)),
            row.IsDBNull(4) ? null : [.. row.GetString(4).Split(' ').Select(int.Parse)]
        );

    /// <summary>An order as it stands in the tables.</summary>
    public static string Write(IReadOnlyList<int> shown) => string.Join(' ', shown);
}
