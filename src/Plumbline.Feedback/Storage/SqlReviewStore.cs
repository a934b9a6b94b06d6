using Plumbline.Feedback.Reviews;

namespace Plumbline.Feedback.Storage;

/// <summary>The review cases of a feedback store in a database.</summary>
/// <param name="database">The database; disposed with the store.</param>
internal sealed class SqlReviewStore(StoreDatabase database) : IReviewStore
{
    /// <summary>How many cases lose their texts in one transaction.</summary>
    private const int Batch = 200;

    private readonly SqlDialect dialect = database.Dialect;
    private readonly ReviewReader reader = new(database.Dialect);

    /// <inheritdoc/>
    public Task<long> OpenCaseAsync(ReviewCase facts, ReviewTexts texts, CancellationToken cancellation = default)
    {
        ReviewRules.Check(facts);
        ReviewRules.Check(facts, texts);
        var stored = facts with
        {
            Time = StoreDatabase.ToMilliseconds(facts.Time),
            Deadline = facts.Deadline is { } deadline ? StoreDatabase.ToMilliseconds(deadline) : null,
        };
        return WriteAsync(log => log.OpenAsync(stored, texts), cancellation);
    }

    /// <inheritdoc/>
    public async Task<ReviewRecord?> TakeAsync(
        string reviewer,
        ReviewRole role,
        TimeSpan lease,
        ReviewFilter? filter = null,
        CancellationToken cancellation = default
    )
    {
        ReviewRules.CheckReviewer(reviewer);
        EventRules.IsKnown("role", role);
        ReviewRules.CheckLease(lease);
        var wish = new ReviewWish(reviewer, role, filter ?? new ReviewFilter());
        await using (var connection = await dialect.ConnectAsync(cancellation))
        {
            // Whoever asks again and again while nothing waits keeps no writer waiting.
            if (await wish.FindAsync(connection, database.Now, cancellation) is null)
            {
                return null;
            }
        }

        return await WriteAsync(log => log.TakeAsync(wish, lease), cancellation) is { } taken
            ? await FindCaseAsync(taken, cancellation)
            : null;
    }

    /// <inheritdoc/>
    public Task<DateTimeOffset> RenewAsync(long reviewCase, string reviewer, TimeSpan lease, CancellationToken cancellation = default)
    {
        ReviewRules.CheckReviewer(reviewer);
        ReviewRules.CheckLease(lease);
        return WriteAsync(log => log.RenewAsync(reviewCase, reviewer, lease), cancellation);
    }

    /// <inheritdoc/>
    public Task ReturnAsync(long reviewCase, string reviewer, CancellationToken cancellation = default)
    {
        ReviewRules.CheckReviewer(reviewer);
        return WriteAsync(log => log.ReturnAsync(reviewCase, reviewer), cancellation);
    }

    /// <inheritdoc/>
    public Task<long> DecideAsync(long reviewCase, string reviewer, ReviewJudgement judgement, CancellationToken cancellation = default)
    {
        ReviewRules.CheckReviewer(reviewer);
        ReviewRules.Check(judgement);
        return WriteAsync(log => new ReviewJudging(log).DecideAsync(reviewCase, reviewer, judgement), cancellation);
    }

    /// <inheritdoc/>
    public Task<long> AppealAsync(
        long reviewCase,
        string? appeal = null,
        string? appellant = null,
        int reviewers = 1,
        CancellationToken cancellation = default
    )
    {
        ReviewRules.CheckAppeal(appeal, appellant);
        EventRules.InRange("number of reviewers", reviewers, 1, ReviewLimits.MostReviewers);
        var writing = new ReviewWriting { Appeal = appeal, Appellant = appellant };
        return WriteAsync(log => log.AppealAsync(reviewCase, reviewers, writing), cancellation);
    }

    /// <inheritdoc/>
    public async Task<long> EraseTextsAsync(DateTimeOffset before, CancellationToken cancellation = default)
    {
        if (before > database.Now)
        {
            throw new InvalidInputException(
                $"Texts are to be erased before {before:O}, which is in the future.",
                "Subtract how long they are kept from the present."
            );
        }

        long all = 0;
        int erased;
        do
        {
            erased = await WriteAsync(log => log.EraseAsync(before, Batch), cancellation);
            all += erased;
        } while (erased == Batch);

        await using var connection = await dialect.ConnectAsync(cancellation);
        await dialect.ForgetAsync(connection, cancellation);
        return all;
    }

    /// <inheritdoc/>
    public Task<ReviewRecord?> FindCaseAsync(long reviewCase, CancellationToken cancellation = default) =>
        reader.FindAsync("c.review_case = @key", reviewCase, cancellation);

    /// <inheritdoc/>
    public Task<ReviewRecord?> FindDecisionAsync(string decision, CancellationToken cancellation = default) =>
        reader.FindAsync("c.decision = @key", decision, cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ReviewSummary>> ReadCasesAsync(
        ReviewState state,
        long after,
        int limit,
        CancellationToken cancellation = default
    ) => reader.CasesAsync(state, after, limit, cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ReviewResult>> ReadOutcomesAsync(long after, int limit, CancellationToken cancellation = default) =>
        reader.ResultsAsync(after, limit, cancellation);

    /// <inheritdoc/>
    public async Task<ReviewCounts> CountAsync(DateTimeOffset? since = null, CancellationToken cancellation = default)
    {
        await using var connection = await dialect.ConnectAsync(cancellation);
        return await new ReviewStatistics(connection, database.Now, since, cancellation).CountAsync();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => database.DisposeAsync();

    private Task<T> WriteAsync<T>(Func<ReviewLog, Task<(T Result, bool IsNew)>> change, CancellationToken cancellation) =>
        database.Writer.RunAsync(
            async connection =>
                await change(await ReviewLog.LockAsync(dialect, connection, database.Salt, () => database.Now, cancellation)),
            cancellation
        );
}
