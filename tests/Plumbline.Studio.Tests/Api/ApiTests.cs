using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Plumbline.Feedback.Accounts;
using Plumbline.Feedback.Projects;
using Plumbline.Studio.Tests.Support;

namespace Plumbline.Studio.Tests.Api;

public sealed class ApiTests
{
    [Fact]
    public async Task A_program_adds_tasks_takes_them_and_judges_them_once()
    {
        await using var studio = await StudioUnderTest.StartAsync();
        var (project, _) = await studio.SeedAsync(tasks: 0);
        using var owner = await ClientAsync(studio, await studio.AddAsync("ada", project, ProjectRole.Administrator));
        var tasks = new JsonArray(
            new JsonObject
            {
                ["key"] = "one",
                ["prompt"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "Which?" }),
                ["answers"] = new JsonArray("first", "second", "third"),
                ["wanted"] = 2,
                ["criteria"] = new JsonArray(new JsonObject { ["id"] = "harm", ["wording"] = "Least harm" }),
            }
        );
        var added = await SendAsync(owner, HttpMethod.Post, $"/api/v1/projects/{project}/tasks", tasks);
        Assert.Equal(
            added.ToJsonString(),
            (await SendAsync(owner, HttpMethod.Post, $"/api/v1/projects/{project}/tasks", tasks)).ToJsonString()
        );

        var made = await SendAsync(owner, HttpMethod.Post, $"/api/v1/projects/{project}/raters", new JsonObject { ["name"] = "robot" });
        using var robot = Client(studio, (string)made["token"]!);
        var task = await SendAsync(robot, HttpMethod.Post, $"/api/v1/projects/{project}/next", null);
        Assert.Equal(
            task.ToJsonString(),
            (await SendAsync(robot, HttpMethod.Post, $"/api/v1/projects/{project}/next", null)).ToJsonString()
        );
        var id = (long)task["id"]!;
        string[] shown = [.. task["answers"]!.AsArray().Select(answer => (string)answer!)];
        int[] ranks = [.. shown.Select(answer => answer == "third" ? 1 : 2)];
        var judgement = new JsonObject
        {
            ["ranks"] = new JsonArray([.. ranks.Select(rank => (JsonNode)rank)]),
            ["criterion_ranks"] = new JsonObject
            {
                ["harm"] = new JsonArray([.. shown.Select(answer => (JsonNode)(answer == "first" ? 1 : 2))]),
            },
            ["comment"] = "so",
        };

        var stored = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => SendAsync(robot, HttpMethod.Put, $"/api/v1/tasks/{id}/judgement", judgement, key: "k1"))
        );

        Assert.Single(stored.Select(one => (long)one["event"]!).Distinct());
        var ranking = Assert.Single((await studio.Stores.Rankings.FindRequestAsync(id))!.Rankings).Ranking;
        Assert.Equal([2, 2, 1], ranking.Ranks!);
        Assert.Equal([1, 2, 2], ranking.CriterionRanks["harm"]);
        Assert.Equal((string?)made["account"], ranking.Rater);
        judgement["comment"] = "other";
        await RefusedAsync(
            robot,
            HttpMethod.Put,
            $"/api/v1/tasks/{id}/judgement",
            judgement,
            HttpStatusCode.BadRequest,
            "already stands for event",
            "k1"
        );
        await RefusedAsync(
            robot,
            HttpMethod.Put,
            $"/api/v1/tasks/{id}/judgement",
            judgement,
            HttpStatusCode.BadRequest,
            "ranked request",
            "k2"
        );
        Assert.Equal(HttpStatusCode.NoContent, (await robot.PostAsync($"/api/v1/projects/{project}/next", null)).StatusCode);
    }

    [Fact]
    public async Task Leases_are_held_given_back_and_end()
    {
        await using var studio = await StudioUnderTest.StartAsync();
        var (project, requests) = await studio.SeedAsync(tasks: 2);
        using var client = await ClientAsync(studio, await studio.AddAsync("anna", project));
        await SendAsync(client, HttpMethod.Post, $"/api/v1/projects/{project}/next", null);
        studio.Clock.Ahead += TimeSpan.FromMinutes(20);
        Assert.True(
            DateTimeOffset.Parse((string)(await SendAsync(client, HttpMethod.Post, $"/api/v1/tasks/{requests[0]}/lease", null))!)
                > studio.Clock.GetUtcNow().AddMinutes(29)
        );

        Assert.Equal(
            HttpStatusCode.NoContent,
            (await client.PostAsJsonAsync($"/api/v1/tasks/{requests[0]}/return", new { skip = true, reason = "long" })).StatusCode
        );
        var next = await SendAsync(client, HttpMethod.Post, $"/api/v1/projects/{project}/next", null);
        Assert.Equal(requests[1], (long)next["id"]!);
        studio.Clock.Ahead += TimeSpan.FromMinutes(31);
        var ranks = new JsonObject { ["ranks"] = new JsonArray(1, 2, 3, 4) };
        await RefusedAsync(
            client,
            HttpMethod.Put,
            $"/api/v1/tasks/{requests[1]}/judgement",
            ranks,
            HttpStatusCode.Conflict,
            "has ended",
            "k"
        );
        await RefusedAsync(client, HttpMethod.Post, $"/api/v1/tasks/{requests[1]}/lease", null, HttpStatusCode.Conflict, "does not hold");
        Assert.Empty((await studio.Stores.Rankings.FindRequestAsync(requests[1]))!.Rankings);
    }

    [Fact]
    public async Task Without_a_token_of_the_project_nothing_is_reached_and_nothing_is_told()
    {
        await using var studio = await StudioUnderTest.StartAsync();
        var (mine, _) = await studio.SeedAsync("Mine");
        var (theirs, requests) = await studio.SeedAsync("Theirs");
        var anna = await studio.AddAsync("anna", 0, ProjectRole.Administrator);
        using var bound = await ClientAsync(studio, anna, mine);
        using var nobody = Client(studio, new string('a', 43));
        using var cookies = await studio.SignedInAsync(anna);
        await studio.Stores.Projects.TakeAsync(theirs, anna.Id, new HashSet<string>());

        (HttpMethod, string, JsonNode?)[] calls =
        [
            (HttpMethod.Post, $"/api/v1/projects/{theirs}/next", null),
            (HttpMethod.Post, $"/api/v1/projects/{theirs}/tasks", new JsonArray()),
            (HttpMethod.Post, $"/api/v1/projects/{theirs}/raters", new JsonObject { ["name"] = "x" }),
            (HttpMethod.Put, $"/api/v1/tasks/{requests[0]}/judgement", new JsonObject { ["ranks"] = new JsonArray(1, 2, 3, 4) }),
            (HttpMethod.Post, $"/api/v1/tasks/{requests[0]}/lease", null),
            (HttpMethod.Post, $"/api/v1/tasks/{requests[0]}/return", new JsonObject()),
            (HttpMethod.Get, $"/api/v1/tasks/{requests[0]}/pictures/0", null),
        ];
        foreach (var (method, path, body) in calls)
        {
            await RefusedAsync(bound, method, path, body, HttpStatusCode.NotFound, "not yours", "k");
            await RefusedAsync(nobody, method, path, body, HttpStatusCode.Unauthorized, "Send a token", "k");
            await RefusedAsync(cookies.Http, method, path, body, HttpStatusCode.Unauthorized, "Send a token", "k");
        }

        Assert.Equal([mine], (await SendAsync(bound, HttpMethod.Get, "/api/v1/projects", null)).AsArray().Select(one => (long)one!["id"]!));
        Assert.Empty((await studio.Stores.Rankings.FindRequestAsync(requests[0]))!.Rankings);
    }

    [Fact]
    public async Task What_cannot_be_read_is_refused_with_a_message()
    {
        await using var studio = await StudioUnderTest.StartAsync();
        var (project, requests) = await studio.SeedAsync(tasks: 1);
        using var client = await ClientAsync(studio, await studio.AddAsync("ada", project, ProjectRole.Administrator));
        await SendAsync(client, HttpMethod.Post, $"/api/v1/projects/{project}/next", null);
        var path = $"/api/v1/tasks/{requests[0]}/judgement";

        foreach (
            var body in new[]
            {
                "{",
                "[]",
                "{\"rank\":[1]}",
                "{\"ranks\":\"x\"}",
                "{\"ranks\":[1,2]}",
                "{\"ranks\":null}",
                "{\"answers\":[null,null,null,null]}",
            }
        )
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, path)
            {
                Content = new StringContent(body, Encoding.UTF8, "application/json"),
            };
            request.Headers.Add("Idempotency-Key", "k");
            using var answer = await client.SendAsync(request);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.NotEmpty((string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["error"]!);
        }

        await RefusedAsync(
            client,
            HttpMethod.Put,
            path,
            new JsonObject { ["ranks"] = new JsonArray(1, 2, 3, 4) },
            HttpStatusCode.BadRequest,
            "",
            key: null
        );
        await RefusedAsync(
            client,
            HttpMethod.Post,
            $"/api/v1/projects/{project}/raters",
            new JsonObject { ["name"] = "x", ["role"] = "administrator" },
            HttpStatusCode.BadRequest,
            "Only administrators of everything"
        );
        Assert.Empty((await studio.Stores.Rankings.FindRequestAsync(requests[0]))!.Rankings);
    }

    [Fact]
    public async Task The_interface_describes_itself()
    {
        await using var studio = await StudioUnderTest.StartAsync();
        using var client = new HttpClient { BaseAddress = studio.Address };

        var described = JsonNode.Parse(await client.GetStringAsync("/openapi/v1.json"))!;

        var paths = described["paths"]!
            .AsObject()
            .Select(path => path.Key)
            .Where(path => path.StartsWith("/api/", StringComparison.Ordinal))
            .ToList();
        Assert.Contains("/api/v1/tasks/{task}/judgement", paths);
        Assert.True(paths.Count == 8, string.Join(' ', paths));
        Assert.Contains("ranks", described["components"]!["schemas"]!["ApiJudgement"]!["properties"]!.AsObject().Select(one => one.Key));
        Assert.DoesNotContain("/signin", described["paths"]!.AsObject().Select(path => path.Key));
    }

    private static async Task<HttpClient> ClientAsync(StudioUnderTest studio, Account account, long? project = null) =>
        Client(
            studio,
            await studio.Stores.Accounts.GrantAsync(
                new Grant(GrantKind.Token, studio.Clock.GetUtcNow().AddDays(1)) { Account = account.Id, Project = project }
            )
        );

    private static HttpClient Client(StudioUnderTest studio, string token)
    {
        var client = new HttpClient { BaseAddress = studio.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    private static async Task<JsonNode> SendAsync(HttpClient client, HttpMethod method, string path, JsonNode? body, string? key = null)
    {
        using var answer = await AskAsync(client, method, path, body, key);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{method} {path} gave {(int)answer.StatusCode}: {text}");
        return JsonNode.Parse(text)!;
    }

    private static async Task RefusedAsync(
        HttpClient client,
        HttpMethod method,
        string path,
        JsonNode? body,
        HttpStatusCode expected,
        string said,
        string? key = null
    )
    {
        using var answer = await AskAsync(client, method, path, body, key);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == expected, $"{method} {path} gave {(int)answer.StatusCode}: {text}");
        Assert.Contains(said, (string)JsonNode.Parse(text)!["error"]!);
    }

    private static async Task<HttpResponseMessage> AskAsync(HttpClient client, HttpMethod method, string path, JsonNode? body, string? key)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        }

        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return await client.SendAsync(request);
    }
}
