using Plumbline.Data;
using Plumbline.Feedback.Projects;

namespace Plumbline.Feedback;

/// <summary>Something that happened in a feedback store. The bounds of all its parts are in <see cref="FeedbackLimits"/>.</summary>
public abstract record FeedbackEvent
{
    private protected FeedbackEvent() { }
}

/// <summary>People are asked to rank answers to a prompt. The event's sequence number is the request's id.</summary>
/// <param name="Prompt">What was asked, as text or as chat messages that hold text.</param>
/// <param name="Answers">1 to 9 answers, no two alike, none empty; of pictures the addresses (<see cref="PictureAddress"/>). A single answer cannot be ranked, only judged.</param>
public sealed record ComparisonRequested(Content Prompt, IReadOnlyList<string> Answers) : FeedbackEvent
{
    /// <summary>Where the answers come from; null where nobody said.</summary>
    public AnswerSource? Source { get; init; }

    /// <summary>The request with the higher number is asked first, of equal ones the older. Finite.</summary>
    /// <value>0</value>
    public double Priority { get; init; }

    /// <summary>How many rankings the request takes, each of another rater, 1 to 10,000; then it is closed.</summary>
    /// <value>1</value>
    public int RankingsWanted { get; init; } = 1;

    /// <summary>What the raters look at, at most 20 criteria with ids of their own; empty where they are asked for an overall ranking alone.</summary>
    /// <value>none</value>
    public IReadOnlyList<FeedbackCriterion> Criteria { get; init; } = [];

    /// <summary>What whoever asks expects to learn from a ranking, in nats, 0 or more; null where nobody said.</summary>
    public double? ExpectedInformation { get; init; }

    /// <summary>The project whose people are asked; null where it belongs to none.</summary>
    public long? Project { get; init; }

    /// <summary>Which kinds of harm the texts or pictures hold, in whatever words the project uses: they are covered until somebody asks to see them.</summary>
    /// <value>none</value>
    public IReadOnlyList<string> Harms { get; init; } = [];

    /// <summary>The known right answer, where the request checks raters; null where it does not.</summary>
    public GoldAnswer? Gold { get; init; }
}

/// <summary>Where answers come from, in whatever words their maker uses.</summary>
/// <param name="Model">The model's name or folder.</param>
/// <param name="Run">The run that trained it.</param>
/// <param name="Step">The step of that run, 0 or more.</param>
public sealed record AnswerSource(string? Model = null, string? Run = null, long? Step = null);

/// <summary>A single thing to look at when answers are ranked.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Wording">What the rater reads.</param>
public sealed record FeedbackCriterion(string Id, string Wording);

/// <summary>
/// A rater judged the answers of a request: ranked them overall, by some of its criteria, or both, or said something of single answers or messages; a rater who finds all answers bad may leave out
/// all of this.
/// Ranks stand in the order in which the request has the answers: 1 is the best, equal numbers are ties, none is above the number of answers.
/// </summary>
/// <param name="Request">The request's id.</param>
/// <param name="Rater">Who ranked: a name or a hash, stored as given. A rater ranks a request once.</param>
/// <param name="Ranks">The overall ranks; null where there are none.</param>
public sealed record RankingGiven(long Request, string Rater, IReadOnlyList<int>? Ranks = null) : FeedbackEvent
{
    /// <summary>The ranks by criterion id.</summary>
    /// <value>none</value>
    public IReadOnlyDictionary<string, IReadOnlyList<int>> CriterionRanks { get; init; } = new Dictionary<string, IReadOnlyList<int>>();

    /// <summary>Whether the rater finds every answer bad, however they compare.</summary>
    /// <value>false</value>
    public bool AllBad { get; init; }

    /// <summary>What the rater said besides; null where nothing.</summary>
    public string? Comment { get; init; }

    /// <summary>How long it took, in seconds, from 0 to a week; null where nobody measured.</summary>
    public double? Seconds { get; init; }

    /// <summary>The order in which the answers were shown: at each place the answer's number in the request, from 0; null where nobody said.</summary>
    public IReadOnlyList<int>? Shown { get; init; }

    /// <summary>Of two answers, how much better the better one is: 1 slightly, 2 better, 3 significantly; null where nobody said.</summary>
    public int? Margin { get; init; }

    /// <summary>What was said of each answer besides, in the order of the request; none, or one for each.</summary>
    /// <value>none</value>
    public IReadOnlyList<AnswerJudgement> Answers { get; init; } = [];

    /// <summary>What was said of messages of the prompt.</summary>
    /// <value>none</value>
    public IReadOnlyList<TurnJudgement> Turns { get; init; } = [];

    /// <summary>The ranks by one criterion, or the overall ones; null where the rater gave none.</summary>
    /// <param name="criterion">The criterion's id; null for overall.</param>
    public IReadOnlyList<int>? RanksBy(string? criterion) => criterion is null ? Ranks : CriterionRanks.GetValueOrDefault(criterion);
}

/// <summary>An open request is not to be asked any more. The rankings it has stand.</summary>
/// <param name="Request">The request's id.</param>
/// <param name="Reason">Why; null where nobody said.</param>
public sealed record RequestWithdrawn(long Request, string? Reason = null) : FeedbackEvent;
