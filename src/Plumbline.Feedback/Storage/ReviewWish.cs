using System.Data.Common;
using Plumbline.Feedback.Reviews;

namespace Plumbline.Feedback.Storage;

/// <summary>What somebody wants to take.</summary>
/// <param name="Reviewer">Who.</param>
/// <param name="Role">As what.</param>
/// <param name="Filter">Which cases.</param>
internal sealed record ReviewWish(string Reviewer, ReviewRole Role, ReviewFilter Filter)
{
    private string State => ReviewRow.Word(Role == ReviewRole.Adjudicator ? ReviewState.Disputed : ReviewState.Open);

    /// <summary>The case to be taken now: the one that is held, or the next; null where there is none.</summary>
    public async Task<long?> FindAsync(DbConnection connection, DateTimeOffset now, CancellationToken cancellation) =>
        await HeldAsync(connection, now, cancellation) ?? await NextAsync(connection, now, cancellation);

    /// <summary>The case that this person holds in this role; null where there is none.</summary>
    /// <exception cref="InvalidInputException">Another one is asked for.</exception>
    public async Task<long?> HeldAsync(DbConnection connection, DateTimeOffset now, CancellationToken cancellation)
    {
        var held = (long?)
            await connection.ScalarAsync(
                $"""
                SELECT review_case FROM feedback_review_cases
                WHERE holder = @reviewer AND held_until_ms > @now AND state = '{State}'
                """,
                cancellation,
                ("reviewer", Reviewer),
                ("now", now.ToUnixTimeMilliseconds())
            );
        return held is null || Filter.Case is null || Filter.Case == held
            ? held
            : throw new InvalidInputException(
                $"'{Reviewer}' holds case {held} and asks for case {Filter.Case}.",
                "Judge the one or give it back before taking another."
            );
    }

    private async Task<long?> NextAsync(DbConnection connection, DateTimeOffset now, CancellationToken cancellation)
    {
        List<string> conditions =
        [
            // A word of ours, not a parameter: only so the index of this state is used.
            $"c.state = '{State}'",
            "(c.holder IS NULL OR c.held_until_ms <= @now)",
            "NOT EXISTS (SELECT 1 FROM feedback_review_judgements j WHERE j.review_case = c.review_case AND j.reviewer = @reviewer)",
        ];
        List<(string, object?)> values = [("now", now.ToUnixTimeMilliseconds()), ("reviewer", Reviewer)];
        Ask("c.language = @language", "language", Filter.Language);
        Ask("c.reason = @reason", "reason", Filter.Reason is { } reason ? ReviewRow.Word(reason) : null);
        Ask("c.part = @part", "part", Filter.Part is { } part ? ReviewRow.Word(part) : null);
        Ask("c.review_case = @case", "case", Filter.Case);
        Ask(
            """
            EXISTS (SELECT 1 FROM feedback_review_clauses k WHERE k.review_case = c.review_case AND k.clause = @clause)
            """,
            "clause",
            Filter.Clause
        );
        return (long?)
            await connection.ScalarAsync(
                $"""
                SELECT c.review_case FROM feedback_review_cases c WHERE {string.Join(" AND ", conditions)}
                ORDER BY c.priority DESC, c.review_case LIMIT 1
                """,
                cancellation,
                [.. values]
            );

        void Ask(string condition, string name, object? value)
        {
            if (value is not null)
            {
                conditions.Add(condition);
                values.Add((name, value));
            }
        }
    }
}
