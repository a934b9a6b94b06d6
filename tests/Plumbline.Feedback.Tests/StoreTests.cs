using Plumbline.Feedback.Storage;

namespace Plumbline.Feedback.Tests;

public sealed class StoreTests(PostgresServer server)
{
    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task Events_come_back_as_they_were_given_through_another_connection_at_once(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var (writing, reading) = (await place.OpenAsync(), await place.OpenAsync());
        FeedbackEvent[] given = [Events.FullRequest(), Events.FullRanking(1), new RequestWithdrawn(1, "superseded")];

        for (var i = 0; i < given.Length; i++)
        {
            place.Clock.Now = place.Clock.Now.AddMilliseconds(1);
            Assert.Equal(i + 1, await writing.AppendAsync($"key {i}", given[i]));
            var stored = (await reading.LogAsync())[i];
            Assert.Equal((i + 1, $"key {i}"), (stored.Sequence, stored.ClientKey));
            Assert.Equal(place.Clock.Now, stored.Time);
            Assert.Equal(TimeSpan.Zero, stored.Time.Offset);
            Assert.Equal(EventJson.Write(given[i]), EventJson.Write(stored.Event));
        }
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task A_known_key_gets_the_first_number_for_the_same_event_and_a_refusal_for_another(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var store = await place.OpenAsync();
        await store.AppendAsync("ask", Events.FullRequest() with { RankingsWanted = 1 });
        var ranking = Events.FullRanking(1);
        await store.AppendAsync("rank", ranking);
        var reordered = ranking with { CriterionRanks = ranking.CriterionRanks.Reverse().ToDictionary() };

        Assert.Equal(2, await store.AppendAsync("rank", ranking));
        Assert.Equal(2, await (await place.OpenAsync()).AppendAsync("rank", reordered));
        foreach (
            FeedbackEvent other in new FeedbackEvent[] { ranking with { Comment = "else" }, new RequestWithdrawn(1), Events.Request() }
        )
        {
            var refusal = await Assert.ThrowsAsync<InvalidInputException>(() => store.AppendAsync("rank", other));
            Assert.Contains("'rank' already stands for event 2", refusal.Message);
        }

        Assert.Equal(3, await store.AppendAsync("next", Events.Request()));
        await store.AssertWholeAsync();
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task Hostile_texts_are_stored_as_text(Engine engine)
    {
        string[] texts =
        [
            "'; DROP TABLE feedback_events; --",
            "\"quoted\" \\u0000 \\ $1 @key {0} %s",
            "مرحبا \u202Eright to left\u202C שלום",
            "👩🏽‍🚀 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 \uFFFE\uFFFF\uFEFF",
            "e\u0301 is not é",
            "line\r\nbreak\ttab \u0001\u001F\u007F\u0085\u2028",
            "<script>alert('x')</script>&amp;",
        ];
        await using var place = await TestStore.CreateAsync(engine, server);
        var store = await place.OpenAsync();

        foreach (var text in texts)
        {
            var request = await store.AppendAsync("ask " + text, Events.Request(text) with { Criteria = [new(text, text)] });
            await store.AppendAsync("rank " + text, Events.Ranking(request, text) with { Comment = text });
            var found = await store.FindRequestAsync(request);
            Assert.Equal(text, found!.Comparison.Prompt.Text);
            Assert.Equal((text, text), (found.Rankings[0].Ranking.Rater, found.Rankings[0].Ranking.Comment));
            Assert.DoesNotContain(await store.ReadOpenRequestsAsync(100, notRankedBy: text), open => open.Id == request);
        }

        Assert.Equal(texts.Order(StringComparer.Ordinal), (await store.CountRankingsAsync()).Select(count => count.Rater));
        await store.AssertWholeAsync();
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task The_largest_event_is_stored_and_a_larger_one_is_refused(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var store = await place.OpenAsync();
        string[] answers = [.. Enumerable.Range(1, 9).Select(digit => new string((char)('0' + digit), FeedbackLimits.LongestText))];
        var large = Events.Request(new string('p', FeedbackLimits.LongestText - 1000)) with { Answers = answers };

        Assert.Equal(1, await store.AppendAsync("large", large));
        Assert.Equal(answers, (await store.FindRequestAsync(1))!.Comparison.Answers);
        var escaped = large with { Answers = [.. answers.Select(answer => answer[1..] + "\"")] };
        Assert.Equal(2, await store.AppendAsync("escaped", escaped));
        var larger = large with { Answers = [.. answers.Select(answer => answer[1000..] + new string('"', 1000))] };
        var refusal = await Assert.ThrowsAsync<InvalidInputException>(() => store.AppendAsync("larger", larger));
        Assert.Contains("characters in JSON", refusal.Message);
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task Open_requests_come_by_priority_then_age_and_leave_out_what_a_rater_ranked(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var store = await place.OpenAsync();
        double[] priorities = [0, 2.5, -1e300, 2.5, 1e300];
        foreach (var priority in priorities)
        {
            await store.AppendAsync(
                $"ask {priority} {Array.IndexOf(priorities, priority)} {await CountAsync()}",
                Events.Request(priority: priority, wanted: 2)
            );
        }

        await store.AppendAsync("rank", Events.Ranking(4, "anna"));

        Assert.Equal([5, 2, 4, 1, 3], (await store.ReadOpenRequestsAsync(10)).Select(open => open.Id));
        Assert.Equal([5, 2], (await store.ReadOpenRequestsAsync(2)).Select(open => open.Id));
        Assert.Equal([5, 2, 1, 3], (await store.ReadOpenRequestsAsync(10, notRankedBy: "anna")).Select(open => open.Id));
        Assert.Single((await store.ReadOpenRequestsAsync(10)).Single(open => open.Id == 4).Rankings);

        async Task<int> CountAsync() => (await store.LogAsync()).Count;
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task A_request_takes_exactly_the_rankings_it_wants_each_of_another_rater(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var store = await place.OpenAsync();
        await store.AppendAsync("ask", Events.Request(wanted: 2));
        await store.AppendAsync("anna", Events.Ranking(1, "anna"));

        Assert.Contains("before, in event 2", await RefusalAsync(Events.Ranking(1, "anna", 1, 2, 3)));
        Assert.Equal(RequestState.Open, (await store.FindRequestAsync(1))!.State);
        await store.AppendAsync("ben", Events.Ranking(1, "ben"));

        Assert.Equal(RequestState.Answered, (await store.FindRequestAsync(1))!.State);
        Assert.Empty(await store.ReadOpenRequestsAsync(10));
        Assert.Contains("has the 2 rankings it wanted", await RefusalAsync(Events.Ranking(1, "carl")));
        Assert.Contains("has the 2 rankings it wanted", await RefusalAsync(new RequestWithdrawn(1)));
        Assert.Contains("no request 99", await RefusalAsync(Events.Ranking(99, "carl")));
        Assert.Contains("no request 2", await RefusalAsync(Events.Ranking(2, "carl")));
        await store.AssertWholeAsync();

        async Task<string> RefusalAsync(FeedbackEvent what) =>
            (await Assert.ThrowsAsync<InvalidInputException>(() => store.AppendAsync("refused", what))).Message;
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task A_withdrawn_request_is_asked_no_more_and_keeps_its_rankings(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var store = await place.OpenAsync();
        await store.AppendAsync("ask", Events.Request(wanted: 2));
        await store.AppendAsync("rank", Events.Ranking(1));
        await store.AppendAsync("withdraw", new RequestWithdrawn(1, "the policy moved on"));

        Assert.Empty(await store.ReadOpenRequestsAsync(10));
        var found = await store.FindRequestAsync(1);
        Assert.Equal((RequestState.Withdrawn, 1), (found!.State, found.Rankings.Count));
        foreach (FeedbackEvent late in new FeedbackEvent[] { Events.Ranking(1, "ben"), new RequestWithdrawn(1) })
        {
            var refusal = await Assert.ThrowsAsync<InvalidInputException>(() => store.AppendAsync("late", late));
            Assert.Contains("was withdrawn", refusal.Message);
        }
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task Rankings_are_paged_without_what_stands_between_them(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var store = await place.OpenAsync();
        for (var i = 0; i < 5; i++)
        {
            var request = await store.AppendAsync($"ask {i}", Events.Request());
            await store.AppendAsync($"rank {i}", Events.Ranking(request));
        }

        var pages = new List<long[]>();
        for (long after = 0; await store.ReadRankingsAsync(after, 2) is { Count: > 0 } page; after = page[^1].Sequence)
        {
            pages.Add([.. page.Select(stored => stored.Sequence)]);
        }

        Assert.Equal(
            [
                [2, 4],
                [6, 8],
                [10],
            ],
            pages
        );
        Assert.Equal([7, 9], (await store.ReadRankedRequestsAsync(5, 10)).Select(request => request.Id));
        Assert.Null(await store.FindRequestAsync(2));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => store.ReadRankingsAsync(0, 0));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => store.ReadEventsAsync(0, 1001));
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task Rankings_are_counted_by_rater_and_criterion(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var store = await place.OpenAsync();
        await store.AppendAsync("ask 1", Events.FullRequest());
        await store.AppendAsync("ask 2", Events.FullRequest());
        await store.AppendAsync("a1", Events.FullRanking(1, "anna"));
        await store.AppendAsync("a2", Events.FullRanking(2, "anna") with { Ranks = null });
        await store.AppendAsync("b1", Events.Ranking(1, "Ben"));
        await store.AppendAsync("c1", new RankingGiven(1, "carl") { AllBad = true });

        Assert.Equal(
            [new("Ben", null, 1), new("anna", null, 1), new("anna", "harm", 2), new("anna", "help", 2)],
            await store.CountRankingsAsync()
        );
        Assert.True((await store.FindRequestAsync(1))!.Rankings[2].Ranking.AllBad);
        await store.AssertWholeAsync();
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task A_ranking_must_fit_its_request(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var store = await place.OpenAsync();
        await store.AppendAsync("ask", Events.Request(answers: 3));
        var foreign = Events.Ranking(1) with { CriterionRanks = new Dictionary<string, IReadOnlyList<int>> { ["style"] = [1, 2, 3] } };

        var count = await Assert.ThrowsAsync<InvalidInputException>(() => store.AppendAsync("rank", Events.Ranking(1, "anna", 1, 2)));
        var criterion = await Assert.ThrowsAsync<InvalidInputException>(() => store.AppendAsync("rank", foreign));

        Assert.Contains("has 3 answers; 2 are ranked", count.Message);
        Assert.Contains("no criterion 'style'", criterion.Message);
        Assert.Single(await store.LogAsync());
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task The_log_refuses_to_be_changed(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var store = await place.OpenAsync();
        await store.AppendAsync("ask", Events.Request());

        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => place.SqlAsync("UPDATE feedback_events SET client_key = 'x'"));
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => place.SqlAsync("DELETE FROM feedback_events"));
        Assert.Equal("ask", (await store.LogAsync()).Single().ClientKey);
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task Raters_have_one_pseudonym_in_a_store_and_another_in_the_next(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        await using var other = await TestStore.CreateAsync(engine, server);
        var pseudonym = (await place.OpenAsync()).HashRater("anna");

        Assert.Matches("^[0-9a-f]{64}$", pseudonym);
        Assert.Equal(pseudonym, (await place.OpenAsync()).HashRater("anna"));
        Assert.NotEqual(pseudonym, (await place.OpenAsync()).HashRater("ben"));
        Assert.NotEqual(pseudonym, (await other.OpenAsync()).HashRater("anna"));
    }
}
