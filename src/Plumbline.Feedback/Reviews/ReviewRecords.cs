using Plumbline.Findings;

namespace Plumbline.Feedback.Reviews;

/// <summary>Where a case stands.</summary>
public enum ReviewState
{
    /// <summary>It waits for reviewers; one of them may hold it.</summary>
    Open,

    /// <summary>Its reviewers disagree, and it waits for an adjudicator; one may hold it.</summary>
    Disputed,

    /// <summary>People decided.</summary>
    Decided,
}

/// <summary>As what somebody takes a case. Who may be what is up to the caller.</summary>
public enum ReviewRole
{
    /// <summary>One of those who judge an open case independently.</summary>
    Reviewer,

    /// <summary>Whoever has the last word about a disputed case.</summary>
    Adjudicator,
}

/// <summary>Which cases somebody wants to take. All that is given must hold.</summary>
public sealed record ReviewFilter
{
    /// <summary>A clause that the guard or, before an appeal, somebody else named; null for any.</summary>
    public string? Clause { get; init; }

    /// <summary>The language it was judged by; null for any.</summary>
    public string? Language { get; init; }

    /// <summary>Why it is looked at; null for any.</summary>
    public ReviewReason? Reason { get; init; }

    /// <summary>Which part of the exchange it is about; null for any.</summary>
    public GuardedPart? Part { get; init; }

    /// <summary>This case and no other; null for any.</summary>
    public long? Case { get; init; }
}

/// <summary>A case without what people wrote, as of one moment.</summary>
/// <param name="Id">The number of the event that opened it.</param>
/// <param name="Opened">When that was, in UTC, to the millisecond.</param>
/// <param name="Facts">What is known of the decision.</param>
/// <param name="State">Where the case stands.</param>
public sealed record ReviewSummary(long Id, DateTimeOffset Opened, ReviewCase Facts, ReviewState State)
{
    /// <summary>1 before an appeal of what people decided, 2 after it.</summary>
    public int Instance { get; init; } = 1;

    /// <summary>How many reviewers this instance asks for.</summary>
    public int Wanted { get; init; } = 1;

    /// <summary>How many of them have judged.</summary>
    public int Given { get; init; }

    /// <summary>Who took it last and has neither judged it nor given it back; null for nobody.</summary>
    public string? Holder { get; init; }

    /// <summary>When that lease ends or ended; null where nobody holds it.</summary>
    public DateTimeOffset? HeldUntil { get; init; }

    /// <summary>When people decided it last; null where they have not.</summary>
    public DateTimeOffset? Decided { get; init; }

    /// <summary>Whether all that people wrote about it was erased.</summary>
    public bool IsErased { get; init; }
}

/// <summary>A case with its texts and its whole history, as of one moment.</summary>
/// <param name="Summary">Where it stands.</param>
/// <param name="Texts">What is under review; null where it was erased.</param>
/// <param name="History">What happened, oldest first.</param>
public sealed record ReviewRecord(ReviewSummary Summary, ReviewTexts? Texts, IReadOnlyList<ReviewStep> History)
{
    /// <summary>The judgement that decided the case; null where it is not decided, or an appeal is under way.</summary>
    public ReviewGiven? Decision =>
        Summary.State == ReviewState.Decided ? History.Select(step => step.Event).OfType<ReviewGiven>().LastOrDefault() : null;
}

/// <summary>One step of a case.</summary>
/// <param name="Sequence">The number of its event.</param>
/// <param name="Time">When it was stored, in UTC, to the millisecond.</param>
/// <param name="Event">
/// What happened; null for a judgement that is still hidden, as others judge the case independently and nobody shall know what the first ones said.
/// </param>
public sealed record ReviewStep(long Sequence, DateTimeOffset Time, ReviewEvent? Event)
{
    /// <summary>The note of a judgement; null where there is none, it is hidden, or it was erased.</summary>
    public string? Note { get; init; }

    /// <summary>What the appellant said of what people decided; null where nothing, or it was erased.</summary>
    public string? Appeal { get; init; }

    /// <summary>Who appealed what people decided; null where not known, or it was erased.</summary>
    public string? Appellant { get; init; }
}

/// <summary>What people decided about a case. After an appeal a case has two, and the later one counts.</summary>
/// <param name="Sequence">The number of the judgement that settled it.</param>
/// <param name="Time">When it was stored, in UTC, to the millisecond.</param>
/// <param name="Case">The case.</param>
/// <param name="Facts">What is known of the decision: its id, the scores and thresholds of its clauses.</param>
/// <param name="Instance">1 before an appeal of what people decided, 2 after it.</param>
/// <param name="Judgement">What was decided, clause by clause.</param>
/// <param name="By">Who decided: the reviewers, who agreed, or the adjudicator. In the order in which they judged.</param>
public sealed record ReviewResult(
    long Sequence,
    DateTimeOffset Time,
    long Case,
    ReviewCase Facts,
    int Instance,
    ReviewJudgement Judgement,
    IReadOnlyList<string> By
)
{
    /// <summary>What becomes of the text.</summary>
    public ReviewOutcome Outcome => Judgement.OutcomeInstead(Facts.Outcome);
}

/// <summary>How the cases stand.</summary>
/// <param name="Open">Cases that wait for reviewers, held ones too.</param>
/// <param name="Disputed">Cases that wait for an adjudicator, held ones too.</param>
/// <param name="Held">Those of both that somebody holds.</param>
/// <param name="Overdue">Those of both whose deadline is past.</param>
/// <param name="Decided">Cases that people decided.</param>
/// <param name="Erased">Those of them whose texts were erased.</param>
/// <param name="Waiting">How long those that are not decided have waited since they were opened or appealed last.</param>
/// <param name="Served">How long those that were decided in the time asked about had waited until then, counted the same way.</param>
/// <param name="Rates">How often people disagree with the guard, by clause and language, over cases decided in the time asked about.</param>
public sealed record ReviewCounts(
    long Open,
    long Disputed,
    long Held,
    long Overdue,
    long Decided,
    long Erased,
    WaitingTime Waiting,
    WaitingTime Served,
    IReadOnlyList<OverturnRate> Rates
);

/// <summary>Waiting times; percentiles by nearest rank.</summary>
/// <param name="Cases">How many cases.</param>
/// <param name="Median">The least time that at least half of them do not exceed; null where there are none.</param>
/// <param name="Percentile95">The least time that at least 95 % of them do not exceed; null where there are none.</param>
public sealed record WaitingTime(long Cases, TimeSpan? Median, TimeSpan? Percentile95);

/// <summary>How people see a clause in a language; numerators beside denominators, as rates of few cases say little.</summary>
/// <param name="Clause">The clause's id.</param>
/// <param name="Language">The language; null for unknown.</param>
/// <param name="Flagged">Decided cases in which the guard called the clause broken.</param>
/// <param name="Overturned">Those of them in which people say that it is not.</param>
/// <param name="Unflagged">Decided cases in which people judged the clause and the guard had not called it broken.</param>
/// <param name="Missed">Those of them in which people say that it is broken.</param>
public sealed record OverturnRate(string Clause, string? Language, long Flagged, long Overturned, long Unflagged, long Missed);
