using System.Net;
using Plumbline.Studio.Tests.Support;

namespace Plumbline.Studio.Tests.Ranking;

public sealed class RankingPageTests
{
    [Fact]
    public async Task A_task_is_ranked_by_forms_alone_and_what_was_shown_is_what_is_stored()
    {
        await using var studio = await StudioUnderTest.StartAsync();
        var (project, requests) = await studio.SeedAsync();
        var anna = await studio.AddAsync("anna", project);
        using var client = await studio.SignedInAsync(anna);

        var taken = await client.SendFormAsync("/", $"/projects/{project}/next", []);
        Assert.Equal($"/tasks/{requests[0]}", taken.Location);
        foreach (var move in new[] { "end:2", "end:0", "end:1", "tie:3", "raise:0", "undo", "redo" })
        {
            Assert.Equal(HttpStatusCode.SeeOther, (await client.MoveAsync(requests[0], move)).Status);
        }

        Assert.Contains("Redone.", await client.PageAsync($"/tasks/{requests[0]}"));
        var sent = await client.MoveAsync(requests[0], "submit", ("comment", "A was close"), ("seconds", "12.5"));

        Assert.Equal($"/tasks/{requests[1]}?done=submitted", sent.Location);
        var stored = Assert.Single((await studio.Stores.Rankings.FindRequestAsync(requests[0]))!.Rankings).Ranking;
        Assert.Equal(anna.Id, stored.Rater);
        Assert.Equal("A was close", stored.Comment);
        Assert.Equal(12.5, stored.Seconds);

        // By places: A first, then C, then B and D together.
        int[] byPlace = [1, 3, 2, 3];
        Assert.Equal(byPlace, Enumerable.Range(0, 4).Select(place => stored.Ranks![stored.Shown![place]]));
        Assert.Contains("A > C > B = D", await client.PageAsync("/history"));
    }
}
