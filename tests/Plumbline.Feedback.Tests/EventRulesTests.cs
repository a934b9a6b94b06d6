using System.Text;
using Microsoft.Extensions.AI;
using Plumbline.Data;
using Plumbline.Feedback.Projects;
using Plumbline.Feedback.Storage;
using Plumbline.Randomness;
using Plumbline.Testing;

namespace Plumbline.Feedback.Tests;

public sealed class EventRulesTests(PostgresServer server)
{
    private static readonly ComparisonRequested Request = Events.FullRequest();
    private static readonly RankingGiven Ranking = Events.FullRanking(1);
    private static readonly string TooLong = new('x', FeedbackLimits.LongestText + 1);

    /// <summary>Events that break one rule each, with a word of the message that says which.</summary>
    private static readonly (FeedbackEvent Event, string Said)[] Broken =
    [
        (Request with { Prompt = Content.FromText(" \n") }, "prompt is empty"),
        (Request with { Prompt = Content.FromText("a\0b") }, "NUL at 2"),
        (Request with { Prompt = Content.FromText("a👩b\uD83D") }, "half a surrogate pair at 5"),
        (Request with { Prompt = Content.FromText("\uDC69\uD83D") }, "half a surrogate pair at 1"),
        (Request with { Prompt = Content.FromText(TooLong) }, "1000001 characters"),
        (Request with { Prompt = Content.FromMessages([]) }, "number of messages is 0"),
        (Request with { Prompt = Content.FromMessages([new ChatMessage(ChatRole.User, "")]) }, "message 1 of the prompt is empty"),
        (Request with { Prompt = Content.FromMessages([new ChatMessage(new ChatRole("judge"), "x")]) }, "'judge'"),
        (
            Request with
            {
                Prompt = Content.FromMessages([new ChatMessage(ChatRole.User, [new DataContent(new byte[1], "image/png")])]),
            },
            "more than text"
        ),
        (Request with { Answers = [] }, "number of answers is 0"),
        (Request with { Answers = [.. Enumerable.Range(1, 10).Select(number => $"{number}")] }, "number of answers is 10"),
        (Request with { Answers = ["one", "two", "one"] }, "Answers 1 and 3 are the same"),
        (Request with { Answers = ["one", ""] }, "answer 2 is empty"),
        (Request with { Answers = ["one", null!] }, "answer 2 is empty"),
        (Request with { Answers = ["one", TooLong] }, "answer 2 has 1000001"),
        (Request with { Priority = double.NaN }, "priority is NaN"),
        (Request with { Priority = double.PositiveInfinity }, "priority is Infinity"),
        (Request with { RankingsWanted = 0 }, "rankings wanted is 0"),
        (Request with { RankingsWanted = 10_001 }, "rankings wanted is 10001"),
        (Request with { ExpectedInformation = -1 }, "expected information is -1"),
        (Request with { Source = new AnswerSource(Step: -1) }, "step of the source is -1"),
        (Request with { Source = new AnswerSource(Model: new string('m', 201)) }, "model of the source has 201"),
        (Request with { Source = new AnswerSource(Run: "\0") }, "run of the source"),
        (Request with { Criteria = [new("a", "A?"), new("a", "B?")] }, "Two criteria have the id 'a'"),
        (Request with { Criteria = [new("", "A?")] }, "id of criterion 1 is empty"),
        (Request with { Criteria = [new("a", " ")] }, "wording of criterion 1 is empty"),
        (Request with { Criteria = [null!] }, "criterion 1 is missing"),
        (
            Request with
            {
                Criteria = [.. Enumerable.Range(1, 21).Select(i => new FeedbackCriterion($"{i}", "?"))],
            },
            "number of criteria is 21"
        ),
        (Request with { Project = -1 }, "project is -1"),
        (Request with { Harms = ["a", "a"] }, "stands twice"),
        (Request with { Harms = ["a\nb"] }, "line break"),
        (Request with { Gold = new GoldAnswer([1, 2, 3, 4]) }, "known ranks are 4"),
        (Request with { Gold = new GoldAnswer([2, 3, 4]) }, "known ranks are [2, 3, 4]"),
        (Ranking with { Margin = 4 }, "margin is 4"),
        (Ranking with { Shown = [0, 2] }, "order shown is [0, 2]"),
        (Ranking with { Answers = [Judged(answer => answer with { Ratings = Rated(0) })] }, "rating 'quality' of answer 1 is 0"),
        (Ranking with { Answers = [Judged(answer => answer with { Ratings = Rated(8) })] }, "rating 'quality' of answer 1 is 8"),
        (Ranking with { Answers = [Judged(answer => answer with { Flags = [""] })] }, "flag of answer 1 is empty"),
        (Ranking with { Answers = [Judged(answer => answer with { Critique = " " })] }, "critique of answer 1 is empty"),
        (Ranking with { Answers = [Judged(answer => answer with { Spans = [new(-1, 2, "a")] })] }, "start of a passage of answer 1 is -1"),
        (Ranking with { Answers = [Judged(answer => answer with { Spans = [new(0, 0, "a")] })] }, "length of a passage of answer 1 is 0"),
        (Ranking with { Answers = [null!] }, "judgement of answer 1 is missing"),
        (Ranking with { Turns = [new(0, Rated(9))] }, "rating 'quality' of message 0 is 9"),
        (Ranking with { Turns = [new(0, Rated(1)), new(0, Rated(2))] }, "judged twice"),
        (Ranking with { Turns = [new(0, new Dictionary<string, int>())] }, "number of ratings of a message is 0"),
        (new ProjectOpened(new ProjectSettings { Name = " " }, "ada"), "name of the project is empty"),
        (new ProjectOpened(new ProjectSettings { Name = "p", RankingsWanted = 0 }, "ada"), "rankings wanted is 0"),
        (new ProjectOpened(new ProjectSettings { Name = "p", LeaseMinutes = 1441 }, "ada"), "lease in minutes is 1441"),
        (new ProjectOpened(new ProjectSettings { Name = "p", RandomShare = 1.1 }, "ada"), "random share is 1.1"),
        (new ProjectOpened(new ProjectSettings { Name = "p", GoldShare = double.NaN }, "ada"), "gold share is NaN"),
        (new ProjectOpened(new ProjectSettings { Name = "p", BreakAfterMinutes = 1 }, "ada"), "minutes until a break is 1"),
        (
            new ProjectOpened(
                new ProjectSettings
                {
                    Name = "p",
                    Form = new() { Flags = [new("a", "A"), new("a", "B")] },
                },
                "ada"
            ),
            "Two flags have the id 'a'"
        ),
        (new ProjectOpened(new ProjectSettings { Name = "p" }, ""), "account is empty"),
        (new MemberChanged(1, "", "ada"), "member is empty"),
        (new MemberChanged(1, "anna", "ada") { Role = (ProjectRole)9 }, "role is 9"),
        (new RequestAdjudicated(1, "rob", [1]), "settled ranks are [1]"),
        (new RequestsPrioritised(1, []), "number of priorities is 0"),
        (new RequestsPrioritised(1, [new(2, double.NaN)]), "priority of request 2 is NaN"),
        (Ranking with { Rater = "" }, "rater is empty"),
        (Ranking with { Rater = new string('r', 201) }, "rater has 201"),
        (Ranking with { Comment = new string('c', 20_001) }, "comment has 20001"),
        (Ranking with { Seconds = double.NaN }, "seconds is NaN"),
        (Ranking with { Seconds = -0.5 }, "seconds is -0.5"),
        (Ranking with { Seconds = 1e7 }, "seconds is 10000000"),
        (Ranking with { Ranks = [2, 3] }, "overall ranks are [2, 3]"),
        (Ranking with { Ranks = [0, 1] }, "overall ranks are [0, 1]"),
        (Ranking with { Ranks = [1, 4, 2] }, "overall ranks are [1, 4, 2]"),
        (Ranking with { Ranks = [] }, "overall ranks are []"),
        (Ranking with { Ranks = [.. Enumerable.Range(1, 10)] }, "overall ranks are"),
        (Ranking with { CriterionRanks = new Dictionary<string, IReadOnlyList<int>> { ["help"] = [2, 2] } }, "ranks by 'help'"),
        (Ranking with { CriterionRanks = new Dictionary<string, IReadOnlyList<int>> { ["help"] = null! } }, "ranks by 'help'"),
        (Ranking with { CriterionRanks = new Dictionary<string, IReadOnlyList<int>> { [""] = [1, 2] } }, "id of a ranked criterion"),
        (new RankingGiven(1, "anna"), "holds no ranks"),
        (new RequestWithdrawn(1, ""), "reason is empty"),
    ];

    private static AnswerJudgement Judged(Func<AnswerJudgement, AnswerJudgement> with) => with(new AnswerJudgement());

    private static Dictionary<string, int> Rated(int rating) => new() { ["quality"] = rating };

    [Fact]
    public void Each_broken_rule_is_named_with_its_mend()
    {
        foreach (var (what, said) in Broken)
        {
            var refusal = Assert.Throws<InvalidInputException>(() => EventRules.Check(what));

            Assert.Contains(said, refusal.Problem);
            Assert.NotNull(refusal.Mend);
        }
    }

    [Fact]
    public async Task A_refused_event_or_key_is_not_stored()
    {
        await using var place = await TestStore.CreateAsync(Engine.Sqlite, server);
        var store = await place.OpenAsync();
        foreach (var (what, _) in Broken)
        {
            await Assert.ThrowsAsync<InvalidInputException>(() => store.AppendAsync("key", what));
        }

        foreach (var key in new[] { "", " ", "a\0", "\uD83D", new string('k', 201) })
        {
            await Assert.ThrowsAsync<InvalidInputException>(() => store.AppendAsync(key, Request));
        }

        Assert.Empty(await store.LogAsync());
        Assert.Equal(1, await store.AppendAsync(new string('k', 200), Request));
    }

    [Fact]
    public void What_is_at_the_edge_of_the_rules_is_taken()
    {
        EventRules.Check(Request with { Answers = [.. Enumerable.Range(1, 9).Select(number => $"{number}")], RankingsWanted = 10_000 });
        EventRules.Check(Request with { Answers = ["the only one"], Harms = ["violence"], Project = 3 });
        EventRules.Check(Request with { Priority = double.MinValue, ExpectedInformation = 0, Source = new AnswerSource() });
        EventRules.Check(Ranking with { Ranks = [1, 1], Seconds = 0 });
        EventRules.Check(Ranking with { Ranks = [9, 1, 9, 9, 9, 9, 9, 9, 9], Seconds = FeedbackLimits.MostSeconds });
        EventRules.Check(new RankingGiven(1, "anna") { AllBad = true });
        EventRules.Check(new RequestWithdrawn(1));
    }

    [Fact]
    public void Damaged_events_are_read_or_refused_and_nothing_else()
    {
        FeedbackEvent[] good = [Request, Ranking, new RequestWithdrawn(1, "late"), Events.Request()];
        foreach (var what in good)
        {
            var kind = EventJson.Kind(what);
            var body = EventJson.Write(what);
            Assert.Equal(body, EventJson.Write(EventJson.Read(kind, body)));
            ByteFuzzer.Run(
                [Encoding.UTF8.GetBytes(body)],
                2000,
                new Seed(7),
                bytes => EventJson.Read(kind, Encoding.UTF8.GetString(bytes))
            );
        }
    }

    [Theory]
    [InlineData("comparison_requested", "null")]
    [InlineData("comparison_requested", "{\"prompt\":\"\\ud83d\",\"answers\":[\"a\",\"b\"]}")]
    [InlineData("comparison_requested", "{\"prompt\":null,\"answers\":[\"a\",\"b\"]}")]
    [InlineData("comparison_requested", "{\"prompt\":[null],\"answers\":[\"a\",\"b\"]}")]
    [InlineData("comparison_requested", "{\"prompt\":\"p\",\"answers\":[\"a\",\"b\"],\"priority\":1e999}")]
    [InlineData("comparison_requested", "{\"prompt\":\"p\",\"answers\":[\"a\",null]}")]
    [InlineData("comparison_requested", "{\"prompt\":\"p\",\"answers\":[\"a\",\"b\"],\"extra\":1}")]
    [InlineData("ranking_given", "{\"request\":1,\"ranks\":[1,2]}")]
    [InlineData("vote_sold", "{}")]
    public void What_is_no_event_is_refused(string kind, string body) =>
        Assert.Throws<InvalidInputException>(() => EventJson.Read(kind, body));
}
