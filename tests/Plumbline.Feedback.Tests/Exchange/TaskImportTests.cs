using System.IO.Compression;
using Plumbline.Feedback.Exchange;
using Plumbline.Feedback.Projects;
using Plumbline.Feedback.Tests.Projects;

namespace Plumbline.Feedback.Tests.Exchange;

public sealed class TaskImportTests(PostgresServer server)
{
    private const string FullRow = """
        {"prompt": [{"role": "user", "content": "Is it safe?"}], "answers": ["Yes.", "No.", [{"role": "assistant", "content": "It depends."}]],
         "criteria": [{"id": "harm", "wording": "Which does least harm?"}], "harms": ["violence"], "gold": [2, 1, 3], "wanted": 4,
         "priority": 1.5, "model": "policy", "run": "run-7", "step": 120, "something else": {"a": [1]}}
        """;

    [Fact]
    public async Task A_row_of_ours_brings_everything_a_task_can_hold()
    {
        await using var place = await TestStore.CreateAsync(Engine.Sqlite, server);
        var stores = await place.OpenAllAsync();
        var project = await OpenAsync(stores);
        var path = place.Folder.Write("tasks.json", $"[{FullRow}]");

        var report = await TaskImport.RunAsync(stores, project, new(path));

        Assert.Equal((1, 1, 0), (report.Rows, report.TasksNew, report.TasksKnown));
        var task = Assert.Single(await Imported.TasksAsync(stores)).Asked;
        Assert.Equal("user: Is it safe?", $"{task.Prompt}");
        Assert.Equal(["It depends.", "No.", "Yes."], task.Answers.Order(StringComparer.Ordinal));
        var known = task.Answers.Zip(task.Gold!.Ranks).ToDictionary(pair => pair.First, pair => pair.Second);
        Assert.Equal((2, 1, 3), (known["Yes."], known["No."], known["It depends."]));
        Assert.Equal([new FeedbackCriterion("harm", "Which does least harm?")], task.Criteria);
        Assert.Equal(["violence"], task.Harms);
        Assert.Equal((4, 1.5, project), (task.RankingsWanted, task.Priority, task.Project!.Value));
        Assert.Equal(new AnswerSource("policy", "run-7", 120), task.Source);
    }

    [Fact]
    public async Task A_row_that_says_little_takes_what_the_project_asks()
    {
        await using var place = await TestStore.CreateAsync(Engine.Sqlite, server);
        var stores = await place.OpenAllAsync();
        var project = await OpenAsync(stores, Tasks.Settings() with { RankingsWanted = 3, Criteria = [new("help", "Which helps?")] });
        await using (var file = File.Create(place.Folder.File("tasks.jsonl.gz")))
        await using (var packed = new GZipStream(file, CompressionLevel.Fastest))
        {
            packed.Write("""{"prompt": "p", "completions": ["a"]}"""u8);
        }

        await TaskImport.RunAsync(stores, project, new(place.Folder.File("tasks.jsonl.gz")));
        await TaskImport.RunAsync(stores, 0, new(place.Folder.File("tasks.jsonl.gz")) { RankingsWanted = 7 });

        var tasks = await Imported.TasksAsync(stores);
        Assert.Equal([3, 7], tasks.Select(task => task.Asked.RankingsWanted));
        Assert.Equal([1, 0], tasks.Select(task => task.Asked.Criteria.Count));
        Assert.Equal([project, null], tasks.Select(task => task.Asked.Project));
    }

    [Fact]
    public async Task Importing_twice_adds_nothing_and_a_changed_file_adds_what_is_new()
    {
        await using var place = await TestStore.CreateAsync(Engine.Sqlite, server);
        var stores = await place.OpenAllAsync();
        var project = await OpenAsync(stores);
        var path = place.Folder.Write(
            "tasks.jsonl",
            """
            {"prompt": "p", "answers": ["a", "b"], "ranks": [2, 1]}
            {"prompt": "q", "answers": ["a", "b"], "ranks": [1, 1]}
            {"prompt": "q", "answers": ["b", "a"], "ranks": [1, 1]}
            """
        );
        var options = new ImportOptions(path) { RanksAsVotes = true, Rater = "others" };

        var first = await TaskImport.RunAsync(stores, project, options);
        var log = (await stores.Rankings.LogAsync()).Count;
        var second = await TaskImport.RunAsync(stores, project, options);

        Assert.Equal((2, 1, 2, 0), (first.TasksNew, first.TasksKnown, first.VotesNew, first.VotesKnown));
        Assert.Equal(1, first.LeftOut[LeftOutReason.VoteRepeated]);
        Assert.Equal((0, 3, 0, 2), (second.TasksNew, second.TasksKnown, second.VotesNew, second.VotesKnown));
        Assert.Equal(log, (await stores.Rankings.LogAsync()).Count);

        // Other priorities make no other task, other ranks no other vote; what is new comes.
        place.Folder.Write(
            "tasks.jsonl",
            """
            {"prompt": "p", "answers": ["b", "a"], "ranks": [2, 1], "priority": 7}
            {"prompt": "r", "answers": ["b", "a"]}
            """
        );
        var third = await TaskImport.RunAsync(stores, project, options);
        Assert.Equal((1, 1, 0, 0), (third.TasksNew, third.TasksKnown, third.VotesNew, third.VotesKnown));
        Assert.Equal(1, third.LeftOut[LeftOutReason.VoteChanged]);
        await TaskReplay.AssertWholeAsync(place, stores);
    }

    [Fact]
    public async Task Where_answers_stand_does_not_depend_on_which_is_better()
    {
        await using var place = await TestStore.CreateAsync(Engine.Sqlite, server);
        var stores = await place.OpenAllAsync();
        var rows = Enumerable.Range(0, 200).ToList();
        var path = place.Folder.Write("pairs.jsonl", string.Join('\n', rows.Select(i => Row(i, "good", "bad"))));
        var turned = place.Folder.Write("turned.jsonl", string.Join('\n', rows.Select(i => Row(i, "bad", "good"))));

        await TaskImport.RunAsync(stores, 0, new(path));
        var report = await TaskImport.RunAsync(stores, 0, new(turned));

        Assert.Equal((0, 200), (report.TasksNew, report.TasksKnown));
        var first = (await Imported.TasksAsync(stores)).Count(task => task.Asked.Answers[0] == "good");
        // Half of 200 within five standard deviations of a fair coin.
        Assert.InRange(first, 100 - 36, 100 + 36);

        static string Row(int i, string chosen, string rejected) =>
            $$"""{"prompt": "prompt {{i}}", "chosen": "{{chosen}}", "rejected": "{{rejected}}"}""";
    }

    [Fact]
    public async Task Rows_that_cannot_be_used_are_left_out_and_counted_with_place_value_and_mend()
    {
        await using var place = await TestStore.CreateAsync(Engine.Sqlite, server);
        var stores = await place.OpenAllAsync();
        var many = string.Join(", ", Enumerable.Range(0, 10).Select(i => $"\"{i}\""));
        (string Row, LeftOutReason Reason, string Problem)[] bad =
        [
            ("""{"prompt": "p", "answers": ["a", """, LeftOutReason.Unreadable, "not valid JSON"),
            ("""{"prompt": "p", "answers": ["a", 7]}""", LeftOutReason.Unreadable, "'answer 2' is Number"),
            ("""{"prompt": "p", "answers": ["a", "b"], "gold": [1]}""", LeftOutReason.Unreadable, "'gold' has 1 numbers for 2 answers"),
            ("""{"prompt": "p", "answers": ["a", "b"], "gold": [1, 1.5]}""", LeftOutReason.Unreadable, "'gold' is 1.5"),
            ("""{"prompt": "p", "answers": ["a", "b"], "wanted": -1}""", LeftOutReason.Unreadable, "'wanted' is -1"),
            ("""{"prompt": "p", "answers": ["a", "b"], "criteria": [{"id": "x"}]}""", LeftOutReason.Unreadable, "'criteria' is"),
            ("""{"prompt": "p", "answers": ["a\ud800", "b"]}""", LeftOutReason.Unreadable, "surrogate"),
            ("""{"prompt": "p", "prompt": "p", "answers": ["a", "b"]}""", LeftOutReason.Unreadable, "occurs twice"),
            ("""{"answers": ["a", "b"]}""", LeftOutReason.NothingToJudge, "'prompt' is missing"),
            ("""{"prompt": "p"}""", LeftOutReason.NothingToJudge, "'answers' is missing"),
            ("""{"prompt": "p", "images": ["a.png"]}""", LeftOutReason.Unreadable, "'images' stands in a row"),
            ($$"""{"prompt": "p", "answers": [{{many}}]}""", LeftOutReason.TooManyAnswers, "there are 10 answers"),
            (
                """{"prompt": "p", "answers": [[{"role": "user", "content": "a"}], "b"]}""",
                LeftOutReason.SeveralMessages,
                "the first of the role 'user'"
            ),
            ("""{"prompt": "p", "answers": ["a", "a"]}""", LeftOutReason.TaskRefused, "Answers 1 and 2 are the same"),
            ("""{"prompt": "p", "answers": ["a", "b"], "harms": ["x", "x"]}""", LeftOutReason.TaskRefused, "stands twice"),
            ("""{"prompt": "p", "answers": []}""", LeftOutReason.TaskRefused, "number of answers is 0"),
        ];
        var path = place.Folder.Write(
            "tasks.jsonl",
            string.Join('\n', bad.Select(row => row.Row).Prepend("""{"prompt": "good", "answers": ["a", "b"]}"""))
        );

        var report = await TaskImport.RunAsync(stores, 0, new(path));

        Assert.Equal((bad.Length + 1, 1), (report.Rows, report.TasksNew));
        Assert.Equal(bad.Select(row => row.Reason), report.FirstLeftOut.Select(left => left.Reason));
        Assert.All(bad.Zip(report.FirstLeftOut), pair => Assert.Contains(pair.First.Problem, pair.Second.Problem));
        Assert.Equal(
            Enumerable.Range(2, bad.Length).Select(line => new InputPosition(path, line)),
            report.FirstLeftOut.Select(left => left.Position)
        );
        Assert.All(report.FirstLeftOut, left => Assert.NotNull(left.Mend));
        Assert.Equal(bad.GroupBy(row => row.Reason).ToDictionary(rows => rows.Key, rows => (long)rows.Count()), report.LeftOut);
        Assert.Contains("9 Unreadable", report.ToString());
        foreach (var (row, _, problem) in bad)
        {
            var alone = new ImportOptions(place.Folder.Write("alone.jsonl", row)) { Layout = ImportLayout.Tasks };
            var refusal = await Assert.ThrowsAsync<InvalidInputException>(() =>
                TaskImport.RunAsync(stores, 0, alone with { Strict = true })
            );
            Assert.Contains(problem, refusal.Problem);
            Assert.Equal(1, refusal.Position!.Line);
            refusal = await Assert.ThrowsAsync<InvalidInputException>(() => TaskImport.RunAsync(stores, 0, alone));
            Assert.Contains("none of the 1 rows can be used", refusal.Problem);
        }
    }

    [Fact]
    public async Task Files_that_are_no_tasks_are_refused_with_the_mend()
    {
        await using var place = await TestStore.CreateAsync(Engine.Sqlite, server);
        var stores = await place.OpenAllAsync();
        (string Name, string Content, string Problem)[] files =
        [
            ("prompts.jsonl", """{"prompt": "p"}""", "holds no answers to judge"),
            ("unknown.jsonl", """{"a": 1}""", "no known shape"),
            ("empty.jsonl", "", "empty"),
            ("cut.json", """[{"prompt": "p", "answers": ["a", "b"]}""", "ends inside"),
            (
                "flat.json",
                """[{"id": "1", "prompt": "p", "completion": "c", "quality.responses": [3], "quality.responses.users": ["u"]}]""",
                "flattened columns"
            ),
            (
                "hub.jsonl",
                """{"prompt": "p", "completion": "c", "quality": [{"user_id": "u", "value": 3, "status": "submitted"}]}""",
                "pushed to a hub"
            ),
            ("min.json", """[{"prompt": "p", "completion": "c", "annotator": 4, "annotation_id": 2, "lead_time": 3}]""", "JSON-MIN"),
        ];
        foreach (var (name, content, problem) in files)
        {
            var options = new ImportOptions(place.Folder.Write(name, content));
            var refusal = await Assert.ThrowsAsync<InvalidInputException>(() => TaskImport.RunAsync(stores, 0, options));
            Assert.Contains(problem, refusal.Message);
            Assert.Equal(options.Path, refusal.Position!.File);
        }

        var missing = await Assert.ThrowsAsync<InvalidInputException>(() => TaskImport.RunAsync(stores, 8, new("nowhere.jsonl")));
        Assert.Contains("no project 8", missing.Message);
        Assert.Throws<InvalidInputException>(() => new ImportOptions("x") { RankingsWanted = -1 });
    }

    [Fact]
    public async Task Many_rows_are_imported_in_their_order_and_progress_is_told_along_the_way()
    {
        await using var place = await TestStore.CreateAsync(Engine.Sqlite, server);
        var stores = await place.OpenAllAsync();
        var path = place.Folder.Write(
            "tasks.jsonl",
            string.Join('\n', Enumerable.Range(0, 600).Select(i => $$"""{"prompt": "p{{i}}", "answers": ["a", "b"], "ranks": [1, 2]}"""))
        );
        var told = new Told();

        var report = await TaskImport.RunAsync(stores, 0, new(path) { RanksAsVotes = true, RankingsWanted = 0 }, told);

        Assert.Equal((600, 600), (report.TasksNew, report.VotesNew));
        Assert.Equal([256, 512, 600], told.Rows);
        var tasks = await Imported.TasksAsync(stores);
        Assert.Equal(Enumerable.Range(0, 600).Select(i => $"p{i}"), tasks.Select(task => task.Asked.Prompt.Text));
        await TaskReplay.AssertWholeAsync(place, stores);
    }

    private static Task<long> OpenAsync(FeedbackStores stores, ProjectSettings? settings = null) =>
        stores.Projects.OpenProjectAsync("open", settings ?? Tasks.Settings(), "ada");

    private sealed class Told : IProgress<ImportReport>
    {
        public List<long> Rows { get; } = [];

        public void Report(ImportReport value) => Rows.Add(value.Rows);
    }
}
