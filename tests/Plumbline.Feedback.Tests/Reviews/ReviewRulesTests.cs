using System.Text;
using Plumbline.Feedback.Reviews;
using Plumbline.Feedback.Storage;
using Plumbline.Findings;
using Plumbline.Randomness;
using Plumbline.Testing;

namespace Plumbline.Feedback.Tests.Reviews;

public sealed class ReviewRulesTests(PostgresServer server)
{
    private static readonly ReviewClause Clause = new("threats", 0.5, 0.5);

    private static readonly Dictionary<string, Func<ReviewCase, ReviewCase>> BadFacts = new()
    {
        ["The decision's id is empty"] = facts => facts with { Decision = "" },
        ["The decision's id has 201 characters"] = facts => facts with { Decision = new string('d', 201) },
        ["The hash of the constitution is empty"] = facts => facts with { Constitution = " " },
        ["The language has 201 characters"] = facts => facts with { Language = new string('l', 201) },
        ["The reason is 9"] = facts => facts with { Reason = (ReviewReason)9 },
        ["The part is 9"] = facts => facts with { Part = (GuardedPart)9 },
        ["The outcome is 9"] = facts => facts with { Outcome = (ReviewOutcome)9 },
        ["The priority is NaN"] = facts => facts with { Priority = double.NaN },
        ["The number of reviewers is 10"] = facts => facts with { Reviewers = 10 },
        ["The number of clauses is 101"] = facts => facts with { Clauses = [.. Enumerable.Repeat(Clause, 101)] },
        ["The id of a clause is empty"] = facts => facts with { Clauses = [Clause with { Id = "" }] },
        ["The score of 'threats' is 1.5"] = facts => facts with { Clauses = [Clause with { Score = 1.5 }] },
        ["The threshold of 'threats' is NaN"] = facts => facts with { Clauses = [Clause with { Threshold = double.NaN }] },
        ["Two clauses have the id 'threats'"] = facts => facts with { Clauses = [Clause, Clause] },
        ["A clause is missing"] = facts => facts with { Clauses = [null!] },
        ["The number of detectors is 101"] = facts =>
            facts with
            {
                Detectors = Enumerable.Range(0, 101).ToDictionary(i => $"{i}", _ => "1"),
            },
        ["The name of a detector is empty"] = facts => facts with { Detectors = new Dictionary<string, string> { [""] = "1" } },
        ["The version of the detector 'pii' is empty"] = facts =>
            facts with
            {
                Detectors = new Dictionary<string, string> { ["pii"] = "" },
            },
    };

    private static readonly Dictionary<string, Func<ReviewTexts, ReviewTexts>> BadTexts = new()
    {
        ["nothing that people could look at"] = texts => texts with { Text = null, Reference = "elsewhere" },
        ["The text under review is empty"] = texts => texts with { Text = "" },
        ["The text under review has 200001 characters"] = texts => texts with { Text = new string('t', 200_001) },
        ["The reference has 2001 characters"] = texts => texts with { Reference = new string('r', 2_001) },
        ["The number of messages of the conversation is 51"] = texts =>
            texts with
            {
                Conversation = [.. Enumerable.Repeat(new ReviewMessage("user", ""), 51)],
            },
        ["have 200002 characters together"] = texts =>
            texts with
            {
                Conversation = [.. Enumerable.Repeat(new ReviewMessage("user", new string('m', 100_001)), 2)],
            },
        ["The role of a message is empty"] = texts => texts with { Conversation = [new ReviewMessage("", "Hello.")] },
        ["A message is missing"] = texts => texts with { Conversation = [null!] },
        ["The appeal is empty"] = texts => texts with { Appeal = "" },
        ["The appellant's key is empty"] = texts => texts with { Appellant = " " },
        ["holds an appeal and is opened as Sampled"] = texts => texts with { Appellant = "user 17" },
    };

    [Fact]
    public async Task Facts_and_texts_that_break_a_rule_are_refused_with_value_and_mend()
    {
        await using var place = await TestStore.CreateAsync(Engine.Sqlite, server);
        var store = await place.OpenReviewsAsync();

        foreach (var (problem, spoil) in BadFacts)
        {
            await Cases.RefusedAsync(() => store.OpenCaseAsync(spoil(Cases.Facts()), Cases.Texts()), problem);
        }

        foreach (var (problem, spoil) in BadTexts)
        {
            await Cases.RefusedAsync(() => store.OpenCaseAsync(Cases.Facts(), spoil(Cases.Texts())), problem);
        }

        Assert.Equal(0L, await place.SqlAsync("SELECT COUNT(*) FROM feedback_events"));
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task The_largest_case_is_stored_and_an_image_needs_no_text(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var store = await place.OpenReviewsAsync();
        var largest = new ReviewTexts
        {
            Text = new string('\u0001', ReviewLimits.LongestText),
            Conversation = [.. Enumerable.Repeat(new ReviewMessage("user", new string('"', 4_000)), 50)],
        };

        var id = await store.OpenCaseAsync(Cases.Facts(), largest);
        var image = Cases.Facts("d2") with { Part = GuardedPart.Image };
        var other = await store.OpenCaseAsync(image, new ReviewTexts { Reference = "images/7.png" });

        Assert.Equal(largest.Text, (await store.FindCaseAsync(id))!.Texts!.Text);
        Assert.Equal("images/7.png", (await store.FindCaseAsync(other))!.Texts!.Reference);
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task Half_a_surrogate_pair_keeps_no_text_out_of_review(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var store = await place.OpenReviewsAsync();

        var id = await store.OpenCaseAsync(Cases.Facts(), Cases.Texts("bad \uD800 end \0"));

        Assert.Equal("bad \uFFFD end \0", (await store.FindCaseAsync(id))!.Texts!.Text);
        Assert.Equal(id, await store.OpenCaseAsync(Cases.Facts(), Cases.Texts("bad \uD800 end \0")));
    }

    [Fact]
    public void Stored_events_that_somebody_changed_are_read_or_refused_and_nothing_else()
    {
        ReviewEvent[] events =
        [
            new ReviewOpened(Cases.FullFacts(), "5ea1"),
            new ReviewTaken(1, "anna", ReviewRole.Adjudicator, DateTimeOffset.UnixEpoch),
            new ReviewRenewed(1, "anna", DateTimeOffset.UnixEpoch),
            new ReviewReturned(1, "anna"),
            new ReviewGiven(1, "anna", ReviewRole.Reviewer, 1, Cases.Change() with { Seconds = 3 }, "5ea1"),
            new ReviewAppealed(1, 2, "5ea1"),
            new ReviewErased(1),
        ];
        foreach (var what in events)
        {
            var (kind, body) = (EventJson.Kind(what), EventJson.Write(what));
            Assert.Equal(body, EventJson.Write(EventJson.Read(kind, body)));
            ByteFuzzer.Run(
                [Encoding.UTF8.GetBytes(body)],
                1000,
                new Seed(7),
                bytes => EventJson.Read(kind, Encoding.UTF8.GetString(bytes))
            );
        }
    }
}
