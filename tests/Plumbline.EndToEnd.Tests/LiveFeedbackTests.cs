using System.Text.Json;
using Plumbline.Feedback;
using Plumbline.Testing;

namespace Plumbline.EndToEnd.Tests;

/// <summary>People rank while a policy learns; here a loop that knows what is better ranks whatever is asked.</summary>
public sealed class LiveFeedbackTests
{
    [Fact]
    public async Task Rankings_refresh_the_reward_and_what_teaches_most_is_asked_next()
    {
        using var folder = new TemporaryFolder();
        var location = folder.File("feedback.db");
        var file = RlTests.Write(folder, "run");
        string[] arguments =
        [
            "rl",
            "grpo",
            file,
            "--json",
            "--feedback",
            location,
            "--set",
            "rewards=[]",
            "--set",
            "feedback={ refresh_every: 16, ask_per_round: 8, training: { learning_rate: 0.003, epochs: 2 } }",
            "--set",
            "training.epochs=3",
        ];
        await using var store = await FeedbackStore.OpenAsync(location, TimeProvider.System);
        using var done = new CancellationTokenSource();
        var people = RankAsync(store, done.Token);

        var (code, output, error) = await Task.Run(() => CommandRun.InProcess(arguments));
        await done.CancelAsync();
        var given = await people;

        Assert.True(code == 0, error);
        using var json = JsonDocument.Parse(output);
        var folderOfStage = Path.GetDirectoryName(json.RootElement.GetProperty("model").GetString()!)!;
        var rows = Plumbline.Runs.RunFolder.ReadMetrics(folderOfStage);
        Assert.True(given >= 8, $"{given} rankings");
        Assert.True(rows[^1].Find("feedback/refreshes") >= 1);
        // Each request names what its answer would teach, and the first ones are the most telling of their round.
        var asked = (await store.ReadEventsAsync(0, 1000)).Select(each => each.Event).OfType<ComparisonRequested>().ToList();
        Assert.True(asked.Count > 16);
        Assert.Contains(asked, request => request.ExpectedInformation > 0);
        Assert.All(asked, request => Assert.Equal(2, request.Answers.Count));
        Assert.True(Directory.Exists(Path.Combine(folderOfStage, "reward-model-3")));
        Assert.True(
            json.RootElement.GetProperty("reward").GetProperty("after").GetDouble()
                > json.RootElement.GetProperty("reward").GetProperty("before").GetDouble()
        );
    }

    [Theory]
    [InlineData(true, "feedback store is given")]
    [InlineData(false, "no feedback store is given")]
    public void Store_and_options_belong_together(bool hasStore, string named)
    {
        using var folder = new TemporaryFolder();
        var file = RlTests.Write(folder, "run");

        var (code, _, error) = CommandRun.InProcess(
            hasStore
                ? ["rl", "grpo", file, "--feedback", folder.File("feedback.db")]
                : ["rl", "grpo", file, "--set", "feedback={ ask_per_round: 2 }"]
        );

        Assert.Equal(2, code);
        Assert.Contains(named, error, StringComparison.Ordinal);
    }

    // Answers that say "stone" are better, the shorter ones among them.
    private static async Task<int> RankAsync(IFeedbackStore store, CancellationToken cancellation)
    {
        var given = 0;
        while (!cancellation.IsCancellationRequested)
        {
            foreach (var request in await store.ReadOpenRequestsAsync(100, cancellation: CancellationToken.None))
            {
                var worth = request
                    .Comparison.Answers.Select(answer => answer.Contains("stone", StringComparison.Ordinal) ? 1 : 0)
                    .ToArray();
                int[] ranks = [.. worth.Select(own => 1 + worth.Count(other => other > own))];
                await store.AppendAsync($"ranking {request.Id}", new RankingGiven(request.Id, "rater", ranks), CancellationToken.None);
                given++;
            }

            await Task.Delay(20, CancellationToken.None);
        }

        return given;
    }
}
