using Microsoft.Extensions.AI;
using Plumbline.Cli.Commands.Guards;
using Plumbline.Feedback;
using Plumbline.Feedback.Reviews;
using Plumbline.Findings;
using Plumbline.Gateway;
using Plumbline.Moderation;
using Plumbline.Testing;

namespace Plumbline.EndToEnd.Tests;

/// <summary>The guard's decisions as cases of a real review store.</summary>
public sealed class ReviewDeskTests : IAsyncLifetime
{
    private static readonly CancellationToken None = TestContext.Current.CancellationToken;
    private readonly TemporaryFolder folder = new();
    private IReviewStore store = null!;
    private ReviewDesk desk = null!;

    public async ValueTask InitializeAsync()
    {
        store = await FeedbackStore.OpenReviewsAsync(folder.File("reviews.db"), TimeProvider.System, None);
        desk = new ReviewDesk(store);
    }

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task An_escalated_decision_is_a_case_once()
    {
        var decision = Reviewed("d1", GuardOutcome.Escalate);
        await desk.EscalateAsync(decision, None);
        await desk.EscalateAsync(decision, None);
        await desk.EscalateAsync(decision with { Text = "another text" }, None);

        var record = await store.FindDecisionAsync("d1", None);
        var facts = record!.Summary.Facts;
        Assert.Equal(1, (await store.CountAsync(cancellation: None)).Open);
        Assert.Equal((ReviewReason.Escalated, GuardedPart.Answer, ReviewOutcome.Escalate), (facts.Reason, facts.Part, facts.Outcome));
        Assert.Equal([new ReviewClause("no-violence", 0.9, 0.5)], facts.Clauses);
        Assert.Equal(("hash", "en", "3"), (facts.Constitution, facts.Language, facts.Detectors["text"]));
        Assert.Equal(
            ("the text", "user", "before"),
            (record.Texts!.Text, record.Texts.Conversation[0].Role, record.Texts.Conversation[0].Text)
        );
        Assert.Equal(new ReviewStanding(Outcome: null, IsAppealed: false, IsFinal: false), await desk.FindAsync("d1", None));
        Assert.Null(await desk.FindAsync("d2", None));
    }

    [Fact]
    public async Task Nothing_stays_out_of_review_by_its_form()
    {
        var odd = Reviewed("odd", GuardOutcome.Escalate);
        odd = odd with
        {
            Text = string.Empty,
            Conversation = [new ReviewedMessage("\0", "half \ud83d a pair \0"), new ReviewedMessage("tool", string.Empty)],
            Decision = odd.Decision with
            {
                Verdicts =
                [
                    new ClauseVerdict("a", GuardOutcome.Escalate, 0, double.PositiveInfinity),
                    new ClauseVerdict("b", GuardOutcome.Escalate, double.NaN, double.NaN),
                    new ClauseVerdict("a", GuardOutcome.Allow, 1, 1),
                    .. Enumerable.Range(0, 150).Select(i => new ClauseVerdict($"c{i}", GuardOutcome.Allow, 2, -1)),
                ],
            },
        };
        var longest = ReviewedDecision.Of(
            odd.Decision with
            {
                Id = "long",
            },
            new GuardRequest
            {
                Part = GuardedPart.Answer,
                Text = new string('x', 1_000_000),
                Conversation = [.. Enumerable.Range(0, 500).Select(_ => new ChatMessage(ChatRole.User, new string('y', 10_000)))],
            },
            client: null
        );
        var image = odd with { Text = null, Decision = odd.Decision with { Id = "image", Part = GuardedPart.Image } };

        await desk.EscalateAsync(odd, None);
        await desk.EscalateAsync(longest, None);
        await desk.EscalateAsync(image, None);

        var record = await store.FindDecisionAsync("odd", None);
        Assert.Equal(ReviewLimits.MostClauses, record!.Summary.Facts.Clauses.Count);
        Assert.Equal(new ReviewClause("a", 0, double.MaxValue), record.Summary.Facts.Clauses[0]);
        Assert.Equal(["other", "tool"], record.Texts!.Conversation.Select(message => message.Role));
        Assert.Contains("input", (await store.FindDecisionAsync("image", None))!.Texts!.Reference, StringComparison.Ordinal);
        Assert.Equal(ReviewLimits.LongestText, (await store.FindDecisionAsync("long", None))!.Texts!.Text!.Length);
    }

    [Fact]
    public async Task A_refusal_is_appealed_once_and_again_when_people_have_decided()
    {
        var refused = Reviewed("r1", GuardOutcome.Refuse);

        Assert.Equal(AppealReply.Accepted, await desk.AppealAsync(refused, "It is a toy.", None));
        Assert.Equal(AppealReply.Accepted, await desk.AppealAsync(refused, "It is a toy.", None));
        Assert.Equal(AppealReply.AppealedBefore, await desk.AppealAsync(refused, "In other words.", None));
        var record = await store.FindDecisionAsync("r1", None);
        Assert.Equal(
            (ReviewReason.Appealed, "It is a toy.", "ada"),
            (record!.Summary.Facts.Reason, record.Texts!.Appeal, record.Texts.Appellant)
        );
        Assert.Equal(new ReviewStanding(Outcome: null, IsAppealed: true, IsFinal: false), await desk.FindAsync("r1", None));

        await Decide("anna", ReviewVerdict.Uphold);
        Assert.Equal(new ReviewStanding(GuardOutcome.Refuse, IsAppealed: true, IsFinal: false), await desk.FindAsync("r1", None));
        Assert.Equal(AppealReply.Accepted, await desk.AppealAsync(refused, "Look again.", None));
        Assert.Equal(AppealReply.Accepted, await desk.AppealAsync(refused, "Look again.", None));
        Assert.Equal(AppealReply.AppealedBefore, await desk.AppealAsync(refused, "And again.", None));

        await Decide("ben", ReviewVerdict.Overturn);
        Assert.Equal(new ReviewStanding(GuardOutcome.Allow, IsAppealed: true, IsFinal: true), await desk.FindAsync("r1", None));
    }

    [Fact]
    public async Task What_people_have_before_them_is_appealed_when_they_have_decided_and_not_when_it_is_erased()
    {
        var escalated = Reviewed("e1", GuardOutcome.Escalate);
        await desk.EscalateAsync(escalated, None);
        Assert.Equal(AppealReply.Undecided, await desk.AppealAsync(escalated, "Hurry.", None));

        await Decide("anna", ReviewVerdict.Uphold);
        Assert.Equal(new ReviewStanding(GuardOutcome.Block, IsAppealed: false, IsFinal: false), await desk.FindAsync("e1", None));
        Assert.Equal(AppealReply.Accepted, await desk.AppealAsync(escalated, "Look again.", None));

        await Decide("ben", ReviewVerdict.Uphold);
        // Decided before a moment that lies behind: wait until it does.
        while (await store.EraseTextsAsync(TimeProvider.System.GetUtcNow(), None) == 0)
        {
            await Task.Delay(1, None);
        }

        Assert.Equal(AppealReply.Erased, await desk.AppealAsync(escalated, "Look again.", None));
        Assert.True((await desk.FindAsync("e1", None))!.IsFinal);
    }

    private async Task Decide(string reviewer, ReviewVerdict verdict)
    {
        var taken = await store.TakeAsync(reviewer, ReviewRole.Reviewer, TimeSpan.FromMinutes(10), cancellation: None);
        await store.DecideAsync(
            taken!.Summary.Id,
            reviewer,
            new ReviewJudgement(verdict, new Dictionary<string, bool> { ["no-violence"] = verdict == ReviewVerdict.Uphold }),
            None
        );
    }

    private static ReviewedDecision Reviewed(string id, GuardOutcome outcome) =>
        new()
        {
            Decision = new GuardDecision
            {
                Id = id,
                Time = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddTicks(17),
                Part = GuardedPart.Answer,
                Outcome = outcome,
                Constitution = "hash",
                Input = "input",
                Verdicts = [new ClauseVerdict("no-violence", outcome, 0.9, 0.5)],
                Detectors = new Dictionary<string, string> { ["text"] = "3" },
                Language = "en",
            },
            Text = "the text",
            Conversation = [new ReviewedMessage("user", "before")],
            Client = "ada",
        };
}
