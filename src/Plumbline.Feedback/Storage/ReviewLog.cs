using System.Data.Common;
using Plumbline.Feedback.Reviews;

namespace Plumbline.Feedback.Storage;

/// <summary>Changes review cases within one transaction: each change is an event, and the views of it.</summary>
internal sealed class ReviewLog
{
    private readonly SqlDialect dialect;
    private readonly byte[] salt;
    private long? reserved;

    private ReviewLog(SqlDialect dialect, DbConnection connection, byte[] salt, CancellationToken cancellation) =>
        (this.dialect, Connection, this.salt, Cancellation) = (dialect, connection, salt, cancellation);

    /// <summary>The connection, in its transaction.</summary>
    public DbConnection Connection { get; }

    /// <summary>Cancels the change.</summary>
    public CancellationToken Cancellation { get; }

    /// <summary>When the change happens, to the millisecond.</summary>
    public DateTimeOffset Now { get; private init; }

    /// <summary>Begins a change: from here on nobody else writes. The time is read after the waiting.</summary>
    public static async Task<ReviewLog> LockAsync(
        SqlDialect dialect,
        DbConnection connection,
        byte[] salt,
        Func<DateTimeOffset> clock,
        CancellationToken cancellation
    )
    {
        var sequence = await EventLog.NextSequenceAsync(connection, cancellation);
        return new ReviewLog(dialect, connection, salt, cancellation) { reserved = sequence, Now = clock() };
    }

    /// <summary>See <see cref="IReviewStore.OpenCaseAsync"/>.</summary>
    public async Task<(long, bool)> OpenAsync(ReviewCase facts, ReviewTexts texts)
    {
        var known = await Connection.QueryAsync(
            $"""
            SELECT {ReviewRow.Columns}, t.nonce, t.body FROM {ReviewRow.Source} LEFT JOIN feedback_review_texts t ON t.sequence = o.sequence
            WHERE c.decision = @decision
            """,
            row => (Case: ReviewRow.Read(dialect, row), Writing: SealedWriting.Read(row, ReviewRow.Count)),
            Cancellation,
            ("decision", facts.Decision)
        );
        var writing = new ReviewWriting { Texts = texts };
        if (known is [var ((before, seal), stored)])
        {
            var isSame = EventJson.Write(new ReviewOpened(facts, seal)) == EventJson.Write(new ReviewOpened(before.Facts, seal));
            return isSame && (stored is null || stored.Body == SealedWriting.Write(writing))
                ? (before.Id, false)
                : throw new InvalidInputException(
                    $"The decision '{facts.Decision}' already has case {before.Id}, which holds other facts or texts.",
                    "Open a decision once; appeal what people decided of it (AppealAsync)."
                );
        }

        var written = SealedWriting.Of(writing)!;
        var sequence = await AppendAsync(new ReviewOpened(facts, written.Seal));
        await ExecuteAsync(
            """
            INSERT INTO feedback_review_cases
                (review_case, decision, reason, part, language, priority, deadline_ms, state, instance, wanted, given, queued_ms, erased)
            VALUES (@case, @decision, @reason, @part, @language, @priority, @deadline, 'open', 1, @wanted, 0, @now, 0)
            """,
            ("case", sequence),
            ("decision", facts.Decision),
            ("reason", ReviewRow.Word(facts.Reason)),
            ("part", ReviewRow.Word(facts.Part)),
            ("language", facts.Language),
            ("priority", facts.Priority),
            ("deadline", facts.Deadline?.ToUnixTimeMilliseconds()),
            ("wanted", (long)facts.Reviewers),
            ("now", Now.ToUnixTimeMilliseconds())
        );
        foreach (var clause in facts.Clauses)
        {
            await ExecuteAsync(
                "INSERT INTO feedback_review_clauses (review_case, clause, flagged) VALUES (@case, @clause, @flagged)",
                ("case", sequence),
                ("clause", clause.Id),
                ("flagged", clause.IsFlagged ? 1L : 0L)
            );
        }

        await KeepAsync(sequence, sequence, written);
        return (sequence, true);
    }

    /// <summary>See <see cref="IReviewStore.TakeAsync"/>.</summary>
    public async Task<(long?, bool)> TakeAsync(ReviewWish wish, TimeSpan lease)
    {
        if (await wish.HeldAsync(Connection, Now, Cancellation) is { } held)
        {
            var (_, isNew) = await RenewAsync(held, wish.Reviewer, lease);
            return (held, isNew);
        }

        if (await wish.FindAsync(Connection, Now, Cancellation) is not { } next)
        {
            return (null, false);
        }

        var until = Now + lease;
        await AppendAsync(new ReviewTaken(next, wish.Reviewer, wish.Role, until));
        await HoldAsync(next, wish.Reviewer, until);
        return (next, true);
    }

    /// <summary>See <see cref="IReviewStore.RenewAsync"/>.</summary>
    public async Task<(DateTimeOffset, bool)> RenewAsync(long reviewCase, string reviewer, TimeSpan lease)
    {
        var now = await HeldCaseAsync(reviewCase, reviewer);
        var until = Now + lease;
        if (until <= now.HeldUntil)
        {
            return (now.HeldUntil.Value, false);
        }

        await AppendAsync(new ReviewRenewed(reviewCase, reviewer, until));
        await HoldAsync(reviewCase, reviewer, until);
        return (until, true);
    }

    /// <summary>See <see cref="IReviewStore.ReturnAsync"/>.</summary>
    public async Task<(bool, bool)> ReturnAsync(long reviewCase, string reviewer)
    {
        var now = await CaseAsync(reviewCase);
        if (now.Holder != reviewer || now.HeldUntil <= Now)
        {
            return (false, false);
        }

        await AppendAsync(new ReviewReturned(reviewCase, reviewer));
        await HoldAsync(reviewCase, null, null);
        return (true, true);
    }

    /// <summary>See <see cref="IReviewStore.AppealAsync"/>.</summary>
    public async Task<(long, bool)> AppealAsync(long reviewCase, int reviewers, ReviewWriting writing)
    {
        var now = await CaseAsync(reviewCase);
        if (now.Instance > 1)
        {
            return (await SameAppealAsync(reviewCase, reviewers, writing), false);
        }

        if (now.State != ReviewState.Decided || now.IsErased)
        {
            throw new InvalidInputException(
                now.IsErased
                    ? $"The texts of case {reviewCase} were erased: nobody could look at it again."
                    : $"Case {reviewCase} is {now.State}: people have not decided it.",
                now.IsErased ? "Keep texts as long as people may appeal." : "Wait for what they decide."
            );
        }

        var written = SealedWriting.Of(writing);
        var sequence = await AppendAsync(new ReviewAppealed(reviewCase, reviewers, written?.Seal));
        await KeepAsync(sequence, reviewCase, written);
        await ExecuteAsync(
            """
            UPDATE feedback_review_cases SET state = 'open', instance = 2, wanted = @wanted, given = 0, queued_ms = @now WHERE review_case = @case
            """,
            ("case", reviewCase),
            ("wanted", (long)reviewers),
            ("now", Now.ToUnixTimeMilliseconds())
        );
        return (sequence, true);
    }

    /// <summary>Erases the texts of at most so many cases decided before a time.</summary>
    public async Task<(int, bool)> EraseAsync(DateTimeOffset before, int limit)
    {
        var due = await Connection.QueryAsync(
            """
            SELECT review_case FROM feedback_review_cases WHERE state = 'decided' AND erased = 0 AND decided_ms < @before
            ORDER BY decided_ms, review_case LIMIT @limit
            """,
            row => row.GetInt64(0),
            Cancellation,
            ("before", before.ToUnixTimeMilliseconds()),
            ("limit", (long)limit)
        );
        foreach (var reviewCase in due)
        {
            await AppendAsync(new ReviewErased(reviewCase));
            await ExecuteAsync("DELETE FROM feedback_review_texts WHERE review_case = @case", ("case", reviewCase));
            await ExecuteAsync("UPDATE feedback_review_cases SET erased = 1 WHERE review_case = @case", ("case", reviewCase));
        }

        return (due.Count, due.Count > 0);
    }

    /// <summary>A case as it stands.</summary>
    /// <exception cref="InvalidInputException">There is none.</exception>
    public async Task<ReviewSummary> CaseAsync(long reviewCase)
    {
        var found = await Connection.QueryAsync(
            $"SELECT {ReviewRow.Columns} FROM {ReviewRow.Source} WHERE c.review_case = @case",
            row => ReviewRow.Read(dialect, row).Summary,
            Cancellation,
            ("case", reviewCase)
        );
        return found.Count > 0
            ? found[0]
            : throw new InvalidInputException($"There is no review case {reviewCase}.", "A case's id is the number that opening it gave.");
    }

    /// <summary>A case that somebody holds.</summary>
    /// <exception cref="InvalidInputException">There is none, or the reviewer does not hold it.</exception>
    public async Task<ReviewSummary> HeldCaseAsync(long reviewCase, string reviewer)
    {
        var now = await CaseAsync(reviewCase);
        return now.Holder == reviewer && now.HeldUntil > Now
            ? now
            : throw new InvalidInputException(
                now.State == ReviewState.Decided ? $"Case {reviewCase} is decided already."
                    : now.Holder == reviewer ? $"'{reviewer}' holds case {reviewCase} no more: the lease ended at {now.HeldUntil:O}."
                    : $"'{reviewer}' does not hold case {reviewCase}.",
                "Take a case first, and hold it long enough (TakeAsync, RenewAsync)."
            );
    }

    /// <summary>Stores an event.</summary>
    public async Task<long> AppendAsync(ReviewEvent what)
    {
        var sequence = reserved ?? await EventLog.NextSequenceAsync(Connection, Cancellation);
        reserved = null;
        ReviewRules.Check(what);

        var key = StoreChange.SecretKey(salt, "review", sequence);
        await EventLog.InsertAsync(
            Connection,
            new NewEvent(key, Now, what, EventJson.Write(what)),
            sequence,
            what is ReviewOpened ? sequence : what.Case,
            Cancellation
        );
        return sequence;
    }

    /// <summary>Keeps what was written with an event, where something was.</summary>
    public async Task KeepAsync(long sequence, long reviewCase, SealedWriting? written)
    {
        if (written is not null)
        {
            await ExecuteAsync(
                "INSERT INTO feedback_review_texts (sequence, review_case, nonce, body) VALUES (@sequence, @case, @nonce, @body)",
                ("sequence", sequence),
                ("case", reviewCase),
                ("nonce", written.Nonce),
                ("body", written.Body)
            );
        }
    }

    /// <summary>Whether what was written with an event is this, as far as it still stands.</summary>
    public async Task<bool> WasWrittenAsync(long sequence, string? seal, ReviewWriting writing)
    {
        var stored = await Connection.QueryAsync(
            "SELECT nonce, body FROM feedback_review_texts WHERE sequence = @sequence",
            row => row.GetString(1),
            Cancellation,
            ("sequence", sequence)
        );
        return seal is null ? writing == new ReviewWriting() : stored is not [var body] || body == SealedWriting.Write(writing);
    }

    /// <summary>Runs a statement in the transaction.</summary>
    public Task ExecuteAsync(string sql, params (string Name, object? Value)[] values) =>
        Connection.ExecuteAsync(sql, Cancellation, values);

    private async Task<long> SameAppealAsync(long reviewCase, int reviewers, ReviewWriting writing)
    {
        var (sequence, body) = (
            await Connection.QueryAsync(
                "SELECT sequence, body FROM feedback_events WHERE request = @case AND kind = 'review_appealed'",
                row => (row.GetInt64(0), row.GetString(1)),
                Cancellation,
                ("case", reviewCase)
            )
        )[0];
        var before = (ReviewAppealed)EventJson.Read("review_appealed", body);
        return before.Reviewers == reviewers && await WasWrittenAsync(sequence, before.Seal, writing)
            ? sequence
            : throw new InvalidInputException(
                $"Case {reviewCase} was appealed before, in event {sequence}.",
                "A case is appealed once; what is decided then is final."
            );
    }

    private Task HoldAsync(long reviewCase, string? holder, DateTimeOffset? until) =>
        ExecuteAsync(
            "UPDATE feedback_review_cases SET holder = @holder, held_until_ms = @until WHERE review_case = @case",
            ("case", reviewCase),
            ("holder", holder),
            ("until", until?.ToUnixTimeMilliseconds())
        );
}
