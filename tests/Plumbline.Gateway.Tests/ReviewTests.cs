using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Plumbline.Findings;
using Plumbline.Gateway.Reviews;
using Plumbline.Moderation;

namespace Plumbline.Gateway.Tests;

/// <summary>What is escalated is with people before anybody is told so.</summary>
public sealed class ReviewTests
{
    private readonly NotedDesk desk = new();

    [Fact]
    public async Task An_escalated_prompt_is_handed_over_with_all_that_people_must_see()
    {
        await using var gateway = await TestGateway.StartAsync(
            (context, _) => context.ChatAsync("never"),
            options => options with { Clients = [new ClientOptions { Name = "ada", KeyHash = ClientOptions.HashOf("key") }] },
            reviews: desk
        );
        using var response = await gateway.PostAsync(
            "/v1/chat/completions",
            """{"model":"m","messages":[{"role":"system","content":"Be kind."},{"role":"user","content":"one quendle"}]}""",
            key: "key"
        );

        var guard = (await response.JsonAsync()).GetProperty("guard");
        var handed = desk.Escalated.Values.Single();
        Assert.Equal(guard.GetProperty("decision").GetString(), handed.Decision.Id);
        Assert.Equal(("one quendle", "ada"), (handed.Text, handed.Client));
        Assert.Equal([new ReviewedMessage("system", "Be kind.")], handed.Conversation);
        Assert.Equal(
            (GuardOutcome.Escalate, "no-violence", 0.5),
            (handed.Decision.Outcome, handed.Decision.Verdicts[0].Clause, handed.Decision.Verdicts[0].Threshold)
        );
    }

    [Fact]
    public async Task A_stream_that_is_escalated_is_handed_over_as_far_as_it_came()
    {
        await using var gateway = await TestGateway.StartAsync(
            (context, _) => context.StreamAsync("This is long enough to leave. ", "quen", "dle", " and more"),
            reviews: desk
        );
        using var response = await gateway.ChatAsync("Hi", stream: true);
        var events = await response.EventsAsync();

        var handed = desk.Escalated.Values.Single();
        Assert.Equal(GuardedPart.Answer, handed.Decision.Part);
        Assert.Equal("This is long enough to leave. quendle", handed.Text);
        Assert.Equal([new ReviewedMessage("user", "Hi")], handed.Conversation);
        Assert.Equal("[DONE]", events[^1]);
        Assert.DoesNotContain(events, data => data.Contains("quendle", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_image_is_handed_over_without_a_text()
    {
        await using var gateway = await TestGateway.StartAsync((context, _) => context.ChatAsync("never"), reviews: desk);
        using var response = await gateway.PostAsync(
            "/v1/guard/check",
            $$"""{"part":"image","image":"{{Convert.ToBase64String("quendle"u8)}}"}"""
        );

        var handed = desk.Escalated.Values.Single();
        Assert.Equal((GuardedPart.Image, null), (handed.Decision.Part, handed.Text));
        Assert.Equal((await response.JsonAsync()).GetProperty("id").GetString(), handed.Decision.Id);
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("secret7")]
    [InlineData("zorblax")]
    public async Task What_people_need_not_see_asks_nobody(string text)
    {
        desk.Before = () => throw new InvalidOperationException("asked");
        await using var gateway = await TestGateway.StartAsync((context, _) => context.ChatAsync("Hello"), reviews: desk);
        using var response = await gateway.ChatAsync(text);

        Assert.Equal(200, (int)response.StatusCode);
    }

    [Fact]
    public async Task A_store_that_fails_is_told_of_everywhere_and_stops_nothing_else()
    {
        var lines = new List<string>();
        desk.Before = () => throw new InvalidOperationException("quendle is what nobody may read");
        await using var gateway = await TestGateway.StartAsync(
            (context, _) => context.ChatAsync("Hello"),
            reviews: desk,
            warn: line =>
            {
                lock (lines)
                {
                    lines.Add(line);
                }
            }
        );
        using var failed = await gateway.ChatAsync("quendle");
        using var fine = await gateway.ChatAsync("hello");
        using var unready = await gateway.Http.GetAsync("/readyz");
        using var counted = await gateway.Http.GetAsync("/metrics");

        var root = await failed.JsonAsync();
        var id = root.GetProperty("guard").GetProperty("decision").GetString()!;
        Assert.Equal((503, 200), ((int)failed.StatusCode, (int)fine.StatusCode));
        Assert.Equal("review_unavailable", root.GetProperty("error").GetProperty("code").GetString());
        Assert.Contains(id, root.GetProperty("error").GetProperty("message").GetString());
        Assert.Equal("escalate", root.GetProperty("guard").GetProperty("outcome").GetString());
        Assert.Equal(id, failed.Headers.GetValues("x-guard-decision").Single());
        Assert.True(failed.Headers.Contains("Retry-After"));
        Assert.True((await unready.JsonAsync()).GetProperty("reviews_failing").GetBoolean());
        Assert.Equal("ready", (await unready.JsonAsync()).GetProperty("status").GetString());
        var metrics = await counted.Content.ReadAsStringAsync();
        Assert.Matches("""reviews_total\{[^}]*action="escalate",result="failed"\} 1""", metrics);
        Assert.Matches("""failures_total\{[^}]*kind="review_unavailable"\} 1""", metrics);
        Assert.Equal([$"The review store failed to escalate decision {id}: InvalidOperationException"], lines);

        desk.Before = () => Task.CompletedTask;
        using var again = await gateway.ChatAsync("quendle");
        using var ready = await gateway.Http.GetAsync("/readyz");
        Assert.Equal(200, (int)again.StatusCode);
        Assert.False((await ready.JsonAsync()).GetProperty("reviews_failing").GetBoolean());
        Assert.Single(desk.Escalated);
    }

    [Fact]
    public async Task A_connection_that_broke_meanwhile_is_asked_twice()
    {
        var asked = 0;
        desk.Before = () => ++asked == 1 ? throw new IOException("broken") : Task.CompletedTask;
        await using var gateway = await TestGateway.StartAsync((context, _) => context.ChatAsync("never"), reviews: desk);
        using var response = await gateway.ChatAsync("quendle");

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Single(desk.Escalated);
    }

    [Fact]
    public async Task A_stream_that_cannot_be_handed_over_ends_with_an_error_and_is_retracted()
    {
        desk.Before = () => throw new InvalidOperationException("broken");
        await using var gateway = await TestGateway.StartAsync(
            (context, _) => context.StreamAsync("This is long enough to leave. ", "quen", "dle"),
            reviews: desk
        );
        using var response = await gateway.ChatAsync("Hi", stream: true);
        var events = await response.EventsAsync();

        var last = JsonDocument.Parse(events[^1]).RootElement;
        Assert.Equal("review_unavailable", last.GetProperty("error").GetProperty("code").GetString());
        Assert.True(last.GetProperty("guard").GetProperty("retract").GetBoolean());
        Assert.False(last.GetProperty("guard").TryGetProperty("explanation", out _));
        Assert.DoesNotContain("[DONE]", events);
        Assert.StartsWith("This is long", events.SkipLast(1).Text());
    }

    [Fact]
    public async Task A_store_that_is_late_gets_the_decision_all_the_same_and_more_than_may_wait_are_told_so()
    {
        var going = new TaskCompletionSource();
        desk.Before = () => going.Task;
        await using var gateway = await TestGateway.StartAsync(
            (context, _) => context.ChatAsync("never"),
            options =>
                options with
                {
                    Reviews = new ReviewOptions { TimeoutSeconds = 0.1, MaxWaiting = 1 },
                },
            reviews: desk
        );
        using var late = await gateway.ChatAsync("quendle one");
        using var full = await gateway.ChatAsync("quendle two");
        using var counted = await gateway.Http.GetAsync("/metrics");
        var metrics = await counted.Content.ReadAsStringAsync();

        Assert.Equal((503, 503), ((int)late.StatusCode, (int)full.StatusCode));
        Assert.Matches("""reviews_total\{[^}]*action="escalate",result="late"\} 1""", metrics);
        Assert.Matches("""reviews_total\{[^}]*action="escalate",result="full"\} 1""", metrics);
        Assert.Empty(desk.Escalated);

        // Whoever ends the gateway waits for what was taken.
        var ending = gateway.Services.GetRequiredService<ReviewHandover>().DisposeAsync();
        Assert.False(ending.IsCompleted);
        going.SetResult();
        await ending;
        Assert.Equal("quendle one", desk.Escalated.Values.Single().Text);
    }

    [Fact]
    public void People_see_what_stands_around_the_strongest_finding_and_the_last_messages()
    {
        var text = new string('a', 300_000) + "here" + new string('b', 300_000);
        var decision = new GuardDecision
        {
            Id = "d",
            Time = default,
            Part = GuardedPart.Answer,
            Outcome = GuardOutcome.Escalate,
            Constitution = "c",
            Input = "i",
            Findings =
            [
                new Finding
                {
                    Hazard = "S1",
                    Score = 0.2,
                    Span = new TextSpan(0, 1),
                },
                new Finding
                {
                    Hazard = "S1",
                    Score = 0.9,
                    Span = new TextSpan(300_000, 4),
                },
            ],
        };
        var messages = Enumerable.Range(0, 60).Select(i => new ChatMessage(ChatRole.User, $"{i} {new string('c', 9_000)}"));
        var request = new GuardRequest
        {
            Part = GuardedPart.Answer,
            Text = text,
            Conversation = [.. messages],
        };

        var reviewed = ReviewedDecision.Of(decision, request, "ada");
        var short60 = ReviewedDecision.Of(
            decision,
            request with
            {
                Text = "short",
                Conversation = [.. Enumerable.Range(0, 60).Select(i => new ChatMessage(ChatRole.User, $"{i}"))],
            },
            "ada"
        );

        Assert.Equal(ReviewedDecision.LongestText, reviewed.Text!.Length);
        Assert.Contains("ahereb", reviewed.Text, StringComparison.Ordinal);
        Assert.StartsWith("59 ", reviewed.Conversation[^1].Text);
        Assert.Equal(ReviewedDecision.LongestText, reviewed.Conversation.Sum(message => message.Text.Length));
        Assert.Equal("short", short60.Text);
        Assert.Equal(Enumerable.Range(10, 50).Select(i => $"{i}"), short60.Conversation.Select(message => message.Text));
    }
}
