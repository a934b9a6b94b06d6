using Plumbline.Feedback.Projects;

namespace Plumbline.Feedback.Tests.Projects;

public sealed class JudgingTests(PostgresServer server)
{
    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task A_judgement_under_one_key_is_stored_once_and_another_under_it_is_refused(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var stores = await place.OpenAllAsync();
        var (project, requests) = await Tasks.OpenAsync(stores, tasks: 1, wanted: 2);
        await stores.Projects.TakeAsync(project, "anna", Tasks.Harmless);
        var ranking = Events.Ranking(requests[0], "anna", 1, 1, 2);

        var numbers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => stores.Projects.SubmitAsync("key", ranking)));

        Assert.Single(numbers.Distinct());
        await Assert.ThrowsAsync<InvalidInputException>(() => stores.Projects.SubmitAsync("key", ranking with { Ranks = [1, 2, 3] }));
        await Assert.ThrowsAsync<InvalidInputException>(() => stores.Projects.SubmitAsync("other key", ranking));
        await Assert.ThrowsAsync<InvalidInputException>(() => stores.Projects.SubmitAsync("key", ranking with { Rater = "bob" }));
        Assert.Single((await stores.Rankings.FindRequestAsync(requests[0]))!.Rankings);
        await TaskReplay.AssertWholeAsync(place, stores);
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task Everything_a_judgement_can_hold_comes_back_as_it_was(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var stores = await place.OpenAllAsync();
        var (project, requests) = await Tasks.OpenAsync(
            stores,
            tasks: 1,
            Tasks.Settings() with
            {
                Form = new()
                {
                    Margin = true,
                    Critiques = true,
                    Ratings = [new("quality", "Quality")],
                    Flags = [new("rude", "Rude"), new("false", "False")],
                    SpanLabels = [new("wrong", "Wrong")],
                    TurnRatings = [new("tone", "Tone")],
                },
            },
            with: (_, request) => Events.FullRequest() with { Project = request.Project, Answers = ["Yes.", "No."], RankingsWanted = 1 }
        );
        var given = new RankingGiven(requests[0], "anna", [2, 1])
        {
            CriterionRanks = new Dictionary<string, IReadOnlyList<int>> { ["harm"] = [1, 2] },
            Margin = 3,
            Answers =
            [
                new()
                {
                    Ratings = new Dictionary<string, int> { ["quality"] = 2 },
                    Flags = ["rude", "false"],
                    Critique = "no",
                    Spans = [new(0, 3, "wrong") { Note = "is it?" }],
                },
                new() { Ratings = new Dictionary<string, int> { ["quality"] = 7 } },
            ],
            Turns = [new(1, new Dictionary<string, int> { ["tone"] = 5 })],
            Comment = "a remark",
            Seconds = 61.5,
        };
        var task = await stores.Projects.TakeAsync(project, "anna", Tasks.Harmless);

        await stores.Projects.SubmitAsync("all", given);

        var stored = (await (await place.OpenAllAsync()).Projects.ReadHistoryAsync("anna", null, 1))[0].Judgement;
        Assert.Equivalent(given with { Shown = task!.Shown }, stored, strict: true);
    }

    [Fact]
    public async Task What_a_project_does_not_ask_or_asks_and_does_not_get_is_refused()
    {
        await using var place = await TestStore.CreateAsync(Engine.Sqlite, server);
        var stores = await place.OpenAllAsync();
        var form = new JudgementForm
        {
            Ties = false,
            AllBad = false,
            Comment = false,
            Ratings = [new("quality", "Quality")],
        };
        var (project, requests) = await Tasks.OpenAsync(stores, tasks: 1, Tasks.Settings() with { Form = form });
        await stores.Projects.TakeAsync(project, "anna", Tasks.Harmless);
        AnswerJudgement rated = new() { Ratings = new Dictionary<string, int> { ["quality"] = 4 } };
        var good = new RankingGiven(requests[0], "anna", [1, 2, 3]) { Answers = [rated, rated, rated] };
        (RankingGiven, string)[] bad =
        [
            (good with { Ranks = null }, "not ranked"),
            (good with { Ranks = [1, 1, 2] }, "share a place"),
            (good with { AllBad = true }, "all answers are called bad"),
            (good with { Comment = "so" }, "a remark is given"),
            (good with { Answers = [] }, "an answer is not rated"),
            (good with { Answers = [rated, rated, new()] }, "an answer is not rated"),
            (good with { Answers = [rated, rated] }, "2 are judged"),
            (good with { Answers = [rated, rated, rated with { Flags = ["rude"] }] }, "flag 'rude'"),
            (good with { Answers = [rated, rated, rated with { Critique = "bad" }] }, "a critique is given"),
            (good with { Answers = [rated, rated, rated with { Spans = [new(0, 3, "x")] }] }, "kind of passage 'x'"),
            (good with { Answers = [rated, rated, rated with { Spans = [new(0, 300, "x")] }] }, "ends at 300"),
            (good with { Margin = 1 }, "cannot have a margin"),
            (good with { Turns = [new(0, new Dictionary<string, int> { ["tone"] = 1 })] }, "no message 0"),
        ];

        foreach (var (ranking, problem) in bad)
        {
            var refusal = await Assert.ThrowsAsync<InvalidInputException>(() => stores.Projects.SubmitAsync("key", ranking));
            Assert.Contains(problem, refusal.Problem);
        }

        await stores.Projects.SubmitAsync("key", good);
        await TaskReplay.AssertWholeAsync(place, stores);
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task Where_people_agree_too_little_a_reviewer_who_did_not_rank_settles_it_once(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var stores = await place.OpenAllAsync();
        var (project, requests) = await Tasks.OpenAsync(stores, tasks: 2, Tasks.Settings() with { AgreementFloor = 0.6 }, wanted: 2);
        await stores.WorkAsync(project, "anna", 1, 2, 3);
        await stores.WorkAsync(project, "bob", 3, 2, 1);
        await stores.WorkAsync(project, "anna", 1, 2, 3);
        await stores.WorkAsync(project, "bob", 1, 2, 3);

        Assert.Equal([requests[0]], await stores.Projects.ReadDisputedAsync(project, 0, 10));
        Assert.Equal(RequestState.Disputed, (await stores.Rankings.FindRequestAsync(requests[0]))!.State);
        var settled = new RequestAdjudicated(requests[0], "rob", [2, 1, 1]) { Comment = "both are right" };
        await RefusedAsync("ranked request", settled with { Rater = "anna" });
        await RefusedAsync("2 are ranked", settled with { Ranks = [1, 2] });
        await RefusedAsync("is not disputed but answered", settled with { Request = requests[1] });
        await RefusedAsync("there is none", settled with { Request = 99 });
        var number = await stores.Projects.AdjudicateAsync("settle", settled);
        Assert.Equal(number, await stores.Projects.AdjudicateAsync("settle", settled));
        await RefusedAsync("is not disputed but answered", settled with { Rater = "ruth" });

        Assert.Empty(await stores.Projects.ReadDisputedAsync(project, 0, 10));
        var example = (await stores.Rankings.FindRequestAsync(requests[0]))!.ToRankedExample();
        Assert.Equal([1, 1, 2], example!.Ranks);
        Assert.Equal("answer 1", example.Answers[2].Text);

        async Task RefusedAsync(string problem, RequestAdjudicated adjudication)
        {
            var refusal = await Assert.ThrowsAsync<InvalidInputException>(() => stores.Projects.AdjudicateAsync("key", adjudication));
            Assert.Contains(problem, refusal.Problem);
        }
    }

    [Fact]
    public void A_known_answer_is_met_where_every_pair_it_orders_is_ordered_so()
    {
        var gold = new GoldAnswer([1, 2, 2]);

        Assert.True(gold.IsMetBy([1, 2, 3]));
        Assert.True(gold.IsMetBy([1, 3, 2]));
        Assert.False(gold.IsMetBy([1, 1, 2]));
        Assert.False(gold.IsMetBy([2, 1, 3]));
        Assert.False(gold.IsMetBy(null));
        Assert.False(gold.IsMetBy([1, 2]));
    }
}
