using Plumbline.Findings;

namespace Plumbline.Feedback.Reviews;

/// <summary>Why people look at a decision.</summary>
public enum ReviewReason
{
    /// <summary>The guard asked for it.</summary>
    Escalated,

    /// <summary>Whoever it concerns asked for it.</summary>
    Appealed,

    /// <summary>It was drawn for an audit, whatever the guard decided.</summary>
    Sampled,
}

/// <summary>What becomes of a text or an image, from the mildest to the strictest; the guard's words.</summary>
public enum ReviewOutcome
{
    /// <summary>It passes as it is.</summary>
    Allow,

    /// <summary>It passes with what was found replaced.</summary>
    Transform,

    /// <summary>It does not pass, and who asked is told why.</summary>
    Refuse,

    /// <summary>It does not pass until a person has decided. No person decides this.</summary>
    Escalate,

    /// <summary>It does not pass.</summary>
    Block,
}

/// <summary>A clause that the guard looked at.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Score">The highest score among the findings that concern it, 0 to 1.</param>
/// <param name="Threshold">The score from which the guard calls it broken. Finite.</param>
public sealed record ReviewClause(string Id, double Score, double Threshold)
{
    /// <summary>Whether the guard called it broken.</summary>
    internal bool IsFlagged => Score >= Threshold;
}

/// <summary>
/// What is known of a decision that people look at. It stays for good and holds no text that anybody wrote: those are <see cref="ReviewTexts"/>. The
/// bounds of all its parts are in <see cref="ReviewLimits"/>.
/// </summary>
public sealed record ReviewCase
{
    /// <summary>The id of the guard's decision. A decision has one case.</summary>
    public required string Decision { get; init; }

    /// <summary>Why people look at it.</summary>
    public required ReviewReason Reason { get; init; }

    /// <summary>Which part of the exchange it is about.</summary>
    public required GuardedPart Part { get; init; }

    /// <summary>What the guard chose.</summary>
    public required ReviewOutcome Outcome { get; init; }

    /// <summary>When the guard decided; stored in UTC, to the millisecond.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The semantic hash of the constitution that was in force.</summary>
    public required string Constitution { get; init; }

    /// <summary>The clauses that had something to say, with ids of their own, at most 100.</summary>
    /// <value>none</value>
    public IReadOnlyList<ReviewClause> Clauses { get; init; } = [];

    /// <summary>The language it was judged by; null for unknown.</summary>
    public string? Language { get; init; }

    /// <summary>The detectors that were asked, each with its version, at most 100.</summary>
    /// <value>none</value>
    public IReadOnlyDictionary<string, string> Detectors { get; init; } = new Dictionary<string, string>();

    /// <summary>The case with the higher number is taken first, of equal ones the older. Finite.</summary>
    /// <value>0</value>
    public double Priority { get; init; }

    /// <summary>
    /// By when it should be decided, stored in UTC, to the millisecond; null for no such time. It changes no order (<see cref="Priority"/> does); what
    /// is late is counted.
    /// </summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>How many reviewers judge it independently, 1 to 9.</summary>
    /// <value>1</value>
    public int Reviewers { get; init; } = 1;
}

/// <summary>
/// What people must see to judge, and what is erased in time. Half a surrogate pair comes back as U+FFFD; all else comes back as it was given.
/// </summary>
public sealed record ReviewTexts
{
    /// <summary>The text under review, with whatever the caller has redacted; null only for images.</summary>
    public string? Text { get; init; }

    /// <summary>Where whoever reviews finds what is no text, in the caller's words; an image has this or a text.</summary>
    public string? Reference { get; init; }

    /// <summary>What was said before, oldest first, at most 50 messages.</summary>
    /// <value>none</value>
    public IReadOnlyList<ReviewMessage> Conversation { get; init; } = [];

    /// <summary>What the appellant says; only with a case that was <see cref="ReviewReason.Appealed"/>, and null where nothing was said.</summary>
    public string? Appeal { get; init; }

    /// <summary>Who appeals: a key that means something to the caller alone; only with a case that was appealed, and null for unknown.</summary>
    public string? Appellant { get; init; }
}

/// <summary>A message before the text under review.</summary>
/// <param name="Role">Who said it, such as <c>user</c>.</param>
/// <param name="Text">What was said; may be empty.</param>
public sealed record ReviewMessage(string Role, string Text);
