using System.Data.Common;

namespace Plumbline.Feedback.Storage;

/// <summary>What people have said of tasks so far. Drafts are no events: only the latest stands, and it is gone with the judgement.</summary>
internal static class Drafts
{
    /// <summary>Keeps or forgets a draft.</summary>
    /// <returns>Whether something changed.</returns>
    /// <exception cref="InvalidInputException">The rater has nothing to do with the task, or is done with it.</exception>
    public static async Task<bool> SaveAsync(
        DbConnection connection,
        long request,
        string rater,
        string? body,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        var held = await Assignments.FindAsync(connection, request, rater, cancellation);
        if (held is null or { State: "given" })
        {
            throw new InvalidInputException(
                $"'{rater}' {(held is null ? "was never dealt" : "has judged")} request {request}.",
                "Write about tasks that you hold."
            );
        }

        await connection.ExecuteAsync(
            body is null
                ? "DELETE FROM feedback_drafts WHERE rater = @rater AND request = @request"
                : """
                INSERT INTO feedback_drafts (rater, request, saved_ms, body) VALUES (@rater, @request, @now, @body)
                ON CONFLICT (rater, request) DO UPDATE SET saved_ms = @now, body = @body
                """,
            cancellation,
            body is null
                ? [("rater", rater), ("request", request)]
                : [("rater", rater), ("request", request), ("now", now.ToUnixTimeMilliseconds()), ("body", body)]
        );
        return true;
    }

    /// <summary>A draft; null where there is none.</summary>
    public static async Task<string?> FindAsync(DbConnection connection, long request, string rater, CancellationToken cancellation) =>
        (string?)
            await connection.ScalarAsync(
                "SELECT body FROM feedback_drafts WHERE rater = @rater AND request = @request",
                cancellation,
                ("rater", rater),
                ("request", request)
            );
}
