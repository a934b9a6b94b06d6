using Microsoft.Extensions.AI;
using Plumbline.Feedback;
using Plumbline.Feedback.Projects;

namespace Plumbline.Studio.Api;

/// <summary>A message of a prompt.</summary>
/// <param name="Role">system, user, assistant or tool.</param>
/// <param name="Content">Its text.</param>
public sealed record ApiMessage(string Role, string Content);

/// <summary>A thing to look at.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Wording">What people read.</param>
public sealed record ApiCriterion(string Id, string Wording);

/// <summary>A project.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Medium">text or image.</param>
/// <param name="IsOpen">Whether tasks are dealt.</param>
/// <param name="Progress">How far it is.</param>
public sealed record ApiProject(long Id, string Name, AnswerMedium Medium, bool IsOpen, ProjectProgress Progress);

/// <summary>A task to be judged. Answers stand in the order in which they are shown; judgements speak of them in this order.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Project">Its project; 0 for none.</param>
/// <param name="Prompt">What was asked.</param>
/// <param name="Answers">The answers; of pictures the paths by which they are read.</param>
/// <param name="Criteria">What is ranked by beside the overall ranking.</param>
/// <param name="Harms">Which kinds of harm it may hold.</param>
/// <param name="Until">When the lease ends, in UTC.</param>
public sealed record ApiTask(
    long Id,
    long Project,
    IReadOnlyList<ApiMessage> Prompt,
    IReadOnlyList<string> Answers,
    IReadOnlyList<ApiCriterion> Criteria,
    IReadOnlyList<string> Harms,
    DateTimeOffset Until
)
{
    internal static ApiTask Of(AssignedTask task, AnswerMedium medium) =>
        new(
            task.Request,
            task.Project,
            [
                .. (task.Comparison.Prompt.Messages ?? [new ChatMessage(ChatRole.User, task.Comparison.Prompt.Text)]).Select(
                    message => new ApiMessage(message.Role.Value, message.Text)
                ),
            ],
            [
                .. task.Shown.Select(
                    (answer, place) =>
                        medium == AnswerMedium.Image ? $"/api/v1/tasks/{task.Request}/pictures/{place}" : task.Comparison.Answers[answer]
                ),
            ],
            [.. task.Comparison.Criteria.Select(criterion => new ApiCriterion(criterion.Id, criterion.Wording))],
            task.Comparison.Harms,
            task.Until
        );
}

/// <summary>A judgement. Everything about answers stands in the order in which the task showed them.</summary>
public sealed record ApiJudgement
{
    /// <summary>The rank of each answer from 1, the best; equal numbers are ties.</summary>
    public IReadOnlyList<int>? Ranks { get; init; }

    /// <summary>The ranks by the criteria's ids.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<int>>? CriterionRanks { get; init; }

    /// <summary>Whether all answers are bad.</summary>
    public bool AllBad { get; init; }

    /// <summary>Of two answers, how much better the better one is, 1 to 3.</summary>
    public int? Margin { get; init; }

    /// <summary>A remark.</summary>
    public string? Comment { get; init; }

    /// <summary>How long it took, in seconds.</summary>
    public double? Seconds { get; init; }

    /// <summary>What is said of each answer besides; none, or one for each.</summary>
    public IReadOnlyList<AnswerJudgement>? Answers { get; init; }

    /// <summary>What is said of messages of the prompt.</summary>
    public IReadOnlyList<TurnJudgement>? Turns { get; init; }

    /// <summary>The judgement in the order of the request.</summary>
    /// <exception cref="InvalidInputException">Lists do not fit to the task.</exception>
    internal RankingGiven ToRanking(AssignedTask task, string rater) =>
        new(task.Request, rater, Ordered("ranks", Ranks, task))
        {
            CriterionRanks = (CriterionRanks ?? new Dictionary<string, IReadOnlyList<int>>()).ToDictionary(
                ranked => ranked.Key,
                ranked => (IReadOnlyList<int>)Ordered($"criterion_ranks.{ranked.Key}", ranked.Value, task)!,
                StringComparer.Ordinal
            ),
            AllBad = AllBad,
            Margin = Margin,
            Comment = Comment,
            Seconds = Seconds,
            Answers = Ordered("answers", Answers is { Count: 0 } ? null : Answers, task) ?? [],
            Turns = Turns ?? [],
        };

    private static T[]? Ordered<T>(string name, IReadOnlyList<T>? shown, AssignedTask task)
    {
        if (shown is null)
        {
            return null;
        }

        if (shown.Count != task.Shown.Count)
        {
            throw new InvalidInputException(
                $"'{name}' has {shown.Count} entries; the task has {task.Shown.Count} answers.",
                "Give one for each answer, in the order in which the task shows them."
            );
        }

        var ordered = new T[shown.Count];
        for (var place = 0; place < shown.Count; place++)
        {
            ordered[task.Shown[place]] = shown[place];
        }

        return ordered;
    }
}

/// <summary>What was stored.</summary>
/// <param name="Event">The number of the event in the log.</param>
public sealed record ApiStored(long Event);

/// <summary>How a task is given back.</summary>
/// <param name="Skip">Whether the rater is not to get it again.</param>
/// <param name="Reason">Why.</param>
public sealed record ApiReturn(bool Skip = false, string? Reason = null);

/// <summary>A new task.</summary>
/// <param name="Key">Names it: the same task sent again under its key is added once.</param>
/// <param name="Prompt">What was asked.</param>
/// <param name="Answers">1 to 9 texts.</param>
public sealed record ApiNewTask(string Key, IReadOnlyList<ApiMessage> Prompt, IReadOnlyList<string> Answers)
{
    /// <summary>The higher, the sooner it is asked.</summary>
    public double Priority { get; init; }

    /// <summary>How many people judge it; the project's number where it is left out.</summary>
    public int? Wanted { get; init; }

    /// <summary>Which kinds of harm it may hold.</summary>
    public IReadOnlyList<string>? Harms { get; init; }

    /// <summary>What is ranked by; the project's criteria where it is left out.</summary>
    public IReadOnlyList<ApiCriterion>? Criteria { get; init; }

    /// <summary>The known ranks, where the task checks raters.</summary>
    public IReadOnlyList<int>? Gold { get; init; }

    internal ComparisonRequested ToRequest(Project project) =>
        new(
            Data.Content.FromMessages(
                (Prompt ?? []).Select(message => new ChatMessage(new ChatRole(message?.Role ?? string.Empty), message?.Content))
            ),
            Answers ?? []
        )
        {
            Project = project.Id == 0 ? null : project.Id,
            Priority = Priority,
            RankingsWanted = Wanted ?? project.Settings.RankingsWanted,
            Harms = Harms ?? [],
            Criteria = Criteria?.Select(one => new FeedbackCriterion(one.Id, one.Wording)).ToList() ?? project.Settings.Criteria,
            Gold = Gold is null ? null : new GoldAnswer(Gold),
        };
}

/// <summary>An account for a program that ranks.</summary>
/// <param name="Name">What the account is called.</param>
/// <param name="Role">Its part in the project.</param>
public sealed record ApiNewRater(string Name, ProjectRole Role = ProjectRole.Evaluator);

/// <summary>A new account and its token.</summary>
/// <param name="Account">The account's id.</param>
/// <param name="Token">The token, shown now and never again.</param>
public sealed record ApiRater(string Account, string Token);

/// <summary>What went wrong.</summary>
/// <param name="Error">What, and the mend.</param>
public sealed record ApiProblem(string Error);
