using Plumbline.Feedback.Projects;

namespace Plumbline.Feedback;

/// <summary>An event as it stands in the log.</summary>
/// <param name="Sequence">Its number, from 1; later events have higher ones.</param>
/// <param name="Time">When it was stored, in UTC, to the millisecond.</param>
/// <param name="ClientKey">The key under which it was given.</param>
/// <param name="Event">What happened.</param>
public sealed record RecordedEvent(long Sequence, DateTimeOffset Time, string ClientKey, FeedbackEvent Event);

/// <summary>A ranking as it stands in the log.</summary>
/// <param name="Sequence">The number of its event.</param>
/// <param name="Time">When it was stored, in UTC, to the millisecond.</param>
/// <param name="Ranking">The ranking.</param>
public sealed record StoredRanking(long Sequence, DateTimeOffset Time, RankingGiven Ranking);

/// <summary>Whether a request still takes rankings.</summary>
public enum RequestState
{
    /// <summary>It does.</summary>
    Open,

    /// <summary>It has as many as it wanted.</summary>
    Answered,

    /// <summary>It was withdrawn.</summary>
    Withdrawn,

    /// <summary>It has as many as it wanted, they agree too little, and a reviewer has not settled it yet.</summary>
    Disputed,
}

/// <summary>A request with everything said about it, as of one moment.</summary>
/// <param name="Id">The sequence number of its event.</param>
/// <param name="Time">When it was stored, in UTC, to the millisecond.</param>
/// <param name="Comparison">What is asked.</param>
/// <param name="State">Whether it still takes rankings.</param>
/// <param name="Rankings">The rankings given so far, oldest first.</param>
public sealed record FeedbackRequest(
    long Id,
    DateTimeOffset Time,
    ComparisonRequested Comparison,
    RequestState State,
    IReadOnlyList<StoredRanking> Rankings
)
{
    /// <summary>What a reviewer settled; null where nobody had to.</summary>
    public RequestAdjudicated? Adjudication { get; init; }
}

/// <summary>How many requests a rater ranked by a criterion.</summary>
/// <param name="Rater">The rater, as stored.</param>
/// <param name="Criterion">The criterion's id; null for overall.</param>
/// <param name="Rankings">How many, at least 1.</param>
public sealed record RaterCount(string Rater, string? Criterion, long Rankings);
