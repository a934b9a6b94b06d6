using Plumbline.Feedback.Reviews;
using Plumbline.Findings;

namespace Plumbline.Feedback.Tests.Reviews;

/// <summary>Cases and judgements to test with.</summary>
internal static class Cases
{
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(10);

    /// <summary>A refusal by two clauses, of which the first was called broken.</summary>
    public static ReviewCase Facts(string decision = "d1", double priority = 0, int reviewers = 1) =>
        new()
        {
            Decision = decision,
            Reason = ReviewReason.Sampled,
            Part = GuardedPart.Prompt,
            Outcome = ReviewOutcome.Refuse,
            Time = new DateTimeOffset(2026, 2, 28, 9, 0, 0, TimeSpan.Zero),
            Constitution = "c0ffee",
            Clauses = [new ReviewClause("threats", 0.9, 0.5), new ReviewClause("insults", 0.2, 0.5)],
            Language = "en",
            Priority = priority,
            Reviewers = reviewers,
        };

    /// <summary>A case that uses everything a case can hold.</summary>
    public static ReviewCase FullFacts(string decision = "d1") =>
        Facts(decision, priority: -0.1, reviewers: 3) with
        {
            Reason = ReviewReason.Appealed,
            Part = GuardedPart.ToolResult,
            Outcome = ReviewOutcome.Transform,
            Time = new DateTimeOffset(2026, 2, 28, 9, 0, 0, TimeSpan.FromHours(5)).AddTicks(7),
            Detectors = new Dictionary<string, string> { ["pii"] = "2", ["lists"] = "1.0" },
            Deadline = new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero),
        };

    public static ReviewTexts Texts(string text = "What a day.") => new() { Text = text };

    public static ReviewTexts FullTexts() =>
        new()
        {
            Text = "line\r\n\0 \u202E𝔘 'quoted\" \\u0000",
            Reference = "file:7",
            Conversation = [new ReviewMessage("user", "Hello."), new ReviewMessage("assistant", "")],
            Appeal = "It is a quotation.",
            Appellant = "user 17",
        };

    public static ReviewJudgement Uphold(string? note = null) =>
        new(ReviewVerdict.Uphold, new Dictionary<string, bool> { ["threats"] = true, ["insults"] = false }) { Note = note };

    public static ReviewJudgement Overturn(string? note = null) =>
        new(ReviewVerdict.Overturn, new Dictionary<string, bool> { ["insults"] = false, ["threats"] = false }) { Note = note };

    public static ReviewJudgement Change(ReviewOutcome outcome = ReviewOutcome.Block) =>
        new(
            ReviewVerdict.Change,
            new Dictionary<string, bool>
            {
                ["threats"] = true,
                ["insults"] = true,
                ["lies"] = true,
            }
        )
        {
            Outcome = outcome,
        };

    public static async Task<long> OpenAsync(this IReviewStore store, string decision = "d1", double priority = 0, int reviewers = 1) =>
        await store.OpenCaseAsync(Facts(decision, priority, reviewers), Texts());

    public static Task<ReviewRecord?> TakeAsync(this IReviewStore store, string reviewer, ReviewFilter? filter = null) =>
        store.TakeAsync(reviewer, ReviewRole.Reviewer, Lease, filter);

    /// <summary>Takes one case and judges it.</summary>
    public static async Task<long> JudgeAsync(
        this IReviewStore store,
        long reviewCase,
        string reviewer,
        ReviewJudgement? judgement = null,
        ReviewRole role = ReviewRole.Reviewer
    )
    {
        var taken = await store.TakeAsync(reviewer, role, Lease, new ReviewFilter { Case = reviewCase });
        Assert.Equal(reviewCase, taken?.Summary.Id);
        return await store.DecideAsync(reviewCase, reviewer, judgement ?? Uphold());
    }

    public static async Task<InvalidInputException> RefusedAsync(Func<Task> doing, string problem)
    {
        var refusal = await Assert.ThrowsAsync<InvalidInputException>(doing);
        Assert.Contains(problem, refusal.Message);
        Assert.False(string.IsNullOrEmpty(refusal.Mend));
        return refusal;
    }
}
