using Microsoft.Extensions.AI;
using Plumbline.Feedback.Projects;
using Plumbline.Studio.Ranking;

namespace Plumbline.Studio.Pages;

/// <summary>All that the ranking page shows.</summary>
/// <param name="Project">The project.</param>
/// <param name="Task">The task.</param>
/// <param name="Draft">What was said so far.</param>
public sealed record TaskModel(Project Project, AssignedTask Task, RankingDraft Draft)
{
    /// <summary>How many tasks of the project the person has judged.</summary>
    public long Judged { get; init; }

    /// <summary>Whether the lease has ended: what was said is kept, and the task has to be taken again.</summary>
    public bool IsOver { get; init; }

    /// <summary>What keeps the judgement from being taken; null for nothing.</summary>
    public string? Problem { get; init; }

    /// <summary>After how many minutes of work a rest is due; null where it is not.</summary>
    public int? RestAfter { get; init; }

    /// <summary>What is asked.</summary>
    public JudgementForm Form => Project.Settings.Form;

    /// <summary>How many answers there are.</summary>
    public int Count => Task.Shown.Count;

    /// <summary>The answer at a place.</summary>
    public string Answer(int place) => Task.Comparison.Answers[Task.Shown[place]];

    /// <summary>The messages of the prompt; one of the user's where it is plain text.</summary>
    public IReadOnlyList<ChatMessage> Messages =>
        Task.Comparison.Prompt.Messages ?? [new ChatMessage(ChatRole.User, Task.Comparison.Prompt.Text)];

    /// <summary>Whether answers are put in order.</summary>
    public bool IsRanked => Form.Ranking && Count > 1;

    /// <summary>The criteria that are ranked by beside the overall ranking.</summary>
    public IReadOnlyList<Feedback.FeedbackCriterion> Criteria => Task.Comparison.Criteria;

    /// <summary>The ladder that moves are about.</summary>
    public RankingLadder Ladder => Draft.State.Ladder(Draft.Criterion);

    /// <summary>Whether something harmful is covered.</summary>
    public bool IsCovered => Task.Comparison.Harms.Count > 0 && !Draft.IsUncovered;

    /// <summary>Whether the answers are pictures.</summary>
    public bool IsOfPictures => Project.Settings.Medium == AnswerMedium.Image;

    /// <summary>The marks on an answer.</summary>
    public IReadOnlyList<MarkedSpan> Spans(int place) =>
        [.. Draft.State.Spans.Where(span => span.Answer == place).Select(span => span.Span)];
}
