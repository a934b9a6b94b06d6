using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Plumbline.Feedback;
using Plumbline.Feedback.Reviews;
using Plumbline.Gateway;
using Plumbline.Moderation.Decisions;
using Plumbline.Testing;

namespace Plumbline.EndToEnd.Tests;

/// <summary>The guard and the people behind it, with a real store.</summary>
public sealed class GuardReviewTests : IDisposable
{
    private const string Card = "My card is 4111 1111 1111 1111, please order the tickets for Sunday.";

    private const string Constitution = """
        name: people-decide
        clauses:
          privacy: { text: Keep private data private., framework: duties, hazards: [S7], enforcement: { action: escalate } }
        """;

    private static readonly CancellationToken None = TestContext.Current.CancellationToken;
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task People_decide_what_is_escalated_and_what_is_appealed()
    {
        var (decisions, store) = (folder.File("decisions"), folder.File("reviews.db"));
        await using var model = new ModelServer(_ => Reply.Chat("Mint grows well there."));
        using var server = await StartedServer.Of(
            folder.Write(
                "guard.yaml",
                $$"""
                guard:
                  constitution: '{{folder.Write("c.yaml", Constitution)}}'
                  decisions: '{{decisions}}'
                  reviews: '{{store}}'
                  guard: { longest_text: 200 }
                gateway:
                  port: 0
                  upstream: { endpoint: '{{model.Endpoint}}' }
                  clients: [{ name: shop, key_hash: {{ClientOptions.HashOf("key")}} }]
                """
            )
        );
        using var client = new HttpClient { BaseAddress = new Uri(server.Address) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", "key");

        var allowed = await Chat(client, "Which herbs can I grow on a balcony that gets little sun?");
        var escalated = await Chat(client, Card);
        var refused = await Chat(client, new string('a', 201));
        Assert.Equal("Mint grows well there.", (string?)allowed["choices"]![0]!["message"]!["content"]);
        var (first, second) = ((string)escalated["guard"]!["decision"]!, (string)refused["guard"]!["decision"]!);

        await using var reviews = await FeedbackStore.OpenReviewsAsync(store, TimeProvider.System, None);
        var record = await reviews.FindDecisionAsync(first, None);
        Assert.Equal((Card, "privacy"), (record!.Texts!.Text, record.Summary.Facts.Clauses.Single().Id));
        Assert.Null(await reviews.FindDecisionAsync(second, None));

        // What people have before them cannot be appealed yet; what was refused can.
        Assert.Equal("appeal_too_early", (string?)(await Appeal(client, first, "It is mine."))["error"]!["code"]);
        Assert.Equal("open", (string?)(await Appeal(client, second, "It is short."))["state"]);
        var appealed = await reviews.FindDecisionAsync(second, None);
        Assert.Equal(("It is short.", "shop"), (appealed!.Texts!.Appeal, appealed.Texts.Appellant));
        Assert.Equal("guard:too_long", appealed.Summary.Facts.Clauses.Single().Id);

        var taken = await reviews.TakeAsync("anna", ReviewRole.Reviewer, TimeSpan.FromMinutes(10), cancellation: None);
        Assert.Equal(record.Summary.Id, taken!.Summary.Id);
        await reviews.DecideAsync(
            taken.Summary.Id,
            "anna",
            new ReviewJudgement(ReviewVerdict.Overturn, new Dictionary<string, bool> { ["privacy"] = false }),
            None
        );
        var standing = JsonNode.Parse(await client.GetStringAsync($"/v1/guard/appeals/{first}", None))!;
        Assert.Equal(("decided", "allow"), ((string?)standing["state"], (string?)standing["outcome"]));

        Assert.Equal(0, await server.Stop());
        Assert.Null(DecisionLog.Verify(decisions).Fault);
        Assert.Equal(first, DecisionLog.Find(decisions, first)!.Decision.Id);
    }

    [Fact]
    public async Task A_single_check_hands_over_what_it_escalates()
    {
        var store = folder.File("reviews.db");
        string[] with = ["--set", $"constitution={folder.Write("c.yaml", Constitution)}", "--set", $"reviews={store}", "--json"];
        var (stopped, output, error) = CommandRun.InProcess(["guard", "check", Card, .. with]);
        var (passed, _, trouble) = CommandRun.InProcess(["guard", "check", "Which herbs can I grow on a balcony?", .. with]);

        Assert.True((stopped, passed) == (1, 0), error + trouble);
        await using var reviews = await FeedbackStore.OpenReviewsAsync(store, TimeProvider.System, None);
        var record = await reviews.FindDecisionAsync((string)JsonNode.Parse(output)!["id"]!, None);
        Assert.Equal(Card, record!.Texts!.Text);
        Assert.Equal(1, (await reviews.CountAsync(cancellation: None)).Open);
    }

    [Theory]
    [InlineData("reviews=mysql://somewhere/db", "no place for a feedback store")]
    [InlineData("drift.bound=1", "drift.bound")]
    public void What_cannot_be_used_is_refused_before_anything_is_decided(string set, string problem)
    {
        var (code, output, error) = CommandRun.InProcess("guard", "check", Card, "--set", set);

        Assert.Equal(2, code);
        Assert.Contains(problem, error, StringComparison.Ordinal);
        Assert.Empty(output);
    }

    [Fact]
    public async Task Texts_that_are_no_longer_like_those_of_calibration_raise_an_alarm()
    {
        var recipe = ToyRecipe.Write(folder);
        var (model, calibration) = (folder.File("toy.ptm"), folder.File("calibration.yaml"));
        var (trained, _, trouble) = CommandRun.InProcess("guard", "train", recipe, "--out", model);
        Assert.True(trained == 0, trouble);
        var (calibrated, _, problem) = CommandRun.InProcess(
            "guard",
            "calibrate",
            recipe,
            "--out",
            calibration,
            "--set",
            $"text_model={model}"
        );
        Assert.True(calibrated == 0, problem);
        using var server = await StartedServer.Of(
            folder.Write(
                "guard.yaml",
                $$"""
                guard: { text_model: '{{model}}', calibration: '{{calibration}}', drift: { bound: 100 } }
                gateway: { port: 0, upstream: { endpoint: 'http://127.0.0.1:1/v1' } }
                """
            )
        );
        using var client = new HttpClient { BaseAddress = new Uri(server.Address) };
        Assert.False((bool)(await Ready(client))["drifting"]!);

        // Everybody suddenly writes what calibration knew as harmful.
        for (var i = 0; i < 60; i++)
        {
            using var response = await client.PostAsJsonAsync(
                "/v1/guard/check",
                new { text = $"lorem ipsum stab every guard tonight dolor amet {i}", situation = new { language = "en" } },
                None
            );
            response.EnsureSuccessStatusCode();
        }

        var line = await server.Line("Texts are no longer like those of the calibration");
        Assert.Contains("text for S1", line, StringComparison.Ordinal);
        Assert.Contains("plumb guard calibrate", line, StringComparison.Ordinal);
        var ready = await Ready(client);
        Assert.Equal(("ready", true), ((string?)ready["status"], (bool)ready["drifting"]!));
        Assert.Matches("""drift_alarm\{[^}]*hazard="S1",language="default"\} 1""", await client.GetStringAsync("/metrics", None));
    }

    private static async Task<JsonNode> Ready(HttpClient client) => JsonNode.Parse(await client.GetStringAsync("/readyz", None))!;

    private static Task<JsonNode> Chat(HttpClient client, string prompt) =>
        Post(client, "/v1/chat/completions", new { model = "tiny", messages = new[] { new { role = "user", content = prompt } } });

    private static Task<JsonNode> Appeal(HttpClient client, string decision, string reason) =>
        Post(client, "/v1/guard/appeals", new { decision, reason });

    private static async Task<JsonNode> Post(HttpClient client, string path, object body)
    {
        using var response = await client.PostAsJsonAsync(path, body, None);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(None))!;
    }
}
