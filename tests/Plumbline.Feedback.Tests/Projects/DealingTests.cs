using Plumbline.Feedback.Projects;

namespace Plumbline.Feedback.Tests.Projects;

public sealed class DealingTests(PostgresServer server)
{
    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task Tasks_are_dealt_by_priority_and_each_takes_exactly_the_people_it_wants(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var stores = await place.OpenAllAsync();
        var (project, requests) = await Tasks.OpenAsync(stores, tasks: 2, wanted: 2);

        Assert.Equal(requests[0], (await stores.Projects.TakeAsync(project, "anna", Tasks.Harmless))!.Request);
        Assert.Equal(requests[0], (await stores.Projects.TakeAsync(project, "bob", Tasks.Harmless))!.Request);
        Assert.Equal(requests[1], (await stores.Projects.TakeAsync(project, "cleo", Tasks.Harmless))!.Request);
        Assert.Equal(requests[1], (await stores.Projects.TakeAsync(project, "dan", Tasks.Harmless))!.Request);
        Assert.Null(await stores.Projects.TakeAsync(project, "eve", Tasks.Harmless));
        Assert.Equal(new ProjectProgress(2, 0, 0, 0, 0, 4, 4), await stores.Projects.CountAsync(project));

        foreach (var (rater, request) in new[] { ("anna", 0), ("bob", 0), ("cleo", 1), ("dan", 1) })
        {
            await stores.Projects.SubmitAsync(rater, Events.Ranking(requests[request], rater));
        }

        Assert.Equal(new ProjectProgress(0, 2, 0, 0, 4, 4, 0), await stores.Projects.CountAsync(project));
        Assert.Equal(1, await stores.Projects.CountJudgedAsync(project, "anna"));
        await TaskReplay.AssertWholeAsync(place, stores);
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task Whoever_takes_again_gets_the_same_task_in_the_same_order_until_they_are_done(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var stores = await place.OpenAllAsync();
        var (project, requests) = await Tasks.OpenAsync(stores);

        var first = await stores.Projects.TakeAsync(project, "anna", Tasks.Harmless);
        place.Clock.Now += TimeSpan.FromMinutes(29);
        var again = await (await place.OpenAllAsync()).Projects.TakeAsync(project, "anna", Tasks.Harmless);
        await stores.Projects.SubmitAsync("anna's", Events.Ranking(requests[0], "anna"));
        var next = await stores.Projects.TakeAsync(project, "anna", Tasks.Harmless);

        Assert.Equal(first!.Shown, again!.Shown);
        Assert.Equal(first.Until, again.Until);
        Assert.Equal(requests[1], next!.Request);
        Assert.Equal(first.Shown, (await stores.Projects.ReadHistoryAsync("anna", null, 10))[0].Judgement.Shown);
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task A_lease_that_ends_gives_the_place_to_others_and_what_comes_then_is_refused(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var stores = await place.OpenAllAsync();
        var (project, requests) = await Tasks.OpenAsync(stores, tasks: 1);
        var late = await stores.Projects.TakeAsync(project, "anna", Tasks.Harmless);
        await stores.Projects.SaveDraftAsync(requests[0], "anna", "nearly done");
        place.Clock.Now = late!.Until;

        await Assert.ThrowsAsync<LeaseEndedException>(() => stores.Projects.SubmitAsync("late", Events.Ranking(requests[0], "anna")));
        await Assert.ThrowsAsync<LeaseEndedException>(() => stores.Projects.RenewAsync(requests[0], "anna"));
        Assert.Equal(requests[0], (await stores.Projects.TakeAsync(project, "bob", Tasks.Harmless))!.Request);
        Assert.Null(await stores.Projects.RetakeAsync(requests[0], "anna"));
        await stores.Projects.ReturnAsync(requests[0], "bob", skip: false);

        // Bob gave it back: Anna goes on where she was.
        Assert.Equal(late.Shown, (await stores.Projects.RetakeAsync(requests[0], "anna"))!.Shown);
        Assert.Equal("nearly done", await stores.Projects.FindDraftAsync(requests[0], "anna"));
        await stores.Projects.SubmitAsync("late", Events.Ranking(requests[0], "anna"));
        Assert.Null(await stores.Projects.FindDraftAsync(requests[0], "anna"));
        Assert.Null(await stores.Projects.RetakeAsync(requests[0], "bob"));
        await TaskReplay.AssertWholeAsync(place, stores);
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task A_lease_can_be_held_longer_and_a_skipped_task_does_not_come_back(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var stores = await place.OpenAllAsync();
        var (project, requests) = await Tasks.OpenAsync(stores, tasks: 2);
        await stores.Projects.TakeAsync(project, "anna", Tasks.Harmless);
        place.Clock.Now += TimeSpan.FromMinutes(20);
        Assert.Equal(place.Clock.Now.AddMinutes(30), await stores.Projects.RenewAsync(requests[0], "anna"));
        place.Clock.Now += TimeSpan.FromMinutes(20);

        await stores.Projects.ReturnAsync(requests[0], "anna", skip: true, "too long");
        await stores.Projects.ReturnAsync(requests[0], "anna", skip: true);

        Assert.Equal(requests[1], (await stores.Projects.TakeAsync(project, "anna", Tasks.Harmless))!.Request);
        Assert.Equal(requests[0], (await stores.Projects.TakeAsync(project, "bob", Tasks.Harmless))!.Request);
        await Assert.ThrowsAsync<InvalidInputException>(() => stores.Projects.SubmitAsync("skipped", Events.Ranking(requests[0], "anna")));
        await TaskReplay.AssertWholeAsync(place, stores);
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task Harmful_tasks_go_only_to_those_who_agreed_and_only_so_many_a_day(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var stores = await place.OpenAllAsync();
        var (project, requests) = await Tasks.OpenAsync(
            stores,
            tasks: 4,
            Tasks.Settings() with
            {
                MostHarmfulPerDay = 1,
            },
            wanted: 5,
            with: (i, request) =>
                request with
                {
                    Harms = i switch
                    {
                        0 => ["violence", "hate"],
                        1 or 2 => ["hate"],
                        _ => [],
                    },
                }
        );
        HashSet<string> hate = ["hate"];

        Assert.Equal(requests[3], (await stores.Projects.TakeAsync(project, "anna", Tasks.Harmless))!.Request);
        Assert.Equal(requests[0], (await stores.Projects.TakeAsync(project, "cleo", new HashSet<string> { "hate", "violence" }))!.Request);
        Assert.Equal(requests[1], (await stores.Projects.TakeAsync(project, "bob", hate))!.Request);
        await stores.Projects.SubmitAsync("bob's first", Events.Ranking(requests[1], "bob"));
        Assert.Equal(requests[3], (await stores.Projects.TakeAsync(project, "bob", hate))!.Request);
        await stores.Projects.SubmitAsync("bob's second", Events.Ranking(requests[3], "bob"));
        Assert.Null(await stores.Projects.TakeAsync(project, "bob", hate));
        place.Clock.Now += TimeSpan.FromDays(1);
        Assert.Equal(requests[2], (await stores.Projects.TakeAsync(project, "bob", hate))!.Request);
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task The_random_share_and_known_answers_come_at_their_rates_whatever_the_priorities(Engine engine)
    {
        const int All = 300;
        await using var place = await TestStore.CreateAsync(engine, server);
        var stores = await place.OpenAllAsync();
        var settings = Tasks.Settings() with { RandomShare = 0.25, GoldShare = 0.1 };
        var (project, requests) = await Tasks.OpenAsync(
            stores,
            All,
            settings,
            with: (i, request) => i < 20 ? request with { Gold = new GoldAnswer([1, 2, 3]), RankingsWanted = 100 } : request
        );
        await stores.Projects.PrioritiseAsync(project, [.. requests.Select(request => new RequestPriority(request, -request))]);

        var dealt = new List<DealReason>();
        for (var i = 0; i < 120; i++)
        {
            await stores.WorkAsync(project, "anna");
        }

        dealt.AddRange(
            (await stores.Rankings.LogAsync()).Select(stored => stored.Event).OfType<RequestTaken>().Select(taken => taken.Reason)
        );
        Assert.Equal(120, dealt.Count);

        // Five standard errors of shares of 0.1 and 0.225 of 120.
        Assert.InRange(dealt.Count(reason => reason == DealReason.Gold) / 120.0, 0.1 - 0.09, 0.1 + 0.14);
        Assert.InRange(dealt.Count(reason => reason == DealReason.Random) / 120.0, 0.225 - 0.19, 0.225 + 0.19);
        var priorities = await stores.Projects.ReadPrioritiesAsync(project, 10);
        Assert.Equal(priorities.OrderByDescending(one => one.Priority), priorities);
        await TaskReplay.AssertWholeAsync(place, stores);
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task Many_who_take_and_judge_at_once_never_exceed_what_is_wanted_and_lose_nothing(Engine engine)
    {
        const int People = 12;
        const int All = 15;
        await using var place = await TestStore.CreateAsync(engine, server);
        var first = await place.OpenAllAsync();
        var second = await place.OpenAllAsync();
        var (project, requests) = await Tasks.OpenAsync(first, All, wanted: 3);

        var acknowledged = await Task.WhenAll(
            Enumerable
                .Range(0, People)
                .Select(i =>
                    Task.Run(async () =>
                    {
                        var done = new List<long>();
                        while (await (i % 2 == 0 ? first : second).WorkAsync(project, $"rater {i}") is { } request)
                        {
                            done.Add(request);
                        }

                        return done;
                    })
                )
        );

        Assert.Equal(requests.SelectMany(request => Enumerable.Repeat(request, 3)), acknowledged.SelectMany(done => done).Order());
        await TaskReplay.AssertWholeAsync(place, first);
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task Requests_of_no_project_are_dealt_too_and_those_without_a_lease_cannot_take_a_promised_place(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var stores = await place.OpenAllAsync();
        var request = await stores.Rankings.AppendAsync("a run asks", Events.Request(wanted: 2));
        await stores.Projects.TakeAsync(0, "anna", Tasks.Harmless);
        await stores.Rankings.AppendAsync("bob's", Events.Ranking(request, "bob"));

        var refusal = await Assert.ThrowsAsync<InvalidInputException>(() =>
            stores.Rankings.AppendAsync("cleo's", Events.Ranking(request, "cleo"))
        );

        Assert.Contains("promised to others", refusal.Problem);
        await stores.Projects.SubmitAsync("anna's", Events.Ranking(request, "anna"));
        await TaskReplay.AssertWholeAsync(place, stores);
    }
}
