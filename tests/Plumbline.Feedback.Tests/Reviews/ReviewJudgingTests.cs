using Plumbline.Feedback.Reviews;

namespace Plumbline.Feedback.Tests.Reviews;

public sealed class ReviewJudgingTests(PostgresServer server)
{
    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task Reviewers_who_agree_decide_and_see_nothing_of_each_other_before(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var store = await place.OpenReviewsAsync();
        var id = await store.OpenAsync(reviewers: 2);
        var first = await store.JudgeAsync(id, "anna", Cases.Overturn("a joke"));

        Assert.Null(await store.TakeAsync("anna"));
        var taken = (await store.TakeAsync("ben"))!;
        var hidden = Assert.Single(taken.History, step => step.Sequence == first);
        Assert.Equal((null, null), (hidden.Event, hidden.Note));
        Assert.Null(taken.Decision);
        Assert.Empty(await store.ReadOutcomesAsync(0, 10));

        // The clauses in another order, another that is not broken, and another note: it is the same that is said.
        var same = Cases.Overturn("friends") with
        {
            Clauses = new Dictionary<string, bool>
            {
                ["threats"] = false,
                ["insults"] = false,
                ["lies"] = false,
            },
            Seconds = 12.5,
        };
        var last = await store.DecideAsync(id, "ben", same);

        var record = (await store.FindCaseAsync(id))!;
        Assert.Equal((ReviewState.Decided, place.Clock.Now), (record.Summary.State, record.Summary.Decided));
        Assert.Equal(["a joke", "friends"], record.History.Select(step => step.Note).OfType<string>());
        Assert.Equal(("ben", 12.5), (record.Decision!.Reviewer, record.Decision.Judgement.Seconds));
        var result = Assert.Single(await store.ReadOutcomesAsync(0, 10));
        Assert.Equal((last, id, "d1", 1), (result.Sequence, result.Case, result.Facts.Decision, result.Instance));
        Assert.Equal((ReviewOutcome.Allow, place.Clock.Now), (result.Outcome, result.Time));
        Assert.Equal(["anna", "ben"], result.By);
        Assert.False(result.Judgement.Clauses["threats"]);
        Assert.Empty(await store.ReadOutcomesAsync(last, 10));
        Assert.Null(await store.TakeAsync("carl"));
        await Cases.RefusedAsync(() => store.DecideAsync(id, "carl", same), "Case 1 is decided already");
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task Where_reviewers_disagree_an_adjudicator_who_sees_both_has_the_last_word(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var store = await place.OpenReviewsAsync();
        var id = await store.OpenAsync(reviewers: 2);
        await store.JudgeAsync(id, "anna", Cases.Uphold("plain"));

        // The same verdict, but another clause is the one that is broken.
        var other = new Dictionary<string, bool> { ["threats"] = false, ["insults"] = true };
        await store.JudgeAsync(id, "ben", new ReviewJudgement(ReviewVerdict.Uphold, other));

        Assert.Equal(ReviewState.Disputed, (await store.FindCaseAsync(id))!.Summary.State);
        Assert.Null(await store.TakeAsync("carl"));
        Assert.Null(await store.TakeAsync("anna", ReviewRole.Adjudicator, Cases.Lease));
        var taken = (await store.TakeAsync("carl", ReviewRole.Adjudicator, Cases.Lease))!;
        Assert.Equal(2, taken.History.Count(step => step.Event is ReviewGiven));
        Assert.Contains("plain", taken.History.Select(step => step.Note));
        Assert.Null(taken.Decision);

        await store.DecideAsync(id, "carl", Cases.Change());

        var result = Assert.Single(await store.ReadOutcomesAsync(0, 10));
        Assert.Equal(ReviewOutcome.Block, result.Outcome);
        Assert.Equal(["carl"], result.By);
        Assert.Equal(2, (await store.FindCaseAsync(id))!.Summary.Given);
        await ReviewReplay.AssertWholeAsync(await place.OpenAsync(), store);
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task What_people_decided_is_appealed_once_and_judged_by_others(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var store = await place.OpenReviewsAsync();
        var id = await store.OpenAsync();
        await Cases.RefusedAsync(() => store.AppealAsync(id), "Case 1 is Open: people have not decided it");
        await store.JudgeAsync(id, "anna", Cases.Change());

        var appeal = await store.AppealAsync(id, "It was meant well.", "user 17", reviewers: 1);
        Assert.Equal(appeal, await store.AppealAsync(id, "It was meant well.", "user 17", reviewers: 1));
        await Cases.RefusedAsync(() => store.AppealAsync(id, "Please."), $"Case 1 was appealed before, in event {appeal}");
        Assert.Null(await store.TakeAsync("anna"));
        Assert.Null((await store.FindCaseAsync(id))!.Decision);

        var taken = (await store.TakeAsync("ben"))!;
        var step = Assert.Single(taken.History, step => step.Event is ReviewAppealed);
        Assert.Equal(("It was meant well.", "user 17"), (step.Appeal, step.Appellant));
        Assert.Contains(taken.History, past => past.Event is ReviewGiven { Reviewer: "anna", Instance: 1 });
        await store.DecideAsync(id, "ben", Cases.Overturn());

        var results = await store.ReadOutcomesAsync(0, 10);
        Assert.Equal(
            [(1, ReviewOutcome.Block, "anna"), (2, ReviewOutcome.Allow, "ben")],
            results.Select(r => (r.Instance, r.Outcome, r.By[0]))
        );
        Assert.Equal("ben", (await store.FindCaseAsync(id))!.Decision!.Reviewer);

        // The clause that only the first one found is not among what people say now.
        Assert.Equal(["insults", "threats"], (await store.CountAsync()).Rates.Select(rate => rate.Clause));
        await Cases.RefusedAsync(() => store.AppealAsync(id, "Again."), "was appealed before");
        Assert.Equal(
            results.Select(result => result.Sequence).Take(1),
            (await store.ReadOutcomesAsync(0, 1)).Select(result => result.Sequence)
        );
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task The_same_judgement_given_again_is_the_first_one_and_another_is_refused(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var store = await place.OpenReviewsAsync();
        var id = await store.OpenAsync();
        var given = await store.JudgeAsync(id, "anna", Cases.Uphold("plain"));

        Assert.Equal(given, await store.DecideAsync(id, "anna", Cases.Uphold("plain")));
        foreach (var other in new[] { Cases.Uphold(), Cases.Uphold("else"), Cases.Overturn("plain") })
        {
            await Cases.RefusedAsync(() => store.DecideAsync(id, "anna", other), $"'anna' judged case 1 before, in event {given}");
        }

        place.Clock.Now += TimeSpan.FromHours(1);
        await store.EraseTextsAsync(place.Clock.Now);
        Assert.Equal(given, await store.DecideAsync(id, "anna", Cases.Uphold("plain")));
    }

    [Theory]
    [InlineData(ReviewOutcome.Escalate, ReviewOutcome.Block)]
    [InlineData(ReviewOutcome.Refuse, ReviewOutcome.Refuse)]
    [InlineData(ReviewOutcome.Transform, ReviewOutcome.Transform)]
    [InlineData(ReviewOutcome.Allow, ReviewOutcome.Allow)]
    public void What_is_upheld_stands_and_what_was_escalated_stays_back(ReviewOutcome guard, ReviewOutcome upheld)
    {
        Assert.Equal(upheld, Cases.Uphold().OutcomeInstead(guard));
        Assert.Equal(ReviewOutcome.Allow, Cases.Overturn().OutcomeInstead(guard));
        Assert.Equal(ReviewOutcome.Transform, Cases.Change(ReviewOutcome.Transform).OutcomeInstead(guard));
    }

    [Theory]
    [InlineData(ReviewOutcome.Escalate, ReviewOutcome.Block, "That is to uphold it")]
    [InlineData(ReviewOutcome.Refuse, ReviewOutcome.Refuse, "That is to uphold it")]
    [InlineData(ReviewOutcome.Refuse, ReviewOutcome.Allow, "That is to overturn it")]
    [InlineData(ReviewOutcome.Refuse, ReviewOutcome.Escalate, "nobody is left to ask")]
    [InlineData(ReviewOutcome.Allow, null, "It passed: uphold that, or change it")]
    public async Task One_thing_is_said_in_one_way(ReviewOutcome guard, ReviewOutcome? instead, string mend)
    {
        await using var place = await TestStore.CreateAsync(Engine.Sqlite, server);
        var store = await place.OpenReviewsAsync();
        var id = await store.OpenCaseAsync(Cases.Facts() with { Outcome = guard }, Cases.Texts());
        await store.TakeAsync("anna");

        var refusal = await Cases.RefusedAsync(
            () => store.DecideAsync(id, "anna", instead is { } outcome ? Cases.Change(outcome) : Cases.Overturn()),
            $"The guard chose {guard}; the verdict is"
        );

        Assert.Contains(mend, refusal.Mend);
    }

    [Fact]
    public async Task A_judgement_names_every_clause_of_its_case_and_keeps_its_bounds()
    {
        await using var place = await TestStore.CreateAsync(Engine.Sqlite, server);
        var store = await place.OpenReviewsAsync();
        var id = await store.OpenAsync();
        await store.TakeAsync("anna");
        var uphold = Cases.Uphold();
        var many = Enumerable.Range(0, 101).ToDictionary(i => $"c{i}", _ => true);
        foreach (
            var (judgement, problem) in new[]
            {
                (uphold with { Clauses = new Dictionary<string, bool> { ["insults"] = true } }, "does not say whether 'threats' is broken"),
                (uphold with { Clauses = many }, "The number of judged clauses is 101"),
                (uphold with { Clauses = new Dictionary<string, bool> { [" "] = true } }, "The id of a judged clause is empty"),
                (uphold with { Verdict = (ReviewVerdict)9 }, "The verdict is 9"),
                (uphold with { Outcome = ReviewOutcome.Block }, "The verdict is Uphold, and the outcome instead is Block"),
                (uphold with { Verdict = ReviewVerdict.Change }, "The verdict is Change, and the outcome instead is missing"),
                (Cases.Change((ReviewOutcome)9), "The outcome is 9"),
                (uphold with { Note = "" }, "The note is empty"),
                (uphold with { Note = new string('n', 20_001) }, "The note has 20001 characters"),
                (uphold with { Seconds = double.NaN }, "The number of seconds is NaN"),
            }
        )
        {
            await Cases.RefusedAsync(() => store.DecideAsync(id, "anna", judgement), problem);
        }

        await Cases.RefusedAsync(() => store.DecideAsync(9, "anna", uphold), "There is no review case 9");
        await Cases.RefusedAsync(() => store.AppealAsync(id, new string('n', 20_001)), "The appeal has 20001 characters");
        await Cases.RefusedAsync(() => store.AppealAsync(id, reviewers: 0), "The number of reviewers is 0");
        await store.DecideAsync(id, "anna", uphold);
    }
}
