namespace Plumbline.Feedback.Projects;

/// <summary>Something that happened to a project or a task of it, as it stands in the log. It is stored by <see cref="IProjectStore"/> only.</summary>
public abstract record ProjectEvent : FeedbackEvent;

/// <summary>A project was opened. The event's sequence number is its id.</summary>
/// <param name="Settings">What it asks.</param>
/// <param name="By">Who opened it.</param>
public sealed record ProjectOpened(ProjectSettings Settings, string By) : ProjectEvent;

/// <summary>A project asks something else from now on.</summary>
/// <param name="Project">The project.</param>
/// <param name="Settings">What it asks.</param>
/// <param name="By">Who changed it.</param>
public sealed record ProjectChanged(long Project, ProjectSettings Settings, string By) : ProjectEvent;

/// <summary>Somebody's part in a project changed.</summary>
/// <param name="Project">The project; 0 for all.</param>
/// <param name="Member">Whose.</param>
/// <param name="By">Who changed it.</param>
public sealed record MemberChanged(long Project, string Member, string By) : ProjectEvent
{
    /// <summary>The part; null where there is none any more.</summary>
    public ProjectRole? Role { get; init; }
}

/// <summary>Something that happened to a task between somebody and its judgement.</summary>
/// <param name="Request">The task: the number of the event that asked for it.</param>
/// <param name="Rater">Who.</param>
public abstract record AssignmentEvent(long Request, string Rater) : ProjectEvent;

/// <summary>Somebody took a task, and saw its answers.</summary>
/// <param name="Request">The task.</param>
/// <param name="Rater">Who.</param>
/// <param name="Shown">The order in which the answers were shown: at each place the answer's number in the request, from 0.</param>
/// <param name="Until">When the lease ends.</param>
/// <param name="Reason">Why this task was dealt.</param>
public sealed record RequestTaken(long Request, string Rater, IReadOnlyList<int> Shown, DateTimeOffset Until, DealReason Reason)
    : AssignmentEvent(Request, Rater);

/// <summary>Somebody who holds a task holds it longer.</summary>
/// <param name="Request">The task.</param>
/// <param name="Rater">Who.</param>
/// <param name="Until">When the lease ends now.</param>
public sealed record RequestRenewed(long Request, string Rater, DateTimeOffset Until) : AssignmentEvent(Request, Rater);

/// <summary>Somebody gave a task back without judging it.</summary>
/// <param name="Request">The task.</param>
/// <param name="Rater">Who.</param>
/// <param name="IsSkipped">Whether they do not want to get it again.</param>
public sealed record RequestReturned(long Request, string Rater, bool IsSkipped) : AssignmentEvent(Request, Rater)
{
    /// <summary>Why; null where nobody said.</summary>
    public string? Reason { get; init; }
}

/// <summary>A reviewer settled a task on which the evaluators did not agree.</summary>
/// <param name="Request">The task.</param>
/// <param name="Rater">The reviewer.</param>
/// <param name="Ranks">The overall ranks that hold, in the order of the answers.</param>
public sealed record RequestAdjudicated(long Request, string Rater, IReadOnlyList<int> Ranks) : AssignmentEvent(Request, Rater)
{
    /// <summary>Why; null where nobody said.</summary>
    public string? Comment { get; init; }
}

/// <summary>What is worth asking first changed.</summary>
/// <param name="Project">The project.</param>
/// <param name="Priorities">The new priorities.</param>
public sealed record RequestsPrioritised(long Project, IReadOnlyList<RequestPriority> Priorities) : ProjectEvent;

/// <summary>How soon a task is to be asked.</summary>
/// <param name="Request">The task.</param>
/// <param name="Priority">The higher, the sooner. Finite.</param>
public readonly record struct RequestPriority(long Request, double Priority);

/// <summary>Why a task was dealt to somebody.</summary>
public enum DealReason
{
    /// <summary>It had the highest priority of those that person could get.</summary>
    Priority,

    /// <summary>It is of the random share, and its turn had come.</summary>
    Random,

    /// <summary>Its right answer is known.</summary>
    Gold,
}
