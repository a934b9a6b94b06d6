using System.Text.Json;
using Plumbline.Data;

namespace Plumbline.Feedback.Tests;

public sealed class ConversionTests(PostgresServer server)
{
    [Fact]
    public async Task Rankings_of_several_raters_become_one_example_by_their_mean_rank()
    {
        await using var place = await TestStore.CreateAsync(Engine.Sqlite, server);
        var store = await place.OpenAsync();
        await store.AppendAsync("ask", Events.FullRequest() with { RankingsWanted = 4 });
        await store.AppendAsync("anna", Events.FullRanking(1, "anna"));
        await store.AppendAsync("ben", Events.Ranking(1, "ben", 3, 1, 2));
        await store.AppendAsync("carl", new RankingGiven(1, "carl") { AllBad = true });
        var request = (await store.FindRequestAsync(1))!;

        // Ranks 1.5, 1.5, 3 and 3, 1, 2: means 2.25, 1.25, 2.5.
        var overall = request.ToRankedExample()!;
        Assert.Equal(["assistant: No.", "assistant: Yes.", "assistant: It depends."], overall.Answers.Select(answer => $"{answer}"));
        Assert.Equal([1, 2, 3], overall.Ranks);
        Assert.Equal(ExampleId.Of(overall), overall.Id);

        // Only anna looked at harm, and saw two alike.
        var harm = request.ToRankedExample("harm")!;
        Assert.Equal([1, 2, 2], harm.Ranks);
        Assert.Equal(["assistant: Yes.", "assistant: No.", "assistant: It depends."], harm.Answers.Select(answer => $"{answer}"));
        Assert.Null(request.ToRankedExample("style"));
        Assert.Null((request with { Rankings = [request.Rankings[2]] }).ToRankedExample());
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task The_export_is_read_back_as_a_data_set_with_every_vote_beside_it(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var store = await place.OpenAsync();
        await store.AppendAsync("ask", Events.FullRequest());
        await store.AppendAsync("anna", Events.FullRanking(1, "anna"));
        await store.AppendAsync("ben", Events.Ranking(1, "ben", 3, 1, 2));
        await store.AppendAsync("nobody ranks", Events.FullRequest());
        await store.AppendAsync("all bad", Events.FullRequest());
        await store.AppendAsync("carl", new RankingGiven(5, "carl") { AllBad = true });
        var path = place.Folder.File("rankings.jsonl.gz");

        Assert.Equal(1, await RankingExport.WriteAsync(store, path));

        var example = Assert.IsType<RankedExample>(Assert.Single(DatasetReader.Open(new DatasetOptions(path) { Strict = true }).Read()));
        Assert.Equal((await store.FindRequestAsync(1))!.ToRankedExample()!.Id, example.Id);
        var text = await File.ReadAllTextAsync(place.Folder.File("rankings.votes.jsonl"));
        Assert.DoesNotContain("anna", text);
        JsonElement[] votes = [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];
        Assert.Equal([2, 3, 6], votes.Select(vote => vote.GetProperty("sequence").GetInt32()));
        Assert.Equal(
            [store.HashRater("anna"), store.HashRater("ben"), store.HashRater("carl")],
            votes.Select(vote => vote.GetProperty("rater").GetString())
        );

        // The example has the second answer first; anna ranked 1, 1, 3 and ben 3, 1, 2 as shown.
        Assert.Equal("[1,1,3]", votes[0].GetProperty("ranks").GetRawText());
        Assert.Equal("[1,3,2]", votes[1].GetProperty("ranks").GetRawText());
        Assert.All(votes.Take(2), vote => Assert.Equal("[2,1,3]", vote.GetProperty("shown").GetRawText()));
        Assert.All(votes.Take(2), vote => Assert.Equal(example.Id, vote.GetProperty("example").GetString()));
        Assert.Equal("none of them\nis good", votes[0].GetProperty("comment").GetString());
        Assert.Equal((12.5, true), (votes[0].GetProperty("seconds").GetDouble(), votes[0].GetProperty("all_bad").GetBoolean()));
        Assert.Equal(place.Clock.Now, votes[0].GetProperty("time").GetDateTimeOffset());
        Assert.Equal(JsonValueKind.Null, votes[2].GetProperty("ranks").ValueKind);
        Assert.Equal(JsonValueKind.Null, votes[2].GetProperty("example").ValueKind);
    }

    [Fact]
    public async Task More_requests_than_a_page_are_exported_in_their_order_by_one_criterion()
    {
        await using var place = await TestStore.CreateAsync(Engine.Sqlite, server);
        var store = await place.OpenAsync();
        for (var i = 0; i < 205; i++)
        {
            var request = await store.AppendAsync(
                $"ask {i}",
                Events.Request($"prompt {i}", answers: 2) with
                {
                    Criteria = [new("help", "Which helps?")],
                }
            );
            await store.AppendAsync(
                $"rank {i}",
                Events.Ranking(request, "anna", 1, 2) with
                {
                    CriterionRanks = new Dictionary<string, IReadOnlyList<int>> { ["help"] = [2, 1] },
                }
            );
        }

        var path = place.Folder.File("help.jsonl");
        Assert.Equal(205, await RankingExport.WriteAsync(store, path, "help"));

        RankedExample[] examples = [.. DatasetReader.Open(new DatasetOptions(path) { Strict = true }).Read().Cast<RankedExample>()];
        Assert.Equal(Enumerable.Range(0, 205).Select(i => $"prompt {i}"), examples.Select(example => example.Prompt.Text));
        Assert.All(examples, example => Assert.Equal("answer 2", example.Answers[0].Text));
        Assert.Equal(205, (await File.ReadAllLinesAsync(RankingExport.VotesPath(path))).Length);
    }

    [Fact]
    public async Task What_cannot_be_exported_is_refused_and_leaves_no_file()
    {
        await using var place = await TestStore.CreateAsync(Engine.Sqlite, server);
        var store = await place.OpenAsync();
        await Assert.ThrowsAsync<InvalidInputException>(() => RankingExport.WriteAsync(store, place.Folder.File("empty.jsonl")));
        await Assert.ThrowsAsync<InvalidInputException>(() => RankingExport.WriteAsync(store, place.Folder.File("missing/x.jsonl")));
        foreach (var (key, request) in new[] { ("text", Events.Request()), ("chat", Events.FullRequest()) })
        {
            var id = await store.AppendAsync(key, request);
            await store.AppendAsync("rank " + key, Events.Ranking(id));
        }

        var refusal = await Assert.ThrowsAsync<InvalidInputException>(() =>
            RankingExport.WriteAsync(store, place.Folder.File("both.jsonl"))
        );

        Assert.Contains("mixes text and chat", refusal.Message);
        Assert.Empty(Directory.GetFiles(place.Folder.Path, "*.jsonl*"));
    }
}
