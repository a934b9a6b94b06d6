using Plumbline.Feedback.Reviews;

namespace Plumbline.Feedback.Tests.Reviews;

/// <summary>Replays the log and compares: the views of cases are what the events say.</summary>
internal static class ReviewReplay
{
    public static async Task AssertWholeAsync(IFeedbackStore log, IReviewStore reviews)
    {
        var events = await log.LogAsync();
        Assert.Equal(Enumerable.Range(1, events.Count).Select(number => (long)number), events.Select(stored => stored.Sequence));
        var cases = new Dictionary<long, ReviewSummary>();
        var settled = new List<long>();
        foreach (var (sequence, time, _, what) in events)
        {
            if (what is ReviewOpened opened)
            {
                cases[sequence] = new ReviewSummary(sequence, time, opened.Facts, ReviewState.Open) { Wanted = opened.Facts.Reviewers };
            }
            else if (what is ReviewEvent step)
            {
                var before = cases[step.Case];
                cases[step.Case] = step is ReviewGiven given ? Judged(before, given, sequence, time) : Moved(before, step);
            }
        }

        foreach (var state in Enum.GetValues<ReviewState>())
        {
            var expected = cases.Values.Where(summary => summary.State == state).OrderBy(summary => summary.Id);
            var page = await reviews.ReadCasesAsync(state, 0, 1000);
            Assert.Equal(expected.Select(Show), page.Select(Show));
        }

        Assert.Equal(settled, (await reviews.ReadOutcomesAsync(0, 1000)).Select(result => result.Sequence));

        ReviewSummary Judged(ReviewSummary before, ReviewGiven given, long sequence, DateTimeOffset time)
        {
            var votes = events
                .Where(stored => stored.Sequence <= sequence)
                .Select(stored => stored.Event)
                .OfType<ReviewGiven>()
                .Where(vote => vote.Case == given.Case && vote.Instance == given.Instance && vote.Role == ReviewRole.Reviewer)
                .Select(vote => (vote.Judgement.Verdict, vote.Judgement.Outcome, Broken(vote.Judgement)))
                .ToArray();
            var isSettled = given.Role == ReviewRole.Adjudicator || (votes.Length == before.Wanted && votes.Distinct().Count() == 1);
            if (isSettled)
            {
                settled.Add(sequence);
            }

            return before with
            {
                Given = votes.Length,
                Holder = null,
                HeldUntil = null,
                Decided = isSettled ? time : before.Decided,
                State =
                    isSettled ? ReviewState.Decided
                    : votes.Length == before.Wanted ? ReviewState.Disputed
                    : ReviewState.Open,
            };
        }
    }

    /// <summary>Everything that a view holds, in a form that compares by value.</summary>
    private static (ReviewSummary, string, string) Show(ReviewSummary summary) =>
        (
            summary with
            {
                Facts = summary.Facts with { Clauses = NoClauses, Detectors = Nothing },
            },
            string.Join(',', summary.Facts.Clauses),
            string.Join(',', summary.Facts.Detectors)
        );

    private static readonly IReadOnlyDictionary<string, string> Nothing = new Dictionary<string, string>();

    private static readonly IReadOnlyList<ReviewClause> NoClauses = [];

    private static string Broken(ReviewJudgement judgement) =>
        string.Join(',', judgement.Clauses.Where(clause => clause.Value).Select(clause => clause.Key).Order(StringComparer.Ordinal));

    private static ReviewSummary Moved(ReviewSummary before, ReviewEvent step) =>
        step switch
        {
            ReviewTaken taken => before with { Holder = taken.Reviewer, HeldUntil = taken.Until },
            ReviewRenewed renewed => before with { HeldUntil = renewed.Until },
            ReviewReturned => before with { Holder = null, HeldUntil = null },
            ReviewAppealed appealed => before with { State = ReviewState.Open, Instance = 2, Wanted = appealed.Reviewers, Given = 0 },
            _ => before with { IsErased = true },
        };
}
