namespace Plumbline.Feedback;

/// <summary>What a feedback store takes. Later versions may raise a limit and never lower one, as stored events are held to them too.</summary>
public static class FeedbackLimits
{
    /// <summary>The fewest answers of a request: one is not ranked, but rated and criticised.</summary>
    public const int FewestAnswers = 1;

    /// <summary>The fewest answers that have an order.</summary>
    public const int FewestRanked = 2;

    /// <summary>The most answers of a request: more than a person can rank, and single digits on a keyboard.</summary>
    public const int MostAnswers = 9;

    /// <summary>Whether a text can be an answer that people are asked about: not empty, not too long, and something that every database stores.</summary>
    /// <param name="answer">The text.</param>
    public static bool AllowsAnswer(string answer) => Storage.TextRules.Fault(answer, LongestText) is null;

    /// <summary>The most characters (UTF-16) of a message, a text prompt or an answer.</summary>
    public const int LongestText = 1_000_000;

    /// <summary>The most messages of a prompt.</summary>
    public const int MostMessages = 1_000;

    /// <summary>The most characters of an event in JSON, all its texts together.</summary>
    public const int LongestEvent = 10_000_000;

    /// <summary>The most criteria of a request.</summary>
    public const int MostCriteria = 20;

    /// <summary>The most rankings a request can want.</summary>
    public const int MostRankings = 10_000;

    /// <summary>The most characters of a client key, a rater, a criterion's id or a part of a source.</summary>
    public const int LongestId = 200;

    /// <summary>The most characters of a comment, a reason or a criterion's wording.</summary>
    public const int LongestRemark = 20_000;

    /// <summary>The most seconds that a ranking can take: a week.</summary>
    public const double MostSeconds = 7 * 24 * 3600;

    /// <summary>The most rows of a page.</summary>
    public const int LargestPage = 1_000;
}
