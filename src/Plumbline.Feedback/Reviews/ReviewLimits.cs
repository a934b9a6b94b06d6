namespace Plumbline.Feedback.Reviews;

/// <summary>What a review store takes. Later versions may raise a limit and never lower one, as stored events are held to them too.</summary>
public static class ReviewLimits
{
    /// <summary>The most characters (UTF-16) of a text under review, and of all messages before it together.</summary>
    public const int LongestText = 200_000;

    /// <summary>The most messages before it.</summary>
    public const int MostMessages = 50;

    /// <summary>The most characters of an appeal or a note.</summary>
    public const int LongestRemark = FeedbackLimits.LongestRemark;

    /// <summary>The most characters of a key, an id, a version, a language, a role or a hash.</summary>
    public const int LongestId = FeedbackLimits.LongestId;

    /// <summary>The most characters of a reference to what is no text.</summary>
    public const int LongestReference = 2_000;

    /// <summary>The most clauses of a case or a judgement.</summary>
    public const int MostClauses = 100;

    /// <summary>The most detectors of a case.</summary>
    public const int MostDetectors = 100;

    /// <summary>The most reviewers who judge a case independently.</summary>
    public const int MostReviewers = 9;

    /// <summary>The shortest lease.</summary>
    public static readonly TimeSpan ShortestLease = TimeSpan.FromSeconds(1);

    /// <summary>The longest lease.</summary>
    public static readonly TimeSpan LongestLease = TimeSpan.FromDays(1);
}
