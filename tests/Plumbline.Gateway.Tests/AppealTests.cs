using System.Text;
using System.Text.Json;
using Plumbline.Gateway.Reviews;
using Plumbline.Moderation;
using Plumbline.Randomness;
using Plumbline.Testing;

namespace Plumbline.Gateway.Tests;

/// <summary>Whoever got a decision that does not pass may have people look at it.</summary>
public sealed class AppealTests
{
    private const string Appeals = "/v1/guard/appeals";
    private static readonly ClientOptions Ada = new() { Name = "ada", KeyHash = ClientOptions.HashOf("key-of-ada") };
    private static readonly ClientOptions Ben = new()
    {
        Name = "ben",
        KeyHash = ClientOptions.HashOf("key-of-ben"),
        RequestsPerMinute = 2,
    };

    private readonly NotedDesk desk = new();

    private static GatewayOptions WithClients(GatewayOptions options) => options with { Clients = [Ada, Ben] };

    [Fact]
    public async Task A_refused_prompt_is_appealed_and_asked_about()
    {
        await using var gateway = await TestGateway.StartAsync((context, _) => context.ChatAsync("never"), WithClients, reviews: desk);
        var id = await RefusedAsync(gateway, "about zorblax");

        using var before = await FindAsync(gateway, id);
        using var response = await AppealAsync(gateway, id, "It is a toy.");
        using var during = await FindAsync(gateway, id);
        desk.Decide(id, GuardOutcome.Allow);
        using var after = await FindAsync(gateway, id);

        Assert.Equal((201, "open"), ((int)response.StatusCode, (await response.JsonAsync()).GetProperty("state").GetString()));
        var (decision, reason) = desk.Appealed[id];
        Assert.Equal(("about zorblax", "ada", "It is a toy."), (decision.Text, decision.Client, reason));
        Assert.Equal(GuardOutcome.Refuse, decision.Decision.Outcome);
        Assert.Equal("none", (await before.JsonAsync()).GetProperty("state").GetString());
        Assert.True((await during.JsonAsync()).GetProperty("appealed").GetBoolean());
        var root = await after.JsonAsync();
        Assert.Equal(
            ("decided", "allow", false),
            (root.GetProperty("state").GetString(), root.GetProperty("outcome").GetString(), root.GetProperty("final").GetBoolean())
        );
    }

    [Fact]
    public async Task A_refused_answer_is_appealed_by_whoever_never_had_its_text()
    {
        await using var gateway = await TestGateway.StartAsync((context, _) => context.StreamAsync("so ", "zorb", "lax"), reviews: desk);
        using var stream = await gateway.ChatAsync("Hi", stream: true);
        var guard = JsonDocument.Parse((await stream.EventsAsync())[^2]).RootElement.GetProperty("guard");
        var id = guard.GetProperty("decision").GetString()!;

        using var response = await gateway.PostAsync(Appeals, Body(id, "Why?"));

        Assert.Equal(201, (int)response.StatusCode);
        Assert.Equal("so zorblax", desk.Appealed[id].Decision.Text);
        Assert.DoesNotContain("zorblax", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Decisions_of_others_and_such_that_passed_are_not_there()
    {
        await using var gateway = await TestGateway.StartAsync((context, _) => context.ChatAsync("never"), WithClients, reviews: desk);
        var id = await RefusedAsync(gateway, "zorblax");
        using var passed = await gateway.PostAsync("/v1/guard/check", """{"text":"hello"}""", "key-of-ada");
        var allowed = (await passed.JsonAsync()).GetProperty("id").GetString()!;

        using var foreign = await AppealAsync(gateway, id, "Mine!", "key-of-ben");
        using var unknown = await AppealAsync(gateway, "d999", "Mine!");
        using var fine = await AppealAsync(gateway, allowed, "Mine!");
        using var asked = await FindAsync(gateway, id, "key-of-ben");

        string[] bodies =
        [
            await foreign.Content.ReadAsStringAsync(),
            await unknown.Content.ReadAsStringAsync(),
            await asked.Content.ReadAsStringAsync(),
        ];
        Assert.Equal((404, 404, 404, 404), ((int)foreign.StatusCode, (int)unknown.StatusCode, (int)fine.StatusCode, (int)asked.StatusCode));
        // Nobody learns by the answer which ids exist.
        Assert.Single(bodies.Distinct());
        Assert.Contains("unknown_decision", bodies[0]);
        Assert.Empty(desk.Appealed);
    }

    [Fact]
    public async Task Appeals_need_a_key_and_count_among_a_clients_requests()
    {
        await using var gateway = await TestGateway.StartAsync((context, _) => context.ChatAsync("never"), WithClients, reviews: desk);
        using var keyless = await gateway.PostAsync(Appeals, Body("d1", "Why?"));
        using var asked = await gateway.Http.GetAsync($"{Appeals}/d1");
        using var first = await AppealAsync(gateway, "d1", "Why?", "key-of-ben");
        using var second = await AppealAsync(gateway, "d1", "Why?", "key-of-ben");
        using var third = await AppealAsync(gateway, "d1", "Why?", "key-of-ben");

        Assert.Equal((401, 401), ((int)keyless.StatusCode, (int)asked.StatusCode));
        Assert.Equal((404, 404, 429), ((int)first.StatusCode, (int)second.StatusCode, (int)third.StatusCode));
    }

    [Theory]
    [InlineData("""{"reason":"r"}""", "decision")]
    [InlineData("""{"decision":"","reason":"r"}""", "decision")]
    [InlineData("""{"decision":"a b","reason":"r"}""", "decision")]
    [InlineData("""{"decision":7,"reason":"r"}""", "decision")]
    [InlineData("""{"decision":"d1"}""", "reason")]
    [InlineData("""{"decision":"d1","reason":" \n"}""", "reason")]
    [InlineData("""{"decision":"d1","reason":["r"]}""", "reason")]
    [InlineData("""{"decision":"d1","reason":"r","text":"t"}""", "text")]
    [InlineData("""{"decision":"d1","Reason":"r"}""", "Reason")]
    public async Task What_is_not_understood_is_named(string json, string field)
    {
        await using var gateway = await TestGateway.StartAsync((context, _) => context.ChatAsync("never"), reviews: desk);
        using var response = await gateway.PostAsync(Appeals, json);

        Assert.Equal(400, (int)response.StatusCode);
        Assert.Equal(field, (await response.JsonAsync()).GetProperty("error").GetProperty("param").GetString());
    }

    [Fact]
    public async Task A_reason_and_a_body_have_their_limits()
    {
        await using var gateway = await TestGateway.StartAsync(
            (context, _) => context.ChatAsync("never"),
            options => options with { Limits = options.Limits with { MaxBodyBytes = 20_000 } },
            reviews: desk
        );
        var id = await RefusedAsync(gateway, "zorblax");
        using var longest = await gateway.PostAsync(Appeals, Body(id, new string('r', 10_000)));
        using var longer = await gateway.PostAsync(Appeals, Body(id, new string('r', 10_001)));
        using var tooLong = await gateway.PostAsync(Appeals, Body(id, new string('r', 20_000)));

        Assert.Equal((201, 400, 413), ((int)longest.StatusCode, (int)longer.StatusCode, (int)tooLong.StatusCode));
    }

    [Theory]
    [InlineData(AppealReply.Undecided, "appeal_too_early")]
    [InlineData(AppealReply.AppealedBefore, "appealed_before")]
    [InlineData(AppealReply.Erased, "appeal_too_late")]
    public async Task An_appeal_that_changes_nothing_says_why(AppealReply reply, string code)
    {
        desk.Reply = reply;
        await using var gateway = await TestGateway.StartAsync((context, _) => context.ChatAsync("never"), reviews: desk);
        var id = await RefusedAsync(gateway, "quendle");
        using var response = await gateway.PostAsync(Appeals, Body(id, "Why?"));

        Assert.Equal(409, (int)response.StatusCode);
        Assert.Equal(code, (await response.JsonAsync()).GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task An_appeal_that_cannot_be_stored_is_not_lost_without_a_word()
    {
        await using var gateway = await TestGateway.StartAsync((context, _) => context.ChatAsync("never"), reviews: desk);
        var id = await RefusedAsync(gateway, "zorblax");
        desk.Before = () => throw new InvalidOperationException("broken");
        using var failed = await gateway.PostAsync(Appeals, Body(id, "Why?"));
        using var asked = await gateway.Http.GetAsync($"{Appeals}/{id}");
        desk.Before = () => Task.CompletedTask;
        using var again = await gateway.PostAsync(Appeals, Body(id, "Why?"));

        Assert.Equal((503, 503, 201), ((int)failed.StatusCode, (int)asked.StatusCode, (int)again.StatusCode));
        Assert.Equal("review_unavailable", (await failed.JsonAsync()).GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task Where_nobody_reviews_there_is_nothing_to_appeal_to()
    {
        await using var gateway = await TestGateway.StartAsync((context, _) => context.ChatAsync("never"));
        using var response = await gateway.PostAsync(Appeals, Body("d1", "Why?"));
        using var escalated = await gateway.ChatAsync("quendle");

        Assert.Equal(404, (int)response.StatusCode);
        Assert.Equal("unknown_url", (await response.JsonAsync()).GetProperty("error").GetProperty("code").GetString());
        Assert.Equal(200, (int)escalated.StatusCode);
    }

    [Theory]
    [InlineData("/v1/chat/completions", """{"model":"m","messages":[{"role":"user","content":"zorblax"}]}""", RefusalShape.Completion)]
    [InlineData("/v1/chat/completions", """{"model":"m","messages":[{"role":"user","content":"zorblax"}]}""", RefusalShape.Error)]
    [InlineData("/v1/chat/completions", """{"model":"m","messages":[{"role":"user","content":"answer badly"}]}""", RefusalShape.Error)]
    [InlineData("/v1/completions", """{"model":"m","prompt":"zorblax"}""", RefusalShape.Completion)]
    [InlineData("/v1/images/generations", """{"model":"m","prompt":"zorblax"}""", RefusalShape.Completion)]
    public async Task Every_refusal_names_the_decision_that_can_be_appealed(string path, string json, RefusalShape shape)
    {
        await using var gateway = await TestGateway.StartAsync(
            (context, _) => context.ChatAsync("zorblax"),
            options => options with { Checks = options.Checks with { RefusedPrompts = shape } },
            reviews: desk
        );
        using var refused = await gateway.PostAsync(path, json);
        var id = (await refused.JsonAsync()).GetProperty("guard").GetProperty("decision").GetString()!;
        using var response = await gateway.PostAsync(Appeals, Body(id, "Why?"));

        Assert.Equal(201, (int)response.StatusCode);
        Assert.Contains(id, refused.Headers.GetValues("x-guard-decision").Single().Split(','));
    }

    [Fact]
    public void Decisions_are_forgotten_by_age_number_and_length()
    {
        var clock = new Clock();
        var recent = new RecentDecisions(
            new ReviewOptions
            {
                AppealHours = 1,
                MaxRemembered = 3,
                MaxRememberedCharacters = 1_000_000,
            },
            clock
        );
        foreach (var id in (string[])["a", "b", "c", "d"])
        {
            recent.Add(Reviewed(id, "text"));
        }

        recent.Add(Reviewed("d", "the same again"));
        Assert.Equal([false, true, true, true], Known("a", "b", "c", "d"));
        Assert.Equal("text", recent.Find("d", "ada")!.Text);
        Assert.Null(recent.Find("d", "ben"));

        clock.Time += TimeSpan.FromMinutes(50);
        recent.Add(Reviewed("e", new string('x', 999_998)));
        Assert.Equal([false, false, true], Known("c", "d", "e"));

        clock.Time += TimeSpan.FromMinutes(59);
        Assert.Equal([true], Known("e"));
        clock.Time += TimeSpan.FromMinutes(2);
        Assert.Equal([false], Known("e"));

        bool[] Known(params string[] ids) => [.. ids.Select(id => recent.Find(id, "ada") is not null)];
    }

    [Theory]
    [InlineData("timeout_seconds", 0)]
    [InlineData("max_waiting", 0)]
    [InlineData("appeal_hours", 9000)]
    [InlineData("max_remembered", 0)]
    [InlineData("max_remembered_characters", 10)]
    public void Options_out_of_their_range_are_refused(string option, int value)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("g.yaml", $"upstream: {{ endpoint: 'http://localhost/v1' }}\nreviews: {{ {option}: {value} }}\n");

        var failure = Assert.Throws<InvalidInputException>(() => Configuration.OptionsFile.Read<GatewayOptions>(path));

        Assert.Contains($"reviews.{option}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damaged_appeals_are_answered_or_refused()
    {
        await using var gateway = await TestGateway.StartAsync((context, _) => context.ChatAsync("never"), reviews: desk);
        var id = await RefusedAsync(gateway, "zorblax");
        var inputs = new List<byte[]>();
        ByteFuzzer.Run([Encoding.UTF8.GetBytes(Body(id, "Grüße \\ud83d\\ude00"))], 300, new Seed(8), inputs.Add);

        foreach (var input in inputs)
        {
            using var content = new ByteArrayContent(input);
            content.Headers.ContentType = new("application/json");
            using var response = await gateway.Http.PostAsync(Appeals, content);
            Assert.True((int)response.StatusCode is 201 or 400 or 404, $"{response.StatusCode} on {Convert.ToBase64String(input)}");
        }
    }

    private static ReviewedDecision Reviewed(string id, string text) =>
        new()
        {
            Decision = new GuardDecision
            {
                Id = id,
                Time = default,
                Part = Findings.GuardedPart.Prompt,
                Outcome = GuardOutcome.Refuse,
                Constitution = "c",
                Input = "i",
            },
            Text = text,
            Client = "ada",
        };

    private static string Body(string id, string reason) => $$"""{"decision":{{Answer.Quoted(id)}},"reason":{{Answer.Quoted(reason)}}}""";

    private static Task<HttpResponseMessage> AppealAsync(TestGateway gateway, string id, string reason, string key = "key-of-ada") =>
        gateway.PostAsync(Appeals, Body(id, reason), key);

    private static async Task<HttpResponseMessage> FindAsync(TestGateway gateway, string id, string key = "key-of-ada")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Appeals}/{id}");
        request.Headers.Authorization = new("Bearer", key);
        return await gateway.Http.SendAsync(request);
    }

    private static async Task<string> RefusedAsync(TestGateway gateway, string text)
    {
        using var response = await gateway.PostAsync("/v1/chat/completions", TestGateway.ChatJson(text), "key-of-ada");
        return (await response.JsonAsync()).GetProperty("guard").GetProperty("decision").GetString()!;
    }

    private sealed class Clock : TimeProvider
    {
        internal DateTimeOffset Time { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Time;
    }
}
