using System.Data.Common;
using Plumbline.Feedback.Projects;

namespace Plumbline.Feedback.Storage;

/// <summary>Reads tasks and who has them.</summary>
internal static class TaskReader
{
    /// <summary>What a task asks.</summary>
    /// <exception cref="InvalidInputException">There is no such task.</exception>
    public static async Task<ComparisonRequested> ComparisonAsync(DbConnection connection, long request, CancellationToken cancellation) =>
        await connection.ScalarAsync(
            $"SELECT body FROM feedback_events WHERE sequence = @request AND kind = '{EventJson.Requested}'",
            cancellation,
            ("request", request)
        )
            is string body
            ? (ComparisonRequested)EventJson.Read(EventJson.Requested, body)
            : throw new InvalidInputException(
                $"There is no request {request}.",
                "A request's id is the sequence number that its event got."
            );

    /// <summary>The task that somebody holds in a project; null where they hold none.</summary>
    public static async Task<long?> HeldAsync(
        DbConnection connection,
        long project,
        string rater,
        DateTimeOffset now,
        CancellationToken cancellation
    ) =>
        (long?)
            await connection.ScalarAsync(
                """
                SELECT a.request FROM feedback_assignments a JOIN feedback_requests r ON r.request = a.request
                WHERE a.rater = @rater AND a.project = @project AND a.state = 'taken' AND a.until_ms > @now AND r.state = 'open'
                ORDER BY a.sequence LIMIT 1
                """,
                cancellation,
                ("rater", rater),
                ("project", project),
                ("now", now.ToUnixTimeMilliseconds())
            );

    /// <summary>The condition of tasks that were neither judged nor given back.</summary>
    public const string Unjudged = "a.state IN ('taken', 'expired')";

    /// <summary>A task that was dealt to somebody, with what it asks.</summary>
    public static async Task<AssignedTask?> AssignedAsync(
        SqlDialect dialect,
        DbConnection connection,
        long request,
        string rater,
        string condition,
        CancellationToken cancellation
    ) =>
        (
            await connection.QueryAsync(
                $"""
                SELECT {Assignment.Columns}, e.body FROM feedback_assignments a JOIN feedback_events e ON e.sequence = a.request
                WHERE a.rater = @rater AND a.request = @request AND a.shown IS NOT NULL AND {condition}
                """,
                row =>
                {
                    var held = Assignment.Read(row);
                    var asked = dialect.Naming(request, () => EventJson.Read(EventJson.Requested, row.GetString(Assignment.Count)));
                    return new AssignedTask(request, (ComparisonRequested)asked, held.Shown!, held.Until ?? DateTimeOffset.MinValue);
                },
                cancellation,
                ("rater", rater),
                ("request", request)
            )
        ).SingleOrDefault();

    /// <summary>How far a project is.</summary>
    public static async Task<ProjectProgress> CountAsync(
        DbConnection connection,
        long project,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        var states = await connection.QueryAsync(
            """
            SELECT state, COUNT(*), CAST(SUM(given) AS BIGINT), CAST(SUM(wanted) AS BIGINT) FROM feedback_requests WHERE project = @project GROUP BY state
            """,
            row => (State: row.GetString(0), Tasks: row.GetInt64(1), Given: row.GetInt64(2), Wanted: row.GetInt64(3)),
            cancellation,
            ("project", project)
        );
        var held = (long)
            (
                await connection.ScalarAsync(
                    "SELECT COUNT(*) FROM feedback_assignments WHERE project = @project AND state = 'taken' AND until_ms > @now",
                    cancellation,
                    ("project", project),
                    ("now", now.ToUnixTimeMilliseconds())
                )
            )!;
        return new ProjectProgress(
            Tasks("open"),
            Tasks("answered"),
            Tasks("disputed"),
            Tasks("withdrawn"),
            states.Sum(state => state.Given),
            states.Where(state => state.State != "withdrawn").Sum(state => state.Wanted),
            held
        );

        long Tasks(string state) => states.Where(row => row.State == state).Sum(row => row.Tasks);
    }

    /// <summary>What somebody judged, latest first.</summary>
    public static async Task<IReadOnlyList<PastJudgement>> HistoryAsync(
        SqlDialect dialect,
        DbConnection connection,
        string rater,
        long? before,
        int limit,
        CancellationToken cancellation
    ) =>
        await connection.QueryAsync(
            """
            SELECT a.project, q.body, e.sequence, e.time_ms, e.client_key, e.kind, e.body FROM feedback_assignments a
            JOIN feedback_events e ON e.sequence = a.sequence JOIN feedback_events q ON q.sequence = a.request
            WHERE a.rater = @rater AND a.state = 'given' AND a.sequence < @before ORDER BY a.sequence DESC LIMIT @limit
            """,
            row =>
            {
                var given = dialect.ReadEvent(row, 2);
                var asked = dialect.Naming(given.Sequence, () => EventJson.Read(EventJson.Requested, row.GetString(1)));
                return new PastJudgement(
                    given.Sequence,
                    given.Time,
                    row.GetInt64(0),
                    (ComparisonRequested)asked,
                    (RankingGiven)given.Event
                );
            },
            cancellation,
            ("rater", rater),
            ("before", before ?? long.MaxValue),
            ("limit", (long)limit)
        );
}
