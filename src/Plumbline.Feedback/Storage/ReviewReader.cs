using System.Data.Common;
using Plumbline.Feedback.Reviews;

namespace Plumbline.Feedback.Storage;

/// <summary>Reads review cases; each method in one statement, and so of one moment.</summary>
/// <param name="dialect">The database.</param>
internal sealed class ReviewReader(SqlDialect dialect)
{
    /// <summary>A case with all about it; null where there is none.</summary>
    /// <param name="condition">Which one, by the parameter <c>key</c>.</param>
    /// <param name="key">Its value.</param>
    /// <param name="cancellation">Cancels the query.</param>
    public async Task<ReviewRecord?> FindAsync(string condition, object key, CancellationToken cancellation)
    {
        await using var connection = await dialect.ConnectAsync(cancellation);
        (ReviewSummary Summary, string Seal)? found = null;
        ReviewTexts? texts = null;
        var steps = await connection.QueryAsync(
            $"""
            SELECT {ReviewRow.Columns}, e.sequence, e.time_ms, e.client_key, e.kind, e.body, t.nonce, t.body
            FROM {ReviewRow.Source} JOIN feedback_events e ON e.request = c.review_case
            LEFT JOIN feedback_review_texts t ON t.sequence = e.sequence
            WHERE {condition} ORDER BY e.sequence
            """,
            row =>
            {
                var (summary, _) = found ??= ReviewRow.Read(dialect, row);
                var stored = dialect.ReadEvent(row, ReviewRow.Count);
                var writing = Open(stored, SealedWriting.Read(row, ReviewRow.Count + 5), summary);
                texts ??= writing.Texts;
                return Step(stored, writing, summary);
            },
            cancellation,
            ("key", key)
        );
        return found is var (now, _) ? new ReviewRecord(now, texts, steps) : null;
    }

    /// <summary>A page of cases in a state.</summary>
    public async Task<IReadOnlyList<ReviewSummary>> CasesAsync(ReviewState state, long after, int limit, CancellationToken cancellation)
    {
        EventRows.CheckLimit(limit);
        await using var connection = await dialect.ConnectAsync(cancellation);
        return await connection.QueryAsync(
            $"""
            SELECT {ReviewRow.Columns} FROM {ReviewRow.Source} WHERE c.state = @state AND c.review_case > @after
            ORDER BY c.review_case LIMIT @limit
            """,
            row => ReviewRow.Read(dialect, row).Summary,
            cancellation,
            ("state", ReviewRow.Word(state)),
            ("after", after),
            ("limit", (long)limit)
        );
    }

    /// <summary>A page of what people decided.</summary>
    public async Task<IReadOnlyList<ReviewResult>> ResultsAsync(long after, int limit, CancellationToken cancellation)
    {
        EventRows.CheckLimit(limit);
        await using var connection = await dialect.ConnectAsync(cancellation);
        var rows = await connection.QueryAsync(
            """
            SELECT e.sequence, e.time_ms, e.client_key, e.kind, e.body, o.sequence, o.kind, o.body, b.reviewer
            FROM feedback_review_judgements j JOIN feedback_events e ON e.sequence = j.sequence
            JOIN feedback_events o ON o.sequence = j.review_case
            JOIN feedback_review_judgements b ON b.review_case = j.review_case AND b.instance = j.instance AND b.role = j.role
            WHERE j.sequence IN (
                SELECT s.sequence FROM feedback_review_judgements s WHERE s.settles = 1 AND s.sequence > @after ORDER BY s.sequence LIMIT @limit
            )
            ORDER BY e.sequence, b.sequence
            """,
            row => (Result: Result(row), Reviewer: row.GetString(8)),
            cancellation,
            ("after", after),
            ("limit", (long)limit)
        );
        return
        [
            .. rows.GroupBy(row => row.Result.Sequence)
                .Select(group => group.First().Result with { By = [.. group.Select(row => row.Reviewer)] }),
        ];
    }

    private ReviewResult Result(DbDataReader row)
    {
        var stored = dialect.ReadEvent(row);
        var given = (ReviewGiven)stored.Event;
        var opened = dialect.Naming(row.GetInt64(5), () => (ReviewOpened)EventJson.Read(row.GetString(6), row.GetString(7)));
        return new ReviewResult(stored.Sequence, stored.Time, given.Case, opened.Facts, given.Instance, given.Judgement, []);
    }

    /// <summary>What was written with an event; nothing where nothing was, or all was erased.</summary>
    private ReviewWriting Open(RecordedEvent stored, SealedWriting? written, ReviewSummary summary)
    {
        var seal = stored.Event switch
        {
            ReviewOpened opened => opened.Seal,
            ReviewGiven given => given.Seal,
            ReviewAppealed appealed => appealed.Seal,
            _ => null,
        };
        return seal is null || summary.IsErased
            ? new ReviewWriting()
            : dialect.Naming(stored.Sequence, () => SealedWriting.Open(written, seal));
    }

    /// <summary>Judgements of an instance that still takes some are hidden.</summary>
    private static ReviewStep Step(RecordedEvent stored, ReviewWriting writing, ReviewSummary summary) =>
        stored.Event is ReviewGiven given && summary.State == ReviewState.Open && given.Instance == summary.Instance
            ? new ReviewStep(stored.Sequence, stored.Time, null)
            : new ReviewStep(stored.Sequence, stored.Time, (ReviewEvent)stored.Event)
            {
                Note = writing.Note,
                Appeal = writing.Appeal,
                Appellant = writing.Appellant,
            };
}
