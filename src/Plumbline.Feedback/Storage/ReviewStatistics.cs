using System.Data.Common;
using Plumbline.Feedback.Reviews;

namespace Plumbline.Feedback.Storage;

/// <summary>Counts review cases.</summary>
/// <param name="connection">The connection.</param>
/// <param name="now">The present.</param>
/// <param name="since">Decisions from this time on count; null for all.</param>
/// <param name="cancellation">Cancels the queries.</param>
internal sealed class ReviewStatistics(DbConnection connection, DateTimeOffset now, DateTimeOffset? since, CancellationToken cancellation)
{
    private const string Undecided = "state <> 'decided'";

    /// <summary>Decided in the time asked about; an appeal under way takes a case out.</summary>
    private const string Decided = "state = 'decided' AND decided_ms >= @since";

    private readonly (string, object?)[] times =
    [
        ("now", now.ToUnixTimeMilliseconds()),
        ("since", since?.ToUnixTimeMilliseconds() ?? long.MinValue),
    ];

    /// <summary>All counts.</summary>
    public async Task<ReviewCounts> CountAsync()
    {
        var counts = (
            await connection.QueryAsync(
                $"""
                SELECT {Count("state = 'open'")}, {Count("state = 'disputed'")}, {Count($"{Undecided} AND held_until_ms > @now")},
                    {Count($"{Undecided} AND deadline_ms < @now")}, {Count("state = 'decided'")}, {Count(
                    "state = 'decided' AND erased = 1"
                )}
                FROM feedback_review_cases
                """,
                row => Enumerable.Range(0, 6).Select(row.GetInt64).ToArray(),
                cancellation,
                times[0]
            )
        )[0];
        return new ReviewCounts(
            counts[0],
            counts[1],
            counts[2],
            counts[3],
            counts[4],
            counts[5],
            await WaitingAsync("@now", Undecided, times[0]),
            await WaitingAsync("decided_ms", Decided, times[1]),
            await RatesAsync()
        );
    }

    private static string Count(string condition) => $"COUNT(CASE WHEN {condition} THEN 1 END)";

    private async Task<WaitingTime> WaitingAsync(string end, string condition, (string, object?) time) =>
        (
            await connection.QueryAsync(
                $"""
                SELECT COUNT(*), MIN(CASE WHEN place * 2 >= cases THEN waited END), MIN(CASE WHEN place * 20 >= cases * 19 THEN waited END)
                FROM (
                    SELECT waited, ROW_NUMBER() OVER (ORDER BY waited) AS place, COUNT(*) OVER () AS cases
                    FROM (SELECT {end} - queued_ms AS waited FROM feedback_review_cases WHERE {condition}) AS waits
                ) AS ranked
                """,
                row => new WaitingTime(row.GetInt64(0), Span(row, 1), Span(row, 2)),
                cancellation,
                time
            )
        )[0];

    private async Task<IReadOnlyList<OverturnRate>> RatesAsync()
    {
        var rates = await connection.QueryAsync(
            $"""
            SELECT k.clause, c.language, {Count("k.flagged = 1")}, {Count("k.flagged = 1 AND k.broken = 0")},
                {Count("k.flagged = 0")}, {Count("k.flagged = 0 AND k.broken = 1")}
            FROM feedback_review_clauses k JOIN feedback_review_cases c ON c.review_case = k.review_case
            WHERE k.broken IS NOT NULL AND {Decided}
            GROUP BY k.clause, c.language
            """,
            row => new OverturnRate(
                row.GetString(0),
                row.IsDBNull(1) ? null : row.GetString(1),
                row.GetInt64(2),
                row.GetInt64(3),
                row.GetInt64(4),
                row.GetInt64(5)
            ),
            cancellation,
            times[1]
        );

        // Sorted here, as databases sort text by rules of their own.
        return [.. rates.OrderBy(rate => rate.Clause, StringComparer.Ordinal).ThenBy(rate => rate.Language, StringComparer.Ordinal)];
    }

    private static TimeSpan? Span(DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : TimeSpan.FromMilliseconds(row.GetInt64(column));
}
