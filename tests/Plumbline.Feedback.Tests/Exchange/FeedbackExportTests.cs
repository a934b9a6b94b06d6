using System.Text.Json;
using Plumbline.Data;
using Plumbline.Feedback.Exchange;
using Plumbline.Feedback.Projects;
using Plumbline.Feedback.Tests.Projects;
using Plumbline.Randomness;

namespace Plumbline.Feedback.Tests.Exchange;

public sealed class FeedbackExportTests(PostgresServer server)
{
    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task The_export_is_read_back_as_a_data_set_with_every_vote_beside_it(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var stores = await place.OpenAllAsync();
        await stores.Rankings.AppendAsync("ask", Events.FullRequest());
        await stores.Rankings.AppendAsync("anna", Events.FullRanking(1, "anna"));
        await stores.Rankings.AppendAsync("ben", Events.Ranking(1, "ben", 3, 1, 2) with { Shown = [2, 0, 1] });
        await stores.Rankings.AppendAsync("nobody ranks", Events.FullRequest());
        await stores.Rankings.AppendAsync("all bad", Events.FullRequest());
        await stores.Rankings.AppendAsync("carl", new RankingGiven(5, "carl") { AllBad = true });
        var path = place.Folder.File("rankings.jsonl.gz");

        Assert.Equal(1, await FeedbackExport.WriteAsync(stores, path));

        var example = Assert.IsType<RankedExample>(Assert.Single(DatasetReader.Open(new DatasetOptions(path) { Strict = true }).Read()));
        Assert.Equal((await stores.Rankings.FindRequestAsync(1))!.ToRankedExample()!.Id, example.Id);
        var text = await File.ReadAllTextAsync(place.Folder.File("rankings.votes.jsonl"));
        Assert.DoesNotContain("anna", text);
        var votes = Lines(text);
        Assert.Equal([2, 3, 6], votes.Select(vote => vote.GetProperty("sequence").GetInt32()));
        Assert.Equal(
            [stores.Rankings.HashRater("anna"), stores.Rankings.HashRater("ben"), stores.Rankings.HashRater("carl")],
            votes.Select(vote => vote.GetProperty("rater").GetString())
        );

        // The example has the second answer first; anna ranked 1, 1, 3 in the order of the request and ben 3, 1, 2, who saw the third answer first.
        Assert.Equal("[1,1,3]", votes[0].GetProperty("ranks").GetRawText());
        Assert.Equal("[1,3,2]", votes[1].GetProperty("ranks").GetRawText());
        Assert.Equal("""{"harm":[2,1,2],"help":[2,3,1]}""", votes[0].GetProperty("criteria").GetRawText());
        Assert.Equal(JsonValueKind.Null, votes[0].GetProperty("shown").ValueKind);
        Assert.Equal("[3,2,1]", votes[1].GetProperty("shown").GetRawText());
        Assert.All(votes.Take(2), vote => Assert.Equal(example.Id, vote.GetProperty("example").GetString()));
        Assert.Equal("none of them\nis good", votes[0].GetProperty("comment").GetString());
        Assert.Equal((12.5, true), (votes[0].GetProperty("seconds").GetDouble(), votes[0].GetProperty("all_bad").GetBoolean()));
        Assert.Equal(place.Clock.Now, votes[0].GetProperty("time").GetDateTimeOffset());
        Assert.Equal(JsonValueKind.Null, votes[2].GetProperty("ranks").ValueKind);
        Assert.Equal(JsonValueKind.Null, votes[2].GetProperty("example").ValueKind);
    }

    [Fact]
    public async Task Everything_that_was_said_stands_in_the_line_of_its_vote()
    {
        await using var place = await TestStore.CreateAsync(Engine.Sqlite, server);
        var stores = await place.OpenAllAsync();
        var settings = Tasks.Settings() with
        {
            GoldShare = 0.5,
            Form = new()
            {
                Margin = true,
                Critiques = true,
                Ratings = [new("quality", "Quality")],
                Flags = [new("rude", "Rude")],
                SpanLabels = [new("wrong", "Wrong")],
                TurnRatings = [new("tone", "Tone")],
            },
        };
        var (project, requests) = await Tasks.OpenAsync(
            stores,
            tasks: 1,
            settings,
            with: (_, request) =>
                Events.FullRequest() with
                {
                    Project = request.Project,
                    Answers = ["Yes.", "No."],
                    RankingsWanted = 1,
                    Gold = new([2, 1]),
                }
        );

        // Every second of a rater's deals is of a known answer, by a draw of the rater's own.
        for (var rater = 0; rater < 100 && await stores.Projects.TakeAsync(project, $"rater {rater}", Tasks.Harmless) is null; rater++) { }

        var held = (await stores.Rankings.LogAsync()).Select(stored => stored.Event).OfType<RequestTaken>().Single();
        var given = new RankingGiven(requests[0], held.Rater, [2, 1])
        {
            Margin = 3,
            Answers =
            [
                new()
                {
                    Ratings = new Dictionary<string, int> { ["quality"] = 2 },
                    Flags = ["rude"],
                    Critique = "no",
                    Spans = [new(0, 3, "wrong")],
                },
                new() { Ratings = new Dictionary<string, int> { ["quality"] = 7 } },
            ],
            Turns = [new(1, new Dictionary<string, int> { ["tone"] = 5 })],
        };
        await stores.Projects.SubmitAsync("all", given);
        await stores.Rankings.AppendAsync("ask", Events.Request());
        await stores.Rankings.AppendAsync("rank", Events.Ranking(await LastAsync(stores), "ben"));
        var path = place.Folder.File("all.jsonl");

        // The known answer checks raters and is no example; the other project's request is one.
        Assert.Equal(1, await FeedbackExport.WriteAsync(stores, path));
        var vote = Lines(await File.ReadAllTextAsync(FeedbackExport.VotesPath(path)))[0];

        Assert.Equal(project, vote.GetProperty("project").GetInt64());
        Assert.Equal(JsonValueKind.Null, vote.GetProperty("example").ValueKind);
        Assert.Equal("gold", vote.GetProperty("dealt").GetString());
        Assert.True(vote.GetProperty("gold").GetBoolean());
        Assert.Equal(3, vote.GetProperty("margin").GetInt32());

        // The second answer is the better one and stands first.
        Assert.Equal(
            (held.Shown.ToList().IndexOf(1) + 1, held.Shown.ToList().IndexOf(0) + 1),
            (vote.GetProperty("shown")[0].GetInt32(), vote.GetProperty("shown")[1].GetInt32())
        );
        var judged = vote.GetProperty("judgements")[1];
        Assert.Equal(2, judged.GetProperty("ratings").GetProperty("quality").GetInt32());
        Assert.Equal("""["rude"]""", judged.GetProperty("flags").GetRawText());
        Assert.Equal("no", judged.GetProperty("critique").GetString());
        Assert.Equal(3, judged.GetProperty("spans")[0].GetProperty("length").GetInt32());
        Assert.Equal(5, vote.GetProperty("turns")[0].GetProperty("ratings").GetProperty("tone").GetInt32());
    }

    [Fact]
    public async Task More_requests_than_a_page_are_exported_in_their_order_by_one_criterion_and_project()
    {
        await using var place = await TestStore.CreateAsync(Engine.Sqlite, server);
        var stores = await place.OpenAllAsync();
        var (project, _) = await Tasks.OpenAsync(stores, tasks: 0);
        var appended = Enumerable
            .Range(0, 205)
            .Select(i =>
                stores.Rankings.AppendAsync(
                    $"ask {i}",
                    Events.Request($"prompt {i}", answers: 2) with
                    {
                        Criteria = [new("help", "Which helps?")],
                        Project = i == 7 ? null : project,
                    }
                )
            );
        foreach (var request in await Task.WhenAll(appended))
        {
            await stores.Rankings.AppendAsync(
                $"rank {request}",
                Events.Ranking(request, "anna", 1, 2) with
                {
                    CriterionRanks = new Dictionary<string, IReadOnlyList<int>> { ["help"] = [2, 1] },
                }
            );
        }

        var path = place.Folder.File("help.jsonl");
        var options = new ExportOptions { Criterion = "help", Project = project };
        Assert.Equal(204, await FeedbackExport.WriteAsync(stores, path, options));

        RankedExample[] examples = [.. DatasetReader.Open(new DatasetOptions(path) { Strict = true }).Read().Cast<RankedExample>()];
        Assert.Equal(
            Enumerable.Range(0, 205).Where(i => i != 7).Select(i => $"prompt {i}"),
            examples.Select(example => example.Prompt.Text)
        );
        Assert.All(examples, example => Assert.Equal("answer 2", example.Answers[0].Text));
        Assert.Equal(204, (await File.ReadAllLinesAsync(FeedbackExport.VotesPath(path))).Length);

        Assert.Equal(1, await FeedbackExport.WriteAsync(stores, path, options with { Project = 0 }));
        var before = (await File.ReadAllBytesAsync(path), await File.ReadAllBytesAsync(FeedbackExport.VotesPath(path)));
        await FeedbackExport.WriteAsync(await place.OpenAllAsync(), path, options with { Project = 0 });
        Assert.Equal(before.Item1, await File.ReadAllBytesAsync(path));
        Assert.Equal(before.Item2, await File.ReadAllBytesAsync(FeedbackExport.VotesPath(path)));
    }

    [Fact]
    public async Task What_cannot_be_exported_is_refused_and_leaves_no_file()
    {
        await using var place = await TestStore.CreateAsync(Engine.Sqlite, server);
        var stores = await place.OpenAllAsync();
        await RefusedAsync("no examples", place.Folder.File("empty.jsonl"));
        await RefusedAsync("does not exist", place.Folder.File("missing/x.jsonl"));
        await RefusedAsync("no project 9", place.Folder.File("x.jsonl"), new() { Project = 9 });
        foreach (var (key, request) in new[] { ("text", Events.Request()), ("chat", Events.FullRequest()) })
        {
            var id = await stores.Rankings.AppendAsync(key, request);
            await stores.Rankings.AppendAsync("rank " + key, Events.Ranking(id));
        }

        await RefusedAsync("mixes text and chat", place.Folder.File("both.jsonl"));
        Assert.Empty(Directory.GetFiles(place.Folder.Path, "*.jsonl*"));
        Assert.Throws<InvalidInputException>(() => new ExportOptions { Smoothing = -1 });
        Assert.Throws<InvalidInputException>(() => new ExportOptions { GoodFrom = 8 });

        async Task RefusedAsync(string problem, string path, ExportOptions? options = null)
        {
            var refusal = await Assert.ThrowsAsync<InvalidInputException>(() => FeedbackExport.WriteAsync(stores, path, options));
            Assert.Contains(problem, refusal.Message);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Pairs_and_their_confidence_are_what_counting_the_votes_gives(ulong seed)
    {
        await using var place = await TestStore.CreateAsync(Engine.Sqlite, server);
        var stores = await place.OpenAllAsync();
        var source = new Seed(seed).Derive("votes").Source();
        var expected = new List<(string, string, string, double)>();
        for (var i = 0; i < 12; i++)
        {
            var (answers, raters) = (2 + source.NextInt(4), 1 + source.NextInt(5));
            var request = await stores.Rankings.AppendAsync($"ask {i}", Events.Request($"prompt {i}", answers, wanted: raters));
            var votes = new List<int[]>();
            for (var rater = 0; rater < raters; rater++)
            {
                int[] drawn = [.. Enumerable.Range(0, answers).Select(_ => source.NextInt(answers))];
                int[] ranks = [.. drawn.Select(rank => 1 + drawn.Count(other => other < rank))];
                votes.Add(ranks);
                await stores.Rankings.AppendAsync($"rank {i} {rater}", Events.Ranking(request, $"rater {rater}", ranks));
            }

            // The mean rank with ties at their middle, as a sum of comparisons: another way to count than the library's.
            double[] means =
            [
                .. Enumerable
                    .Range(0, answers)
                    .Select(a =>
                        votes.Average(ranks =>
                            ranks.Average(other =>
                                other < ranks[a] ? 1.0
                                : other == ranks[a] ? 0.5
                                : 0
                            )
                        )
                    ),
            ];
            foreach (var a in Enumerable.Range(0, answers))
            {
                foreach (var b in Enumerable.Range(0, answers).Where(b => means[a] < means[b] - 1e-9))
                {
                    var share = votes.Sum(ranks =>
                        ranks[a] < ranks[b] ? 1.0
                        : ranks[a] == ranks[b] ? 0.5
                        : 0
                    );
                    expected.Add(($"prompt {i}", $"answer {a + 1}", $"answer {b + 1}", Math.Max(0.5, (share + 0.5) / (votes.Count + 1.0))));
                }
            }
        }

        var path = place.Folder.File("pairs.jsonl");
        Assert.Equal(expected.Count, await FeedbackExport.WriteAsync(stores, path, new() { Kind = ExportKind.Pairs }));

        var pairs = DatasetReader.Open(new DatasetOptions(path) { Strict = true }).Read().Cast<PreferenceExample>();
        Assert.Equal(
            expected.Order(),
            pairs.Select(pair => (pair.Prompt.Text!, pair.Chosen.Text!, pair.Rejected.Text!, pair.Confidence!.Value)).Order()
        );
    }

    [Fact]
    public async Task Of_best_and_worst_alone_there_is_one_pair_a_task_and_csv_holds_it()
    {
        await using var place = await TestStore.CreateAsync(Engine.Sqlite, server);
        var stores = await place.OpenAllAsync();
        await stores.Rankings.AppendAsync("ask", Events.Request(answers: 4));
        await stores.Rankings.AppendAsync("rank", Events.Ranking(1, "anna", 2, 4, 1, 3));
        await stores.Rankings.AppendAsync("tied", Events.Request(answers: 2));
        await stores.Rankings.AppendAsync("rank tied", Events.Ranking(3, "anna", 1, 1));
        var path = place.Folder.File("pairs.csv");
        var options = new ExportOptions
        {
            Kind = ExportKind.Pairs,
            Pairs = RankingPairs.BestAndWorst,
            Smoothing = 0,
        };

        Assert.Equal(1, await FeedbackExport.WriteAsync(stores, path, options));

        var pair = Assert.IsType<PreferenceExample>(Assert.Single(DatasetReader.Open(new(path) { Strict = true }).Read()));
        Assert.Equal(("answer 3", "answer 2", 1.0), (pair.Chosen.Text, pair.Rejected.Text, pair.Confidence!.Value));
        Assert.Equal(2, (await File.ReadAllLinesAsync(place.Folder.File("pairs.votes.jsonl"))).Length);
    }

    [Fact]
    public async Task Margins_are_signed_by_whom_they_favour_and_harm_is_what_most_flag()
    {
        await using var place = await TestStore.CreateAsync(Engine.Sqlite, server);
        var stores = await place.OpenAllAsync();
        await stores.Rankings.AppendAsync("ask", Events.Request(answers: 2, wanted: 3));
        AnswerJudgement[] flagged = [new() { Flags = ["violent"] }, new() { Flags = ["opinion"] }];
        await stores.Rankings.AppendAsync("anna", Events.Ranking(1, "anna", 1, 2) with { Margin = 3, Answers = flagged });
        await stores.Rankings.AppendAsync("ben", Events.Ranking(1, "ben", 1, 2) with { Margin = 2, Answers = flagged });
        await stores.Rankings.AppendAsync("carl", Events.Ranking(1, "carl", 2, 1) with { Margin = 1, Answers = [new(), new()] });
        var path = place.Folder.File("pairs.jsonl");

        await FeedbackExport.WriteAsync(stores, path, new() { Kind = ExportKind.Pairs });
        Assert.Null(Pair().Harm);
        await FeedbackExport.WriteAsync(stores, path, new() { Kind = ExportKind.Pairs, HarmFlags = ["violent"] });

        Assert.Equal(4.0 / 3, Pair().Margin!.Value, 12);
        Assert.Equal(2.5 / 4, Pair().Confidence!.Value, 12);
        Assert.Equal(new PairHarm(Chosen: true, Rejected: false, ChosenIsWorse: true), Pair().Harm);

        PreferenceExample Pair() => (PreferenceExample)DatasetReader.Open(new(path) { Strict = true }).Read().Single();
    }

    [Fact]
    public async Task A_settled_order_holds_and_needs_no_confidence()
    {
        await using var place = await TestStore.CreateAsync(Engine.Sqlite, server);
        var stores = await place.OpenAllAsync();
        var (project, requests) = await Tasks.OpenAsync(stores, tasks: 1, Tasks.Settings() with { AgreementFloor = 0.9 }, wanted: 2);
        await stores.WorkAsync(project, "anna", 1, 2, 3);
        await stores.WorkAsync(project, "bob", 3, 2, 1);
        await stores.Projects.AdjudicateAsync("settle", new RequestAdjudicated(requests[0], "rob", [3, 1, 2]));
        var path = place.Folder.File("settled.jsonl");

        await FeedbackExport.WriteAsync(stores, path, new() { Kind = ExportKind.Pairs });

        var pairs = DatasetReader.Open(new(path) { Strict = true }).Read().Cast<PreferenceExample>().ToList();
        Assert.Equal(
            [("answer 2", "answer 3"), ("answer 2", "answer 1"), ("answer 3", "answer 1")],
            pairs.Select(pair => (pair.Chosen.Text, pair.Rejected.Text))
        );
        Assert.All(pairs, pair => Assert.Null(pair.Confidence));
        var votes = Lines(await File.ReadAllTextAsync(FeedbackExport.VotesPath(path)));
        Assert.All(votes, vote => Assert.Equal("[1,2,3]", vote.GetProperty("settled").GetRawText()));
        Assert.All(votes, vote => Assert.Equal("priority", vote.GetProperty("dealt").GetString()));
    }

    [Fact]
    public async Task Single_answers_are_good_or_bad_by_rating_by_place_or_as_all_are_bad()
    {
        await using var place = await TestStore.CreateAsync(Engine.Sqlite, server);
        var stores = await place.OpenAllAsync();
        await stores.Rankings.AppendAsync("ask", Events.Request("rated", answers: 3, wanted: 2));
        await stores.Rankings.AppendAsync("anna", Events.Ranking(1, "anna", 1, 2, 3) with { Answers = Rated(7, 4, 1) });
        await stores.Rankings.AppendAsync("ben", Events.Ranking(1, "ben", 1, 2, 3) with { Answers = Rated(5, 3, 2) });
        await stores.Rankings.AppendAsync("bad", Events.Request("bad", answers: 2));
        await stores.Rankings.AppendAsync("carl", Events.Ranking(4, "carl", 1, 2) with { AllBad = true });
        await stores.Rankings.AppendAsync("tied", Events.Request("tied", answers: 2));
        await stores.Rankings.AppendAsync("dora", Events.Ranking(6, "dora", 1, 1));
        var path = place.Folder.File("labels.jsonl");

        await FeedbackExport.WriteAsync(stores, path, new() { Kind = ExportKind.Labels });
        Assert.Equal(
            [("rated", "answer 1", true), ("rated", "answer 3", false), ("bad", "answer 1", false), ("bad", "answer 2", false)],
            Labels()
        );

        // Means of 6, 3.5 and 1.5.
        await FeedbackExport.WriteAsync(
            stores,
            path,
            new()
            {
                Kind = ExportKind.Labels,
                Rating = "quality",
                GoodFrom = 3.5,
            }
        );
        Assert.Equal(
            [
                ("rated", "answer 1", true),
                ("rated", "answer 2", true),
                ("rated", "answer 3", false),
                ("bad", "answer 1", false),
                ("bad", "answer 2", false),
            ],
            Labels()
        );

        IEnumerable<(string, string, bool)> Labels() =>
            DatasetReader
                .Open(new(path) { Strict = true })
                .ReadUnpairedPreferences()
                .Select(row => (row.Prompt.Text!, row.Completion.Text!, row.Label));

        static AnswerJudgement[] Rated(params int[] ratings) =>
            [.. ratings.Select(rating => new AnswerJudgement { Ratings = new Dictionary<string, int> { ["quality"] = rating } })];
    }

    private static JsonElement[] Lines(string text) =>
        [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];

    private static async Task<long> LastAsync(FeedbackStores stores) => (await stores.Rankings.LogAsync())[^1].Sequence;
}
