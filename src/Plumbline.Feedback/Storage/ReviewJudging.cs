using Plumbline.Feedback.Reviews;

namespace Plumbline.Feedback.Storage;

/// <summary>Stores judgements, and decides cases by them.</summary>
/// <param name="log">The change that it is part of.</param>
internal sealed class ReviewJudging(ReviewLog log)
{
    /// <summary>See <see cref="IReviewStore.DecideAsync"/>.</summary>
    public async Task<(long, bool)> DecideAsync(long reviewCase, string reviewer, ReviewJudgement judgement)
    {
        var before = await GivenAsync(reviewCase);
        if (before.FirstOrDefault(given => given.Given.Reviewer == reviewer) is { Given: not null } own)
        {
            return (await SameAsync(own.Sequence, own.Given, judgement), false);
        }

        var now = await log.HeldCaseAsync(reviewCase, reviewer);
        ReviewRules.CheckAgainst(now.Facts, judgement);
        var role = now.State == ReviewState.Disputed ? ReviewRole.Adjudicator : ReviewRole.Reviewer;
        var others = before.Select(given => given.Given).Where(given => given.Instance == now.Instance).ToArray();
        var isComplete = others.Length + 1 >= now.Wanted;
        var isSettled = role == ReviewRole.Adjudicator || (isComplete && others.All(other => other.Judgement.AgreesWith(judgement)));
        var state =
            isSettled ? ReviewState.Decided
            : isComplete ? ReviewState.Disputed
            : ReviewState.Open;

        var written = SealedWriting.Of(new ReviewWriting { Note = judgement.Note });
        var stored = judgement with { Note = null };
        var sequence = await log.AppendAsync(new ReviewGiven(reviewCase, reviewer, role, now.Instance, stored, written?.Seal));
        await log.KeepAsync(sequence, reviewCase, written);
        await log.ExecuteAsync(
            """
            INSERT INTO feedback_review_judgements (sequence, review_case, instance, role, reviewer, settles)
            VALUES (@sequence, @case, @instance, @role, @reviewer, @settles)
            """,
            ("sequence", sequence),
            ("case", reviewCase),
            ("instance", (long)now.Instance),
            ("role", ReviewRow.Word(role)),
            ("reviewer", reviewer),
            ("settles", isSettled ? 1L : 0L)
        );
        await log.ExecuteAsync(
            """
            UPDATE feedback_review_cases SET state = @state, given = given + @more, holder = NULL, held_until_ms = NULL WHERE review_case = @case
            """,
            ("case", reviewCase),
            ("state", ReviewRow.Word(state)),
            ("more", role == ReviewRole.Reviewer ? 1L : 0L)
        );
        if (isSettled)
        {
            await SettleAsync(reviewCase, stored);
        }

        return (sequence, true);
    }

    private async Task SettleAsync(long reviewCase, ReviewJudgement judgement)
    {
        await log.ExecuteAsync(
            "UPDATE feedback_review_cases SET decided_ms = @now WHERE review_case = @case",
            ("case", reviewCase),
            ("now", log.Now.ToUnixTimeMilliseconds())
        );

        // What an earlier instance said of clauses that are not judged any more is not what people say now.
        await log.ExecuteAsync("UPDATE feedback_review_clauses SET broken = NULL WHERE review_case = @case", ("case", reviewCase));
        foreach (var (clause, isBroken) in judgement.Clauses)
        {
            await log.ExecuteAsync(
                """
                INSERT INTO feedback_review_clauses (review_case, clause, flagged, broken) VALUES (@case, @clause, 0, @broken)
                ON CONFLICT (review_case, clause) DO UPDATE SET broken = excluded.broken
                """,
                ("case", reviewCase),
                ("clause", clause),
                ("broken", isBroken ? 1L : 0L)
            );
        }
    }

    /// <summary>The number of a judgement that was given before.</summary>
    private async Task<long> SameAsync(long sequence, ReviewGiven before, ReviewJudgement judgement)
    {
        var again = before with { Judgement = judgement with { Note = null } };
        return
            EventJson.Write(again) == EventJson.Write(before)
            && await log.WasWrittenAsync(sequence, before.Seal, new ReviewWriting { Note = judgement.Note })
            ? sequence
            : throw new InvalidInputException(
                $"'{before.Reviewer}' judged case {before.Case} before, in event {sequence}.",
                "Nobody judges a case twice; an appeal is for others."
            );
    }

    private async Task<IReadOnlyList<(long Sequence, ReviewGiven Given)>> GivenAsync(long reviewCase) =>
        await log.Connection.QueryAsync(
            "SELECT sequence, kind, body FROM feedback_events WHERE request = @case AND kind = 'review_given' ORDER BY sequence",
            row => (row.GetInt64(0), (ReviewGiven)EventJson.Read(row.GetString(1), row.GetString(2))),
            log.Cancellation,
            ("case", reviewCase)
        );
}
