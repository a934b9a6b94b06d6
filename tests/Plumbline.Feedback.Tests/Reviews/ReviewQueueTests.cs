using Plumbline.Feedback.Reviews;
using Plumbline.Findings;

namespace Plumbline.Feedback.Tests.Reviews;

public sealed class ReviewQueueTests(PostgresServer server)
{
    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task A_case_comes_back_as_it_was_given_to_whoever_takes_it(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var (writing, reading) = (await place.OpenReviewsAsync(), await place.OpenReviewsAsync());
        var (facts, texts) = (Cases.FullFacts(), Cases.FullTexts());

        var id = await writing.OpenCaseAsync(facts, texts);
        var taken = (await reading.TakeAsync("anna"))!;

        Assert.Equal((id, place.Clock.Now), (taken.Summary.Id, taken.Summary.Opened));
        Assert.Equal(("anna", place.Clock.Now + Cases.Lease), (taken.Summary.Holder, taken.Summary.HeldUntil));
        Assert.Equal((ReviewState.Open, 1, 3, 0), (taken.Summary.State, taken.Summary.Instance, taken.Summary.Wanted, taken.Summary.Given));
        var stored = taken.Summary.Facts;
        Assert.Equal(facts.Time.AddTicks(-7), stored.Time);
        Assert.Equal(TimeSpan.Zero, stored.Time.Offset);
        Assert.Equal(facts.Clauses, stored.Clauses);
        Assert.Equal(facts.Detectors.OrderBy(pair => pair.Key), stored.Detectors.OrderBy(pair => pair.Key));
        Assert.Equal(facts with { Time = stored.Time, Clauses = stored.Clauses, Detectors = stored.Detectors }, stored);
        Assert.Equal(texts.Conversation, taken.Texts!.Conversation);
        Assert.Equal(texts with { Conversation = taken.Texts.Conversation }, taken.Texts);
        Assert.IsType<ReviewOpened>(taken.History[0].Event);
        Assert.Equal(new ReviewTaken(id, "anna", ReviewRole.Reviewer, place.Clock.Now + Cases.Lease), taken.History[1].Event);
        Assert.Equal(2, taken.History.Count);
        Assert.Equal(id, (await reading.FindDecisionAsync("d1"))!.Summary.Id);
        Assert.Null(await reading.FindDecisionAsync("d2"));
        Assert.Null(await reading.FindCaseAsync(17));
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task A_decision_has_one_case_and_no_other(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var store = await place.OpenReviewsAsync();
        var (facts, texts) = (Cases.FullFacts(), Cases.FullTexts());
        var id = await store.OpenCaseAsync(facts, texts);
        var reordered = facts with { Detectors = facts.Detectors.Reverse().ToDictionary() };

        Assert.Equal(id, await store.OpenCaseAsync(reordered, texts));
        await Cases.RefusedAsync(() => store.OpenCaseAsync(facts with { Priority = 3 }, texts), "'d1' already has case 1");
        await Cases.RefusedAsync(() => store.OpenCaseAsync(facts, texts with { Text = "Another." }), "other facts or texts");
        Assert.Single((await store.FindCaseAsync(id))!.History);
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task Cases_are_taken_by_priority_then_age_and_go_back_when_given_back_or_when_the_lease_ends(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var store = await place.OpenReviewsAsync();
        var (first, urgent, alike) = (await store.OpenAsync("d1"), await store.OpenAsync("d2", 2.5), await store.OpenAsync("d3", 2.5));

        Assert.Equal(urgent, (await store.TakeAsync("anna"))!.Summary.Id);
        Assert.Equal(alike, (await store.TakeAsync("ben"))!.Summary.Id);
        Assert.Equal(first, (await store.TakeAsync("carl"))!.Summary.Id);
        Assert.Null(await store.TakeAsync("dora"));

        // A page that is opened again shows the same case.
        Assert.Equal(urgent, (await store.TakeAsync("anna"))!.Summary.Id);
        await store.ReturnAsync(alike, "ben");
        Assert.Equal(alike, (await store.TakeAsync("dora"))!.Summary.Id);

        place.Clock.Now += Cases.Lease;
        Assert.Equal(urgent, (await store.TakeAsync("ben"))!.Summary.Id);
        await Cases.RefusedAsync(() => store.DecideAsync(urgent, "anna", Cases.Uphold()), "'anna' does not hold case 2");
        await Cases.RefusedAsync(() => store.DecideAsync(alike, "dora", Cases.Uphold()), "'dora' holds case 3 no more: the lease ended at");
        await store.ReturnAsync(urgent, "anna");
        Assert.Equal("ben", (await store.FindCaseAsync(urgent))!.Summary.Holder);
        await store.DecideAsync(urgent, "ben", Cases.Uphold());
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task A_lease_is_renewed_and_never_shortened(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var store = await place.OpenReviewsAsync();
        var id = await store.OpenAsync();
        await store.TakeAsync("anna");
        var end = place.Clock.Now + Cases.Lease;

        Assert.Equal(end, await store.RenewAsync(id, "anna", TimeSpan.FromSeconds(1)));
        place.Clock.Now = end.AddMilliseconds(-1);
        Assert.Equal(place.Clock.Now.AddHours(1), await store.RenewAsync(id, "anna", TimeSpan.FromHours(1)));
        Assert.Null(await store.TakeAsync("ben"));
        Assert.Equal(
            [typeof(ReviewOpened), typeof(ReviewTaken), typeof(ReviewRenewed)],
            (await store.FindCaseAsync(id))!.History.Select(step => step.Event!.GetType())
        );
        await Cases.RefusedAsync(() => store.RenewAsync(id, "ben", Cases.Lease), "'ben' does not hold case 1");
        await Cases.RefusedAsync(() => store.RenewAsync(9, "anna", Cases.Lease), "There is no review case 9");
        await Cases.RefusedAsync(() => store.ReturnAsync(9, "anna"), "There is no review case 9");
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task A_filter_gives_only_what_it_names(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var store = await place.OpenReviewsAsync();
        var facts = Cases.Facts();
        ReviewCase[] all =
        [
            facts,
            facts with
            {
                Decision = "d2",
                Language = "de",
            },
            facts with
            {
                Decision = "d3",
                Reason = ReviewReason.Escalated,
                Outcome = ReviewOutcome.Escalate,
            },
            facts with
            {
                Decision = "d4",
                Part = GuardedPart.ImagePrompt,
                Language = null,
            },
            facts with
            {
                Decision = "d5",
                Clauses = [new ReviewClause("lies", 0.5, 0.5)],
            },
        ];
        foreach (var one in all)
        {
            await store.OpenCaseAsync(one, Cases.Texts());
        }

        foreach (
            var (filter, decision) in new (ReviewFilter, string?)[]
            {
                (new ReviewFilter(), "d1"),
                (new ReviewFilter { Language = "de" }, "d2"),
                (new ReviewFilter { Reason = ReviewReason.Escalated }, "d3"),
                (new ReviewFilter { Part = GuardedPart.ImagePrompt }, "d4"),
                (new ReviewFilter { Clause = "lies" }, "d5"),
                (new ReviewFilter { Case = 4 }, "d4"),
                (new ReviewFilter { Clause = "lies", Language = "de" }, null),
                (new ReviewFilter { Clause = "' OR 1 = 1 --" }, null),
            }
        )
        {
            var taken = await store.TakeAsync("anna", filter);
            Assert.Equal(decision, taken?.Summary.Facts.Decision);
            if (taken is not null)
            {
                await store.ReturnAsync(taken.Summary.Id, "anna");
            }
        }
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task Whoever_holds_a_case_gets_no_other_one_by_name(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var store = await place.OpenReviewsAsync();
        await store.OpenAsync("d1");
        await store.OpenAsync("d2");
        await store.TakeAsync("anna");

        await Cases.RefusedAsync(() => store.TakeAsync("anna", new ReviewFilter { Case = 2 }), "'anna' holds case 1 and asks for case 2");
        Assert.Equal(1, (await store.TakeAsync("anna", new ReviewFilter { Case = 1 }))!.Summary.Id);
        Assert.Null(await store.TakeAsync("ben", new ReviewFilter { Case = 1 }));
    }

    [Fact]
    public async Task Who_and_how_long_are_checked()
    {
        await using var place = await TestStore.CreateAsync(Engine.Sqlite, server);
        var store = await place.OpenReviewsAsync();

        await Cases.RefusedAsync(() => store.TakeAsync(" "), "The reviewer is empty");
        await Cases.RefusedAsync(() => store.TakeAsync("anna", (ReviewRole)7, Cases.Lease), "The role is 7");
        await Cases.RefusedAsync(() => store.TakeAsync("anna", ReviewRole.Reviewer, TimeSpan.Zero), "The lease is 00:00:00");
        await Cases.RefusedAsync(() => store.RenewAsync(1, "anna", TimeSpan.FromDays(2)), "The lease is 2.00:00:00");
        await Cases.RefusedAsync(() => store.ReturnAsync(1, new string('a', 201)), "The reviewer has 201 characters");
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task Rankings_and_reviews_stand_in_one_log_and_do_not_mix(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var (store, reviews) = (await place.OpenAsync(), await place.OpenReviewsAsync());
        var request = await store.AppendAsync("ask", Events.Request());
        var reviewCase = await reviews.OpenAsync();
        await store.AppendAsync("rank", Events.Ranking(request));

        Assert.Equal((1, 2), (request, reviewCase));
        await Cases.RefusedAsync(
            () => store.AppendAsync("mine", new ReviewErased(reviewCase)),
            "ReviewErased is an event of a review case"
        );
        await Cases.RefusedAsync(() => store.AppendAsync("rank 2", Events.Ranking(reviewCase)), "There is no request 2");
        await Cases.RefusedAsync(() => reviews.ReturnAsync(request, "anna"), "There is no review case 1");
        Assert.Null(await store.FindRequestAsync(reviewCase));
        await store.AssertWholeAsync();
        await ReviewReplay.AssertWholeAsync(store, reviews);
    }
}
