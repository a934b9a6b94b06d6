using System.Data.Common;

namespace Plumbline.Feedback.Reviews;

/// <summary>
/// Decisions of a guard that people look at: those it escalated, those somebody appealed, those drawn for an audit. Part of the feedback store: the same
/// database, the same log. Opened by <see cref="FeedbackStore.OpenReviewsAsync"/>.
/// </summary>
/// <remarks>
/// Thread-safe, and any number of processes may use one store at a time; their clocks should agree, as leases end by them. Every method may throw a
/// <see cref="DbException"/> where the database fails or stays locked; a change is then stored whole or not at all, and each may be asked for again. When
/// a method that changes something returns, the change is on disk and every reader sees it. Every method that returns what is stored throws an
/// <see cref="InvalidInputException"/> where it is damaged. SQLite does its work on the calling thread.
/// </remarks>
public interface IReviewStore : IAsyncDisposable
{
    /// <summary>Opens a case. The same case opened again is the first one.</summary>
    /// <param name="facts">What is known of the decision.</param>
    /// <param name="texts">What people must see.</param>
    /// <param name="cancellation">Cancels the waiting; a case once stored stays.</param>
    /// <returns>The case's id.</returns>
    /// <exception cref="InvalidInputException">A part breaks a rule, or the decision has a case with other facts or texts.</exception>
    Task<long> OpenCaseAsync(ReviewCase facts, ReviewTexts texts, CancellationToken cancellation = default);

    /// <summary>
    /// Takes the next case: the highest priority, of equal ones the oldest, that nobody holds and that this person has not judged in any instance. Whoever
    /// holds a case in this role gets that one again, whatever the filter says, and holds it at least so long. Nobody else gets it until it is judged, given back, or the lease ends.
    /// </summary>
    /// <param name="reviewer">Who takes it: a name or a hash, stored as given, 1 to 200 characters.</param>
    /// <param name="role">As what: reviewers get open cases, adjudicators disputed ones.</param>
    /// <param name="lease">For how long, a second to a day.</param>
    /// <param name="filter">Which cases; null for all.</param>
    /// <param name="cancellation">Cancels the waiting.</param>
    /// <returns>The case; null where there is none.</returns>
    /// <exception cref="InvalidInputException">A value is out of its range, or the filter names a case while another is held.</exception>
    Task<ReviewRecord?> TakeAsync(
        string reviewer,
        ReviewRole role,
        TimeSpan lease,
        ReviewFilter? filter = null,
        CancellationToken cancellation = default
    );

    /// <summary>Holds a case longer. A lease is never shortened.</summary>
    /// <param name="reviewCase">The case.</param>
    /// <param name="reviewer">Who holds it.</param>
    /// <param name="lease">For how long from now, a second to a day.</param>
    /// <param name="cancellation">Cancels the waiting.</param>
    /// <returns>When the lease ends now.</returns>
    /// <exception cref="InvalidInputException">The reviewer does not hold the case, or a value is out of its range.</exception>
    Task<DateTimeOffset> RenewAsync(long reviewCase, string reviewer, TimeSpan lease, CancellationToken cancellation = default);

    /// <summary>Gives a case back without judging it; nothing happens where the reviewer does not hold it (any more).</summary>
    /// <param name="reviewCase">The case.</param>
    /// <param name="reviewer">Who held it.</param>
    /// <param name="cancellation">Cancels the waiting.</param>
    /// <exception cref="InvalidInputException">There is no such case.</exception>
    Task ReturnAsync(long reviewCase, string reviewer, CancellationToken cancellation = default);

    /// <summary>
    /// Judges a case that the reviewer holds. When all reviewers of an open case have judged, it is decided where they agree (the same outcome, the same
    /// clauses broken) and disputed where they do not; what the adjudicator of a disputed case says is final. The same judgement given again is the first one.
    /// </summary>
    /// <param name="reviewCase">The case.</param>
    /// <param name="reviewer">Who judges.</param>
    /// <param name="judgement">What.</param>
    /// <param name="cancellation">Cancels the waiting; a judgement once stored stays.</param>
    /// <returns>The number of the judgement's event.</returns>
    /// <exception cref="InvalidInputException">The reviewer does not hold the case or has judged it otherwise, or the judgement breaks a rule.</exception>
    Task<long> DecideAsync(long reviewCase, string reviewer, ReviewJudgement judgement, CancellationToken cancellation = default);

    /// <summary>Appeals what people decided, once: others than before look at the case again. The same appeal given again is the first one.</summary>
    /// <param name="reviewCase">The case.</param>
    /// <param name="appeal">What the appellant says; null for nothing.</param>
    /// <param name="appellant">Who appeals: a key that means something to the caller alone; null for unknown.</param>
    /// <param name="reviewers">How many reviewers judge it independently this time, 1 to 9.</param>
    /// <param name="cancellation">Cancels the waiting; an appeal once stored stays.</param>
    /// <returns>The number of the appeal's event.</returns>
    /// <exception cref="InvalidInputException">The case is not decided, was appealed before or has no text any more, or a value is out of its range.</exception>
    Task<long> AppealAsync(
        long reviewCase,
        string? appeal = null,
        string? appellant = null,
        int reviewers = 1,
        CancellationToken cancellation = default
    );

    /// <summary>
    /// Erases all that people wrote about cases decided before a time: texts, conversations, appeals, appellants' keys and notes. Facts, judgements and who
    /// judged stay. On SQLite the bytes are overwritten; elsewhere they leave the disk as the database and its backups have it.
    /// </summary>
    /// <param name="before">The time, not in the future.</param>
    /// <param name="cancellation">Cancels the work; what was erased stays erased.</param>
    /// <returns>How many cases lost their texts.</returns>
    /// <exception cref="InvalidInputException">The time is in the future.</exception>
    Task<long> EraseTextsAsync(DateTimeOffset before, CancellationToken cancellation = default);

    /// <summary>A case with all about it; judgements of an instance in which reviewers are still to judge are hidden. Null where there is none of that id.</summary>
    /// <param name="reviewCase">The case.</param>
    /// <param name="cancellation">Cancels the query.</param>
    Task<ReviewRecord?> FindCaseAsync(long reviewCase, CancellationToken cancellation = default);

    /// <summary>The case of a decision of the guard, like <see cref="FindCaseAsync"/>; null where it has none.</summary>
    /// <param name="decision">The decision's id.</param>
    /// <param name="cancellation">Cancels the query.</param>
    Task<ReviewRecord?> FindDecisionAsync(string decision, CancellationToken cancellation = default);

    /// <summary>The cases in a state, without texts, page by page in the order of their ids.</summary>
    /// <param name="state">The state.</param>
    /// <param name="after">Cases with higher ids are returned.</param>
    /// <param name="limit">How many at most, 1 to 1,000.</param>
    /// <param name="cancellation">Cancels the query.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is out of its range.</exception>
    Task<IReadOnlyList<ReviewSummary>> ReadCasesAsync(ReviewState state, long after, int limit, CancellationToken cancellation = default);

    /// <summary>What people decided, page by page. A reader that goes on after the last number it saw misses nothing, whoever decides meanwhile.</summary>
    /// <param name="after">Decisions with higher numbers are returned, in their order.</param>
    /// <param name="limit">How many at most, 1 to 1,000.</param>
    /// <param name="cancellation">Cancels the query.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is out of its range.</exception>
    Task<IReadOnlyList<ReviewResult>> ReadOutcomesAsync(long after, int limit, CancellationToken cancellation = default);

    /// <summary>How many cases wait and for how long, and how often people disagree with the guard.</summary>
    /// <param name="since">Decisions from this time on count among <see cref="ReviewCounts.Served"/> and <see cref="ReviewCounts.Rates"/>; null for all.</param>
    /// <param name="cancellation">Cancels the queries.</param>
    Task<ReviewCounts> CountAsync(DateTimeOffset? since = null, CancellationToken cancellation = default);
}
