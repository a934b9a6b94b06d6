using Plumbline.Data;
using Plumbline.Feedback.Exchange;
using Plumbline.Feedback.Tests.Projects;
using Plumbline.Randomness;
using Plumbline.Testing;

namespace Plumbline.Feedback.Tests.Exchange;

public sealed class ForeignImportTests(PostgresServer server)
{
    private const string OldArgilla = """
        [{"fields": {"prompt": "Why?", "context": "At sea.", "response1": "Because.", "response2": "Who knows?"},
          "metadata": {}, "external_id": "7",
          "suggestions": [{"question_name": "preference", "value": [{"rank": 1, "value": "response1"}, {"rank": 2, "value": "response2"}]}],
          "responses": [
            {"user_id": "3fa85f64", "status": "submitted", "values": {
              "preference": {"value": [{"rank": 1, "value": "response2"}, {"rank": 2, "value": "response1"}]},
              "quality_response1": {"value": 3}, "response-2 quality": {"value": 6}, "overall": {"value": 9},
              "safe_response1": {"value": "no"}, "critique_response2": {"value": "too short"}, "notes": {"value": "hard to say"}}},
            {"user_id": "9ab1", "status": "draft", "values": {"preference": {"value": [{"rank": 1, "value": "response1"}]}}},
            {"user_id": "5cd2", "status": "submitted", "values": {"notes": {"value": "no idea"}}},
            {"user_id": "6ef3", "status": "submitted", "values": {
              "preference": {"value": [{"rank": 1, "value": "response1"}, {"rank": 1, "value": "response2"}]}, "spans": {"value": [{"start": 0, "end": 3, "label": "x"}]}}},
            {"user_id": "7aa4", "status": "discarded", "values": null}
          ]}]
        """;

    private const string NewArgilla = """
        [{"id": "a", "fields": {"chat": [{"role": "user", "content": "Why?"}], "response_a": "Because.", "response_b": "Who knows?", "response_c": "Ask."},
          "metadata": {}, "vectors": {}, "_server_id": "x",
          "suggestions": {"ranking": {"value": ["response_a"], "score": null, "agent": null}},
          "responses": {"ranking": [{"value": ["response_c", "response_a", "response_b"], "user_id": "u1"},
                                    {"value": ["response_c", "response_a"], "user_id": "u2"}],
                        "best": [{"value": "response_b", "user_id": "u3"}],
                        "comment": [{"value": "well", "user_id": "u1"}],
                        "harm response_a": [{"value": ["rude", "wrong"], "user_id": "u3"}]}},
         {"id": "b", "fields": {"chat": [{"role": "user", "content": "And?"}], "response_a": "So.", "response_b": "", "response_c": null},
          "suggestions": {}, "responses": {"score": [{"value": 5, "user_id": "u1"}], "kind": [{"value": "fine", "user_id": "u1"}]}}]
        """;

    private const string LabelStudio = """
        [{"id": 1, "data": {"prompt": "Why?", "items": [
             {"id": "llm_1", "title": "LLM 1", "body": "Because."}, {"id": "llm_2", "body": "Who knows?"}, {"id": "llm_3", "body": "Ask."}]},
          "predictions": [],
          "annotations": [
            {"id": 11, "completed_by": 4, "was_cancelled": false, "lead_time": 4.25, "result": [
              {"from_name": "rank", "to_name": "items", "type": "ranker", "value": {"ranker": {"rank": ["llm_3", "llm_1", "llm_2"]}}},
              {"from_name": "why", "to_name": "items", "type": "textarea", "value": {"text": ["It is honest.", "And short."]}}]},
            {"id": 12, "completed_by": {"id": 5, "email": "Eve@Example.org", "first_name": "Eve"}, "result": [
              {"from_name": "rank", "to_name": "items", "type": "ranker", "value": {"ranker": {"_": ["llm_2"], "relevant": ["llm_3"], "biased": ["llm_1"]}}},
              {"from_name": "box", "to_name": "items", "type": "rectanglelabels", "value": {"x": 1}}]},
            {"id": 13, "completed_by": 6, "was_cancelled": true, "result": []},
            {"id": 14, "completed_by": 4, "result": [
              {"from_name": "rank", "to_name": "items", "type": "ranker", "value": {"ranker": ["llm_1", "llm_2", "llm_3"]}}]}
          ]},
         {"id": 2, "data": {"text1": "Left words.", "text2": "Right words.", "query": "Which?"},
          "annotations": [
            {"id": 21, "completed_by": 4, "result": [
              {"from_name": "pw", "to_name": "txt-1,txt-2", "type": "pairwise", "value": {"selected": "right"}},
              {"from_name": "stars_text2", "to_name": "txt-2", "type": "rating", "value": {"rating": 4}},
              {"from_name": "flaws text1", "to_name": "txt-1", "type": "choices", "value": {"choices": ["rude", "vague"]}}]},
            {"id": 22, "completed_by": 5, "result": []}
          ]}]
        """;

    [Fact]
    public async Task Records_of_Argilla_1_become_tasks_with_votes()
    {
        await using var place = await TestStore.CreateAsync(Engine.Sqlite, server);
        var stores = await place.OpenAllAsync();
        var options = new ImportOptions(place.Folder.Write("old.json", OldArgilla)) { LabelQuestions = ["safe_response1"] };

        var report = await TaskImport.RunAsync(stores, 0, options);

        var (asked, votes) = Assert.Single(await Imported.TasksAsync(stores));
        Assert.Equal("Why?\n\nAt sea.", asked.Prompt.Text);
        Assert.Equal(["argilla:3fa85f64", "argilla:6ef3"], votes.Select(vote => vote.Rater));
        Assert.Equal(3, asked.RankingsWanted);
        Assert.Equal((2, 1), Of(asked.ByAnswer(votes[0].Ranks!), "Because.", "Who knows?"));
        Assert.Equal((1, 1), Of(asked.ByAnswer(votes[1].Ranks!), "Because.", "Who knows?"));
        var judged = asked.ByAnswer(votes[0].Answers);
        Assert.Equal((3, 6), (judged["Because."].Ratings["quality"], judged["Who knows?"].Ratings["quality"]));
        Assert.Equal(["safe=no"], judged["Because."].Flags);
        Assert.Equal("too short", judged["Who knows?"].Critique);

        // A rating of neither answer, above what the store takes, stands in the comment.
        Assert.Equal("overall: 9\nnotes: hard to say", votes[0].Comment);
        Assert.Equal(
            new Dictionary<LeftOutReason, long>
            {
                [LeftOutReason.VoteNotSubmitted] = 2,
                [LeftOutReason.VoteEmpty] = 1,
                [LeftOutReason.StatementUnread] = 1,
            },
            report.LeftOut
        );
        var again = await TaskImport.RunAsync(stores, 0, options);
        Assert.Equal((0, 1, 0, 2), (again.TasksNew, again.TasksKnown, again.VotesNew, again.VotesKnown));
    }

    [Fact]
    public async Task Records_of_Argilla_2_become_tasks_with_votes()
    {
        await using var place = await TestStore.CreateAsync(Engine.Sqlite, server);
        var stores = await place.OpenAllAsync();

        await TaskImport.RunAsync(
            stores,
            0,
            new(place.Folder.Write("new.json", NewArgilla)) { LabelQuestions = ["kind"], RankingsWanted = 0 }
        );

        var tasks = await Imported.TasksAsync(stores);
        var (asked, votes) = tasks[0];
        Assert.Equal("user: Why?", $"{asked.Prompt}");
        Assert.Equal(["argilla:u1", "argilla:u3"], votes.Select(vote => vote.Rater));
        var ranks = asked.ByAnswer(votes[0].Ranks!);
        Assert.Equal((2, 3, 1), (ranks["Because."], ranks["Who knows?"], ranks["Ask."]));
        Assert.Equal("well", votes[0].Comment);

        // One answer is preferred, and labels of another are its flags.
        ranks = asked.ByAnswer(votes[1].Ranks!);
        Assert.Equal((2, 1, 2), (ranks["Because."], ranks["Who knows?"], ranks["Ask."]));
        Assert.Equal(["harm=rude", "harm=wrong"], asked.ByAnswer(votes[1].Answers)["Because."].Flags);

        // A single answer is what every question is about.
        (asked, votes) = tasks[1];
        Assert.Equal(["So."], asked.Answers);
        Assert.Equal(5, votes[0].Answers[0].Ratings["score"]);
        Assert.Equal(["kind=fine"], votes[0].Answers[0].Flags);
    }

    [Fact]
    public async Task Tasks_of_Label_Studio_bring_orders_sides_ratings_and_choices_and_no_address()
    {
        await using var place = await TestStore.CreateAsync(Engine.Sqlite, server);
        var stores = await place.OpenAllAsync();
        var path = place.Folder.Write("export.json", LabelStudio);

        var report = await TaskImport.RunAsync(stores, 0, new(path));

        var tasks = await Imported.TasksAsync(stores);
        var (asked, votes) = tasks[0];
        Assert.Equal("Why?", asked.Prompt.Text);
        Assert.Equal(["label-studio:4", $"label-studio:{stores.Rankings.HashRater("eve@example.org")}"], votes.Select(vote => vote.Rater));
        var ranks = asked.ByAnswer(votes[0].Ranks!);
        Assert.Equal((2, 3, 1), (ranks["Because."], ranks["Who knows?"], ranks["Ask."]));
        Assert.Equal(("It is honest.\nAnd short.", 4.25), (votes[0].Comment, votes[0].Seconds));

        // Which bucket is better nobody said.
        Assert.Null(votes[1].Ranks);
        Assert.Equal(["rank=relevant"], asked.ByAnswer(votes[1].Answers)["Ask."].Flags);

        (asked, votes) = tasks[1];
        Assert.Equal("Which?", asked.Prompt.Text);
        Assert.Equal((2, 1), Of(asked.ByAnswer(votes[0].Ranks!), "Left words.", "Right words."));
        Assert.Equal("Left words.", asked.Answers[votes[0].Shown![0]]);
        var judged = asked.ByAnswer(votes[0].Answers);
        Assert.Equal(4, judged["Right words."].Ratings["stars"]);
        Assert.Equal(["flaws=rude", "flaws=vague"], judged["Left words."].Flags);
        Assert.Equal(
            new Dictionary<LeftOutReason, long>
            {
                [LeftOutReason.VoteNotSubmitted] = 1,
                [LeftOutReason.VoteEmpty] = 1,
                [LeftOutReason.VoteRepeated] = 1,
                [LeftOutReason.StatementUnread] = 1,
            },
            report.LeftOut
        );
        Assert.DoesNotContain((await stores.Rankings.LogAsync()).Select(stored => $"{stored.Event}"), text => text.Contains("xample.org"));
        var again = await TaskImport.RunAsync(stores, 0, new(path));
        Assert.Equal((0, 2, 0, 3), (again.TasksNew, again.TasksKnown, again.VotesNew, again.VotesKnown));
    }

    [Fact]
    public async Task Buckets_rank_where_their_order_is_said_and_fields_may_be_named()
    {
        await using var place = await TestStore.CreateAsync(Engine.Sqlite, server);
        var stores = await place.OpenAllAsync();
        var path = place.Folder.Write(
            "export.json",
            """
            [{"id": 1, "data": {"frage": "Warum?", "links": "Darum.", "rechts": "Wer weiss?", "mitte": "Frag."},
              "annotations": [{"id": 1, "completed_by": 1, "result": [
                {"from_name": "b", "to_name": "l", "type": "ranker", "value": {"ranker": {"bad": ["rechts"], "good": ["links", "mitte"]}}}]}]}]
            """
        );
        var named = new ImportOptions(path) { PromptFields = ["frage"], AnswerFields = ["links", "rechts", "mitte"] };

        var refusal = await Assert.ThrowsAsync<InvalidInputException>(() => TaskImport.RunAsync(stores, 0, new(path)));
        Assert.Contains("none of the data frage, links, rechts, mitte looks like an answer", refusal.Problem);
        await TaskImport.RunAsync(stores, 0, named with { BucketOrder = ["good", "bad"] });

        var (asked, votes) = Assert.Single(await Imported.TasksAsync(stores));
        var ranks = asked.ByAnswer(votes[0].Ranks!);
        Assert.Equal((1, 3, 1), (ranks["Darum."], ranks["Wer weiss?"], ranks["Frag."]));
        Assert.Equal(["b=bad"], asked.ByAnswer(votes[0].Answers)["Wer weiss?"].Flags);
    }

    [Fact]
    public async Task Pairs_bring_their_order_and_margin_as_a_vote_only_where_that_is_wanted()
    {
        await using var place = await TestStore.CreateAsync(Engine.Sqlite, server);
        var stores = await place.OpenAllAsync();
        var path = place.Folder.Write("pairs.csv", "prompt,chosen,rejected,margin\np,good,bad,2\nq,good,bad,0.5\n");

        await TaskImport.RunAsync(stores, 0, new(path));
        Assert.All(await Imported.TasksAsync(stores), task => Assert.Empty(task.Votes));
        await using var other = await TestStore.CreateAsync(Engine.Sqlite, server);
        stores = await other.OpenAllAsync();
        await TaskImport.RunAsync(stores, 0, new(path) { RanksAsVotes = true, RankingsWanted = 2 });

        var tasks = await Imported.TasksAsync(stores);
        Assert.Equal([2, null], tasks.Select(task => task.Votes.Single().Margin));
        Assert.All(tasks, task => Assert.Equal((1, 2), Of(task.Asked.ByAnswer(task.Votes[0].Ranks!), "good", "bad")));
        Assert.All(tasks, task => Assert.Equal((3, "file"), (task.Asked.RankingsWanted, task.Votes[0].Rater)));
    }

    [Fact]
    public async Task OpenAssistant_trees_become_tasks_with_the_ranks_of_their_own_crowd()
    {
        var path = RealData.Path("oasst-ranked-trees/en_100_tree.jsonl");
        await using var place = await TestStore.CreateAsync(Engine.Sqlite, server);
        var stores = await place.OpenAllAsync();
        var options = new ImportOptions(path) { RanksAsVotes = true, RankingsWanted = 0 };

        var report = await TaskImport.RunAsync(stores, 0, options);
        var again = await TaskImport.RunAsync(stores, 0, options);

        Assert.Equal(100, report.Rows);
        Assert.True(report.TasksNew > 100, report.ToString());
        Assert.Equal(report.TasksNew, report.VotesNew);
        Assert.Equal(
            (0, report.TasksNew + report.TasksKnown, 0, report.VotesNew),
            (again.TasksNew, again.TasksKnown, again.VotesNew, again.VotesKnown)
        );
        var tasks = await Imported.TasksAsync(stores);
        Assert.All(tasks, task => Assert.Equal("oasst", task.Votes.Single().Rater));
        var export = place.Folder.File("oasst.jsonl");
        Assert.Equal(report.TasksNew, await FeedbackExport.WriteAsync(stores, export));

        // What comes out is what the trees said, whatever the store's order of answers.
        static string Key(RankedExample ranked) =>
            $"{ranked.Prompt}|{string.Join('|', ranked.Answers.Zip(ranked.Ranks).OrderBy(pair => pair.Second).ThenBy(pair => $"{pair.First}", StringComparer.Ordinal).Select(pair => pair.First))}";
        Assert.Equal(
            Plumbline.Data.DatasetReader.Open(new(path)).Read().Cast<RankedExample>().Select(Key).Order(StringComparer.Ordinal),
            Plumbline.Data.DatasetReader.Open(new(export)).Read().Cast<RankedExample>().Select(Key).Order(StringComparer.Ordinal)
        );
        TestContext.Current.SendDiagnosticMessage($"{report}");
    }

    [Theory]
    [InlineData(OldArgilla)]
    [InlineData(NewArgilla)]
    [InlineData(LabelStudio)]
    public async Task Damaged_exports_are_left_out_or_refused_and_nothing_else_happens(string export)
    {
        await using var place = await TestStore.CreateAsync(Engine.Sqlite, server);
        var stores = await place.OpenAllAsync();
        var source = new Seed(20).Derive("damage").Source();
        var refused = 0;
        const string Damage = "{}[]\",:x01\\ un";
        for (var i = 0; i < 150; i++)
        {
            var text = export.ToCharArray();
            for (var change = 0; change <= source.NextInt(4); change++)
            {
                text[source.NextInt(text.Length)] = Damage[source.NextInt(Damage.Length)];
            }

            try
            {
                await TaskImport.RunAsync(stores, 0, new(place.Folder.Write("damaged.json", new string(text))));
            }
            catch (InvalidInputException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1, 149);
        await TaskReplay.AssertWholeAsync(place, stores);
    }

    private static (T, T) Of<T>(Dictionary<string, T> values, string first, string second) => (values[first], values[second]);
}
