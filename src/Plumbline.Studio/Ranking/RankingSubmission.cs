using Plumbline.Feedback;
using Plumbline.Feedback.Projects;

namespace Plumbline.Studio.Ranking;

/// <summary>Turns what somebody said by the places at which answers were shown into a judgement of the answers themselves.</summary>
public static class RankingSubmission
{
    /// <summary>The judgement that a draft makes.</summary>
    /// <param name="draft">The draft.</param>
    /// <param name="task">The task.</param>
    /// <param name="form">What the project asks: nothing else is taken over.</param>
    /// <param name="rater">Who.</param>
    public static RankingGiven ToJudgement(RankingDraft draft, AssignedTask task, JudgementForm form, string rater)
    {
        var count = task.Shown.Count;
        return new RankingGiven(task.Request, rater, form.Ranking && count > 1 ? ToRequestOrder(draft.State.Ladder(string.Empty)) : null)
        {
            CriterionRanks = task
                .Comparison.Criteria.Select(criterion => (criterion.Id, Ranks: ToRequestOrder(draft.State.Ladder(criterion.Id))))
                .Where(ranked => form.Ranking && ranked.Ranks is not null)
                .ToDictionary(ranked => ranked.Id, ranked => ranked.Ranks!),
            AllBad = form.AllBad && draft.State.AllBad,
            Margin = form.Margin && count == 2 ? draft.Margin : null,
            Comment = form.Comment ? Text(draft.Comment) : null,
            Seconds = draft.Seconds > 0 ? Math.Min(draft.Seconds, FeedbackLimits.MostSeconds) : null,
            Answers = AsksOfAnswers(form) ? [.. Enumerable.Range(0, count).Select(answer => Judged(draft, PlaceOf(answer), form))] : [],
            Turns =
            [
                .. draft
                    .Turns.Where(turn => form.TurnRatings.Count > 0 && turn.Value.Count > 0)
                    .OrderBy(turn => turn.Key)
                    .Select(turn => new TurnJudgement(turn.Key, turn.Value)),
            ],
        };

        int PlaceOf(int answer) => Enumerable.Range(0, count).First(place => task.Shown[place] == answer);

        IReadOnlyList<int>? ToRequestOrder(RankingLadder ladder) =>
            ladder.Ranks(count) is { } ranks ? [.. Enumerable.Range(0, count).Select(answer => ranks[PlaceOf(answer)])] : null;
    }

    /// <summary>Whether a form asks anything about single answers beside their ranks.</summary>
    /// <param name="form">The form.</param>
    public static bool AsksOfAnswers(JudgementForm form) =>
        form.Ratings.Count > 0 || form.Flags.Count > 0 || form.Critiques || form.SpanLabels.Count > 0;

    private static AnswerJudgement Judged(RankingDraft draft, int place, JudgementForm form) =>
        new()
        {
            Ratings = draft
                .Notes[place]
                .Ratings.Where(rating => form.Ratings.Any(asked => asked.Id == rating.Key))
                .ToDictionary(rating => rating.Key, rating => rating.Value),
            Flags = [.. form.Flags.Select(flag => flag.Id).Where(draft.Notes[place].Flags.Contains)],
            Critique = form.Critiques ? Text(draft.Notes[place].Critique) : null,
            Spans = [.. draft.State.Spans.Where(span => span.Answer == place).Select(span => span.Span)],
        };

    private static string? Text(string? written) => string.IsNullOrWhiteSpace(written) ? null : written.Trim();
}
