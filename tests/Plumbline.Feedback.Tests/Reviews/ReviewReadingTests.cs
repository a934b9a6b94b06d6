using System.Text;
using System.Text.Json;
using Plumbline.Feedback.Reviews;
using Plumbline.Findings;

namespace Plumbline.Feedback.Tests.Reviews;

public sealed class ReviewReadingTests(PostgresServer server)
{
    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task A_dashboard_counts_what_waits_and_for_how_long(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var store = await place.OpenReviewsAsync();
        var none = await store.CountAsync();
        Assert.Equal((0, 0, new WaitingTime(0, null, null)), (none.Open, none.Decided, none.Waiting));

        // Twenty cases, a minute apart; the first four are decided after 60, 61, 62 and 63 minutes.
        var start = place.Clock.Now;
        for (var i = 0; i < 20; i++)
        {
            var facts = Cases.Facts($"d{i}") with { Deadline = i is 4 or 5 ? start.AddHours(i) : null };
            await store.OpenCaseAsync(facts, Cases.Texts());
            place.Clock.Now += TimeSpan.FromMinutes(1);
        }

        for (var i = 0; i < 4; i++)
        {
            place.Clock.Now = start.AddMinutes(60 + (2 * i));
            await store.JudgeAsync(i + 1, "anna");
        }

        place.Clock.Now = start.AddHours(4.5);
        await store.TakeAsync("ben");
        var counts = await store.CountAsync();

        Assert.Equal((16, 0, 1, 1, 4, 0), (counts.Open, counts.Disputed, counts.Held, counts.Overdue, counts.Decided, counts.Erased));
        Assert.Equal(new WaitingTime(4, TimeSpan.FromMinutes(61), TimeSpan.FromMinutes(63)), counts.Served);

        // Waiting since minutes 4 to 19, until minute 270: 251 to 266. The 8th of 16, and the 16th, as 95 % of 16 is 15.2.
        Assert.Equal(new WaitingTime(16, TimeSpan.FromMinutes(258), TimeSpan.FromMinutes(266)), counts.Waiting);
        Assert.Equal(1, (await store.CountAsync(start.AddMinutes(66))).Served.Cases);
        place.Clock.Now += Cases.Lease;
        Assert.Equal(0, (await store.CountAsync()).Held);
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task Rates_have_numerator_and_denominator_by_clause_and_language(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var store = await place.OpenReviewsAsync();
        (string? Language, ReviewJudgement Judgement)[] all =
        [
            ("en", Cases.Uphold()),
            ("en", Cases.Overturn()),
            ("en", Cases.Change()),
            ("de", Cases.Overturn()),
            (null, Cases.Uphold()),
        ];
        for (var i = 0; i < all.Length; i++)
        {
            var id = await store.OpenCaseAsync(Cases.Facts($"d{i}") with { Language = all[i].Language }, Cases.Texts());
            await store.JudgeAsync(id, "anna", all[i].Judgement);
        }

        await store.OpenAsync("undecided");

        var rates = (await store.CountAsync()).Rates;

        Assert.Equal(
            [
                new OverturnRate("insults", null, 0, 0, 1, 0),
                new OverturnRate("insults", "de", 0, 0, 1, 0),
                new OverturnRate("insults", "en", 0, 0, 3, 1),
                new OverturnRate("lies", "en", 0, 0, 1, 1),
                new OverturnRate("threats", null, 1, 0, 0, 0),
                new OverturnRate("threats", "de", 1, 1, 0, 0),
                new OverturnRate("threats", "en", 3, 1, 0, 0),
            ],
            rates
        );
        await store.AppealAsync((await store.FindDecisionAsync("d3"))!.Summary.Id);
        Assert.DoesNotContain((await store.CountAsync()).Rates, rate => rate.Language == "de");
        Assert.Empty((await store.CountAsync(place.Clock.Now.AddMilliseconds(1))).Rates);
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task Cases_and_outcomes_are_read_page_by_page(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var store = await place.OpenReviewsAsync();
        for (var i = 1; i <= 5; i++)
        {
            await store.OpenAsync($"d{i}");
        }

        for (var i = 1; i <= 3; i++)
        {
            await store.JudgeAsync(i, "anna");
        }

        Assert.Equal([4, 5], (await store.ReadCasesAsync(ReviewState.Open, 0, 10)).Select(summary => summary.Id));
        Assert.Equal([1, 2], (await store.ReadCasesAsync(ReviewState.Decided, 0, 2)).Select(summary => summary.Id));
        Assert.Equal([3], (await store.ReadCasesAsync(ReviewState.Decided, 2, 2)).Select(summary => summary.Id));
        var first = await store.ReadOutcomesAsync(0, 2);
        Assert.Equal([1, 2], first.Select(result => result.Case));
        Assert.Equal([3], (await store.ReadOutcomesAsync(first[^1].Sequence, 2)).Select(result => result.Case));
        foreach (var limit in new[] { 0, 1001 })
        {
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => store.ReadOutcomesAsync(0, limit));
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => store.ReadCasesAsync(ReviewState.Open, 0, limit));
        }
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task Texts_of_cases_decided_long_ago_are_erased_and_the_record_stays(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var store = await place.OpenReviewsAsync();
        var facts = Cases.FullFacts() with { Reviewers = 1 };
        await store.OpenCaseAsync(facts, Cases.FullTexts());
        await store.JudgeAsync(1, "anna", Cases.Uphold("a quotation"));
        await store.AppealAsync(1, "Look again.", "user 17");
        place.Clock.Now += TimeSpan.FromHours(1);
        await store.JudgeAsync(1, "ben", Cases.Overturn());
        await store.OpenAsync("d2");

        Assert.Equal(0, await store.EraseTextsAsync(place.Clock.Now));
        place.Clock.Now += TimeSpan.FromHours(1);
        await Cases.RefusedAsync(() => store.EraseTextsAsync(place.Clock.Now.AddMilliseconds(1)), "which is in the future");
        Assert.Equal(1, await store.EraseTextsAsync(place.Clock.Now));
        Assert.Equal(0, await store.EraseTextsAsync(place.Clock.Now));

        var record = (await store.FindCaseAsync(1))!;
        Assert.True(record.Summary.IsErased);
        Assert.Null(record.Texts);
        Assert.All(record.History, step => Assert.Equal((null, null, null), (step.Note, step.Appeal, step.Appellant)));
        Assert.Equal(new ReviewErased(1), record.History[^1].Event);
        Assert.Equal(2, (await store.ReadOutcomesAsync(0, 10)).Count);
        Assert.Empty(record.ToLabelledTexts());
        Assert.NotNull((await store.FindCaseAsync((await store.FindDecisionAsync("d2"))!.Summary.Id))!.Texts);
        Assert.Equal(1, (await store.CountAsync()).Erased);
        Assert.Equal(1, await store.OpenCaseAsync(facts, Cases.FullTexts()));
        await ReviewReplay.AssertWholeAsync(await place.OpenAsync(), store);

        // A case that was not appealed before cannot be any more.
        var late = (await store.FindDecisionAsync("d2"))!.Summary.Id;
        await store.JudgeAsync(late, "anna");
        place.Clock.Now += TimeSpan.FromHours(1);
        await store.EraseTextsAsync(place.Clock.Now);
        await Cases.RefusedAsync(() => store.AppealAsync(late), $"The texts of case {late} were erased");
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task More_cases_than_one_transaction_takes_are_erased(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var store = await place.OpenReviewsAsync();
        await store.OpenAsync();
        await store.JudgeAsync(1, "anna");
        var copies = "INSERT INTO {0} SELECT {1} FROM {0} s, numbers WHERE s.{2} = 1";
        var numbers = "WITH RECURSIVE numbers (n) AS (SELECT 101 UNION ALL SELECT n + 1 FROM numbers WHERE n < 500) ";
        await place.SqlAsync(
            numbers + string.Format(copies, "feedback_events", "n, s.client_key || n, s.time_ms, s.kind, n, s.rater, s.body", "sequence")
        );
        await place.SqlAsync(
            numbers
                + string.Format(
                    copies,
                    "feedback_review_cases",
                    "n, s.decision || n, s.reason, s.part, s.language, s.priority, s.deadline_ms, s.state, s.instance, s.wanted, s.given, "
                        + "s.queued_ms, s.decided_ms, s.holder, s.held_until_ms, s.erased",
                    "review_case"
                )
        );
        await place.SqlAsync("UPDATE feedback_store SET last_sequence = 500");
        place.Clock.Now += TimeSpan.FromHours(1);

        Assert.Equal(401, await store.EraseTextsAsync(place.Clock.Now));
        Assert.Equal(401, (await store.CountAsync()).Erased);
    }

    [Fact]
    public async Task On_SQLite_not_a_byte_of_an_erased_text_stays_in_the_files()
    {
        await using var place = await TestStore.CreateAsync(Engine.Sqlite, server);
        var store = await place.OpenReviewsAsync();
        const string Secret = "the very words that must go";
        await store.OpenCaseAsync(Cases.Facts(), Cases.Texts(string.Concat(Enumerable.Repeat(Secret, 1_000))));
        await store.JudgeAsync(1, "anna", Cases.Uphold(Secret));
        Assert.True(Holds());
        place.Clock.Now += TimeSpan.FromHours(1);

        await store.EraseTextsAsync(place.Clock.Now);

        Assert.False(Holds());

        bool Holds() => Directory.GetFiles(place.Folder.Path).Any(file => Read(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(Secret)) >= 0);

        static byte[] Read(string path)
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return bytes;
        }
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task A_text_that_other_hands_changed_or_took_away_is_named(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var store = await place.OpenReviewsAsync();
        await store.OpenAsync();

        await place.SqlAsync("UPDATE feedback_review_texts SET body = '{\"texts\":{\"text\":\"Harmless.\"}}'");
        var changed = await Cases.RefusedAsync(() => store.FindCaseAsync(1), "event 1: The text that was stored with it is another");
        Assert.NotNull(changed.Position);
        await place.SqlAsync("DELETE FROM feedback_review_texts");
        await Cases.RefusedAsync(() => store.FindCaseAsync(1), "event 1: The text that was stored with it is missing");
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task What_people_decided_becomes_labelled_texts(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var store = await place.OpenReviewsAsync();
        var path = place.Folder.File("labels.jsonl");
        Assert.Equal(0, await LabelledTexts.WriteAsync(store, path));
        await store.OpenCaseAsync(Cases.Facts("d1"), Cases.Texts("first"));
        await store.OpenCaseAsync(
            Cases.Facts("d2") with
            {
                Reason = ReviewReason.Escalated,
                Outcome = ReviewOutcome.Escalate,
                Language = null,
            },
            Cases.Texts("second \"ü\"\n")
        );
        await store.OpenCaseAsync(Cases.Facts("d3"), Cases.Texts("undecided"));
        await store.OpenCaseAsync(Cases.Facts("d4") with { Part = GuardedPart.Image }, new ReviewTexts { Reference = "7.png" });
        foreach (var (id, judgement) in new[] { (1L, Cases.Uphold()), (2L, Cases.Change(ReviewOutcome.Refuse)), (4L, Cases.Uphold()) })
        {
            await store.JudgeAsync(id, "anna", judgement);
        }

        Assert.Equal(5, await LabelledTexts.WriteAsync(store, path));

        LabelledText[] expected =
        [
            new("first", "insults", false, "en", "review/sampled"),
            new("first", "threats", true, "en", "review/sampled"),
            new("second \"ü\"\n", "insults", true, null, "review/escalated"),
            new("second \"ü\"\n", "lies", true, null, "review/escalated"),
            new("second \"ü\"\n", "threats", true, null, "review/escalated"),
        ];
        var options = new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
        var lines = await File.ReadAllLinesAsync(path);
        Assert.Equal(expected, lines.Select(line => JsonSerializer.Deserialize<LabelledText>(line, options)));
        Assert.StartsWith("{\"text\":\"first\",\"clause\":\"insults\",\"label\":false,\"language\":\"en\",\"source\":", lines[0]);
        await Cases.RefusedAsync(() => LabelledTexts.WriteAsync(store, place.Folder.File("missing/x.jsonl")), "The folder does not exist");

        // An appeal takes its case out until others have judged, and then their word counts.
        await store.AppealAsync(1);
        Assert.Empty((await store.FindCaseAsync(1))!.ToLabelledTexts());
        await store.JudgeAsync(1, "ben", Cases.Overturn());
        Assert.All((await store.FindCaseAsync(1))!.ToLabelledTexts(), row => Assert.False(row.Label));
    }

    [Fact]
    public async Task Labelled_texts_of_more_cases_than_a_page_come_in_the_order_of_their_cases()
    {
        await using var place = await TestStore.CreateAsync(Engine.Sqlite, server);
        var store = await place.OpenReviewsAsync();
        for (var i = 1; i <= 101; i++)
        {
            var id = await store.OpenCaseAsync(Cases.Facts($"d{i}"), Cases.Texts($"text {i}"));
            await store.JudgeAsync(id, "anna");
        }

        var texts = await store.LabelledTextsAsync().Select(row => row.Text).Distinct().ToListAsync();

        Assert.Equal(Enumerable.Range(1, 101).Select(i => $"text {i}"), texts);
    }
}
