namespace Plumbline.Feedback.Projects;

/// <summary>What a project takes. Later versions may raise a limit and never lower one.</summary>
public static class ProjectLimits
{
    /// <summary>The most characters of a project's name.</summary>
    public const int LongestName = 100;

    /// <summary>The most characters of guidelines.</summary>
    public const int LongestGuidelines = 200_000;

    /// <summary>The most minutes a task is kept for somebody: a day.</summary>
    public const int LongestLease = 24 * 60;

    /// <summary>The highest rating; the lowest is 1.</summary>
    public const int HighestRating = 7;

    /// <summary>The most entries of one list of a form.</summary>
    public const int MostFormEntries = 30;

    /// <summary>The most marked passages of one answer.</summary>
    public const int MostSpans = 200;

    /// <summary>The most kinds of harm a task names.</summary>
    public const int MostHarms = 20;

    /// <summary>The most tasks of one change of priorities.</summary>
    public const int MostPriorities = 10_000;

    /// <summary>The most characters of a draft.</summary>
    public const int LongestDraft = 1_000_000;

    /// <summary>The most bytes of a picture.</summary>
    public const int LargestPicture = 20 * 1024 * 1024;
}
