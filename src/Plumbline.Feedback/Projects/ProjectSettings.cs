namespace Plumbline.Feedback.Projects;

/// <summary>What the answers of a project are.</summary>
public enum AnswerMedium
{
    /// <summary>Text.</summary>
    Text,

    /// <summary>Pictures of the store; an answer is a picture's address (<see cref="PictureAddress"/>).</summary>
    Image,
}

/// <summary>What a project asks of people, and how it deals its tasks out. The bounds are in <see cref="ProjectLimits"/>.</summary>
public sealed record ProjectSettings
{
    /// <summary>What people call the project; no two projects of a store have the same name.</summary>
    public required string Name { get; init; }

    /// <summary>What the answers are; it never changes once the project is there.</summary>
    /// <value>text</value>
    public AnswerMedium Medium { get; init; }

    /// <summary>What evaluators read before they begin and may look up at any time, in Markdown; null where there is nothing to say.</summary>
    public string? Guidelines { get; init; }

    /// <summary>The hash of the constitution that guidelines and criteria were made from; null where they were not.</summary>
    public string? Constitution { get; init; }

    /// <summary>The criteria that tasks get which are brought into the project and name none of their own.</summary>
    /// <value>none: an overall ranking alone</value>
    public IReadOnlyList<FeedbackCriterion> Criteria { get; init; } = [];

    /// <summary>What evaluators are asked about each task.</summary>
    public JudgementForm Form { get; init; } = new();

    /// <summary>How many people rank a task that does not say it itself, 1 to 10,000.</summary>
    /// <value>1</value>
    public int RankingsWanted { get; init; } = 1;

    /// <summary>How long a task that somebody took is kept for them, in minutes, 1 to 1,440.</summary>
    /// <value>30</value>
    public int LeaseMinutes { get; init; } = 30;

    /// <summary>
    /// The share of tasks that are drawn at random and dealt out in random order, whatever is learnt most from: what is measured on them is measured without bias. In [0, 1].
    /// </summary>
    /// <value>0.1</value>
    public double RandomShare { get; init; } = 0.1;

    /// <summary>How often an evaluator gets a task whose right answer is known, where there are such tasks. In [0, 0.5].</summary>
    /// <value>0.05</value>
    public double GoldShare { get; init; } = 0.05;

    /// <summary>
    /// How far people must agree on a task, as the mean share of answer pairs on which two of them are on the same side (a tie against a preference is none); a task on which they agree less waits for a reviewer. In [0, 1]; null where nobody adjudicates.
    /// </summary>
    public double? AgreementFloor { get; init; }

    /// <summary>How many tasks with harmful content an evaluator gets in 24 hours at most, from 1; null for no cap.</summary>
    public int? MostHarmfulPerDay { get; init; }

    /// <summary>After how many minutes of work evaluators are reminded to rest, 5 to 480; 0 for never.</summary>
    /// <value>50</value>
    public int BreakAfterMinutes { get; init; } = 50;

    /// <summary>Whether tasks are dealt out.</summary>
    /// <value>true</value>
    public bool IsOpen { get; init; } = true;
}

/// <summary>A project as of one moment.</summary>
/// <param name="Id">The sequence number of the event that opened it.</param>
/// <param name="Settings">What it asks.</param>
public sealed record Project(long Id, ProjectSettings Settings);

/// <summary>What somebody may do in a project.</summary>
public enum ProjectRole
{
    /// <summary>Ranks answers.</summary>
    Evaluator,

    /// <summary>Ranks, and settles what evaluators do not agree on.</summary>
    Reviewer,

    /// <summary>Reviews what a guard decided.</summary>
    Moderator,

    /// <summary>Everything: settings, people, figures, exports.</summary>
    Administrator,
}

/// <summary>Somebody's part in a project.</summary>
/// <param name="Project">The project; 0 for all that there are and will be.</param>
/// <param name="Member">Who: an account's id, stored as given.</param>
/// <param name="Role">As what.</param>
public sealed record Membership(long Project, string Member, ProjectRole Role);
