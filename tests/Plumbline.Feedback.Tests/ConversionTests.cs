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
}
