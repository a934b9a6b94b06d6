using System.Net;
using Plumbline.Feedback.Accounts;
using Plumbline.Feedback.Projects;
using Plumbline.Studio.Tests.Support;

namespace Plumbline.Studio.Tests.Access;

public sealed class HostileTests
{
    [Fact]
    public async Task Without_signing_in_nothing_but_the_way_in_is_shown()
    {
        await using var studio = await StudioUnderTest.StartAsync();
        var (project, requests) = await studio.SeedAsync();
        using var visitor = studio.Visitor();

        foreach (
            var path in new[] { "/", "/history", "/account", $"/tasks/{requests[0]}", $"/projects/{project}/settings", "/projects/new" }
        )
        {
            using var answer = await visitor.Http.GetAsync(path);
            Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
            Assert.StartsWith("/signin?back=", answer.Headers.Location!.OriginalString);
        }

        Assert.Equal("/signin", (await visitor.SendFormAsync("/signin", $"/projects/{project}/next", [])).Location);
        Assert.DoesNotContain(await studio.Stores.Rankings.ReadEventsAsync(0, 100), stored => stored.Event is RequestTaken);
    }

    [Fact]
    public async Task Forms_of_other_sites_and_of_nobody_are_refused_and_change_nothing()
    {
        await using var studio = await StudioUnderTest.StartAsync();
        var (project, requests) = await studio.SeedAsync();
        var anna = await studio.AddAsync("anna", project);
        using var client = await studio.SignedInAsync(anna);
        using var other = await studio.SignedInAsync(await studio.AddAsync("eve", project));
        var foreign = System
            .Text.RegularExpressions.Regex.Match(await other.PageAsync("/"), "name=\"form_token\" value=\"([^\"]+)\"")
            .Groups[1]
            .Value;

        foreach (var fields in new (string, string)[][] { [], [("form_token", "x")], [("form_token", foreign)] })
        {
            var answer = await client.SendAsync($"/projects/{project}/next", fields);
            Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
            Assert.Contains("form was not sent from an open page", answer.Text);
        }

        Assert.DoesNotContain(await studio.Stores.Rankings.ReadEventsAsync(0, 100), stored => stored.Event is RequestTaken);
        Assert.NotEmpty(requests);
    }

    [Fact]
    public async Task Nobody_reaches_another_s_task_project_or_picture_by_its_number()
    {
        await using var studio = await StudioUnderTest.StartAsync();
        var (mine, _) = await studio.SeedAsync("Mine");
        var (theirs, requests) = await studio.SeedAsync("Theirs secretly");
        var (pictures, picture) = await studio.SeedPicturesAsync(2);
        var eve = await studio.AddAsync("eve", mine);
        var anna = await studio.AddAsync("anna", theirs);
        await studio.Stores.Projects.SetMemberAsync(new Membership(pictures, anna.Id, ProjectRole.Evaluator), true, "tests");
        using var client = await studio.SignedInAsync(eve);
        using var owner = await studio.SignedInAsync(anna);
        await owner.SendFormAsync("/", $"/projects/{theirs}/next", []);
        await owner.SendFormAsync("/", $"/projects/{pictures}/next", []);

        string[] pages =
        [
            $"/tasks/{requests[0]}",
            $"/tasks/{picture}/pictures/0",
            $"/projects/{theirs}/guidelines",
            $"/projects/{theirs}/settings",
            $"/projects/{theirs}/people",
            "/projects/new",
            "/projects/99999/settings",
            "/tasks/99999999999999999999",
            "/tasks/-1",
        ];
        foreach (var page in pages)
        {
            var text = await client.PageAsync(page, HttpStatusCode.NotFound);
            Assert.DoesNotContain("secretly", text);
        }

        string[] forms =
        [
            $"/projects/{theirs}/next",
            $"/projects/{theirs}/settings",
            $"/projects/{theirs}/people",
            $"/projects/{theirs}/invite",
            "/projects/new",
            $"/tasks/{requests[0]}/again",
        ];
        foreach (var form in forms)
        {
            Assert.Equal(
                HttpStatusCode.NotFound,
                (await client.SendFormAsync("/", form, [("role", "administrator"), ("member", eve.Id)])).Status
            );
        }

        Assert.Equal(HttpStatusCode.NotFound, (await client.SendFormAsync("/", $"/tasks/{requests[0]}", [("move", "end:0")])).Status);
        Assert.DoesNotContain("secretly", await client.PageAsync("/"));
        using var shown = await owner.Http.GetAsync($"/tasks/{picture}/pictures/0");
        Assert.Equal("image/png", shown.Content.Headers.ContentType!.MediaType);
        Assert.Equal("nosniff", shown.Headers.GetValues("X-Content-Type-Options").Single());
    }

    [Fact]
    public async Task A_lease_that_ended_is_not_submitted_but_taken_again_with_all_that_was_said()
    {
        await using var studio = await StudioUnderTest.StartAsync();
        var (project, requests) = await studio.SeedAsync(tasks: 1);
        using var client = await studio.SignedInAsync(await studio.AddAsync("anna", project));
        await client.SendFormAsync("/", $"/projects/{project}/next", []);
        foreach (var move in new[] { "end:0", "end:1", "end:2", "end:3" })
        {
            await client.MoveAsync(requests[0], move);
        }

        studio.Clock.Ahead = TimeSpan.FromMinutes(31);
        var late = await client.MoveAsync(requests[0], "submit", ("comment", "written slowly"));
        Assert.Contains("no longer kept for you", late.Text);
        Assert.Empty((await studio.Stores.Rankings.FindRequestAsync(requests[0]))!.Rankings);

        Assert.Equal(
            $"/tasks/{requests[0]}",
            (await client.SendFormAsync($"/tasks/{requests[0]}", $"/tasks/{requests[0]}/again", [])).Location
        );
        Assert.Contains("written slowly", await client.PageAsync($"/tasks/{requests[0]}"));
        await client.MoveAsync(requests[0], "submit", ("comment", "written slowly"));
        var stored = Assert.Single((await studio.Stores.Rankings.FindRequestAsync(requests[0]))!.Rankings);
        Assert.Equal("written slowly", stored.Ranking.Comment);
    }

    [Fact]
    public async Task A_form_that_is_sent_twice_is_one_judgement()
    {
        await using var studio = await StudioUnderTest.StartAsync();
        var (project, requests) = await studio.SeedAsync(tasks: 2);
        using var client = await studio.SignedInAsync(await studio.AddAsync("anna", project));
        await client.SendFormAsync("/", $"/projects/{project}/next", []);
        foreach (var move in new[] { "end:0", "end:1", "end:2", "end:3" })
        {
            await client.MoveAsync(requests[0], move);
        }

        var sent = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => client.MoveAsync(requests[0], "submit")));

        Assert.Contains(sent, one => one.Location == $"/tasks/{requests[1]}?done=submitted");
        Assert.Single((await studio.Stores.Rankings.FindRequestAsync(requests[0]))!.Rankings);
    }

    [Fact]
    public async Task Scripts_in_names_prompts_guidelines_and_remarks_are_text()
    {
        await using var studio = await StudioUnderTest.StartAsync();
        const string Script = "<script>alert(1)</script>\"'>";
        var (project, requests) = await studio.SeedAsync(
            Script,
            tasks: 1,
            settings =>
                settings with
                {
                    Guidelines = Script,
                    Form = new JudgementForm { Critiques = true, Flags = [new("x", Script)] },
                },
            asked => asked with { Prompt = Data.Content.FromText(Script), Answers = [Script, "b"], Criteria = [new("c", Script)] }
        );
        using var client = await studio.SignedInAsync(await studio.AddAsync(Script, 0, ProjectRole.Administrator));
        await client.SendFormAsync("/", $"/projects/{project}/next", []);
        await client.MoveAsync(requests[0], "save", ("comment", "</textarea>" + Script), ("critique.0", Script), ("focus", Script));

        foreach (
            var path in new[]
            {
                "/",
                $"/tasks/{requests[0]}",
                $"/projects/{project}/guidelines",
                $"/projects/{project}/settings",
                $"/projects/{project}/people",
                "/account",
            }
        )
        {
            using var answer = await client.Http.GetAsync(path);
            var raw = await answer.Content.ReadAsStringAsync();
            Assert.DoesNotContain("<script>alert", raw, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("script-src 'self'", answer.Headers.GetValues("Content-Security-Policy").Single());
            Assert.DoesNotContain("unsafe", answer.Headers.GetValues("Content-Security-Policy").Single());
        }
    }

    [Fact]
    public async Task Bodies_that_are_too_large_and_fields_that_are_too_many_are_refused()
    {
        await using var studio = await StudioUnderTest.StartAsync();
        var (project, requests) = await studio.SeedAsync(tasks: 1);
        using var client = await studio.SignedInAsync(await studio.AddAsync("anna", project));
        await client.SendFormAsync("/", $"/projects/{project}/next", []);

        // The server answers before it was all sent: a client that does not wait may only see its connection end.
        client.Http.DefaultRequestHeaders.ExpectContinue = true;
        var large = await client.MoveAsync(requests[0], "save", ("comment", new string('x', 5 << 20)));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.Status);
        var many = await client.MoveAsync(requests[0], "save", [.. Enumerable.Range(0, 5000).Select(i => ($"x{i}", "y"))]);
        Assert.Equal(HttpStatusCode.BadRequest, many.Status);
        var unknown = await client.MoveAsync(requests[0], "erase:0");
        Assert.Equal(HttpStatusCode.BadRequest, unknown.Status);
    }

    [Fact]
    public async Task Who_was_disabled_or_changed_the_password_elsewhere_is_out_at_once()
    {
        await using var studio = await StudioUnderTest.StartAsync();
        var anna = await studio.AddAsync("anna");
        using var here = await studio.SignedInAsync(anna);
        using var there = await studio.SignedInAsync(anna);

        Assert.Equal(
            "/account?done=saved",
            (await here.SendFormAsync("/account", "/account/password", [("new", "a long enough one")])).Location
        );
        await here.PageAsync("/account");
        using (var answer = await there.Http.GetAsync("/account"))
        {
            Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        }

        var now = (await studio.Stores.Accounts.FindAsync(anna.Id))!;
        await studio.Stores.Accounts.ChangeAsync(now with { IsEnabled = false, ConcurrencyStamp = "next" }, now.ConcurrencyStamp);
        using (var answer = await here.Http.GetAsync("/account"))
        {
            Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Wrong_passwords_lock_the_name_and_say_nothing_of_which_names_there_are()
    {
        await using var studio = await StudioUnderTest.StartAsync();
        var anna = await studio.AddAsync("anna");
        using (var client = await studio.SignedInAsync(anna))
        {
            await client.SendFormAsync("/account", "/account/password", [("new", "a long enough one")]);
        }

        using var visitor = studio.Visitor();
        var unknown = await SignInAsync("nobody", "whatever it is");
        var wrong = await SignInAsync("anna", "whatever it is");
        Assert.Contains("Name or password is wrong", unknown.Text);
        Assert.Equal(unknown.Status, wrong.Status);
        for (var i = 0; i < 10; i++)
        {
            wrong = await SignInAsync("anna", "whatever it is");
        }

        Assert.Contains("too many wrong passwords", wrong.Text);
        Assert.Contains("too many wrong passwords", (await SignInAsync("anna", "a long enough one")).Text);

        Task<FormAnswer> SignInAsync(string name, string password) =>
            visitor.SendFormAsync("/signin", "/signin", [("name", name), ("password", password)]);
    }

    [Fact]
    public async Task Links_back_stay_on_this_site()
    {
        await using var studio = await StudioUnderTest.StartAsync();
        var anna = await studio.AddAsync("anna");
        using (var client = await studio.SignedInAsync(anna))
        {
            await client.SendFormAsync("/account", "/account/password", [("new", "a long enough one")]);
        }

        foreach (var back in new[] { "https://example.org", "//example.org", "/\\example.org", "/\texample", "javascript:alert(1)" })
        {
            using var visitor = studio.Visitor();
            var answer = await visitor.SendFormAsync(
                "/signin",
                "/signin",
                [("name", "anna"), ("password", "a long enough one"), ("back", back)]
            );
            Assert.Equal("/", answer.Location);
        }
    }

    [Fact]
    public async Task Too_many_attempts_from_one_address_are_put_off()
    {
        await using var studio = await StudioUnderTest.StartAsync(options =>
            options with
            {
                Limits = options.Limits with { AttemptsPerMinute = 3 },
            }
        );
        using var visitor = studio.Visitor();

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(
                HttpStatusCode.BadRequest,
                (await visitor.SendFormAsync("/signin", "/signin", [("name", "x"), ("password", "y")])).Status
            );
        }

        var fourth = await visitor.SendFormAsync("/signin", "/signin", [("name", "x"), ("password", "y")]);
        Assert.Equal(HttpStatusCode.TooManyRequests, fourth.Status);
    }

    [Fact]
    public async Task A_tampered_invitation_is_good_for_nothing()
    {
        await using var studio = await StudioUnderTest.StartAsync();
        var (project, _) = await studio.SeedAsync();
        var secret = await studio.Stores.Accounts.GrantAsync(
            new Grant(GrantKind.Invitation, studio.Clock.GetUtcNow().AddDays(1)) { Project = project, Role = ProjectRole.Evaluator }
        );
        using var visitor = studio.Visitor();
        foreach (var tampered in new[] { secret[..^1] + "_", secret + "A", "x", "..%2f..%2fetc", new string('a', 3000) })
        {
            await visitor.PageAsync($"/join/{tampered}", HttpStatusCode.NotFound);
            var joined = await visitor.SendFormAsync(
                $"/join/{secret}",
                $"/join/{tampered}",
                [("name", "eve"), ("password", "a long enough one")]
            );
            Assert.Equal(HttpStatusCode.NotFound, joined.Status);
        }

        // A sign-in link does not invite, and an invitation does not sign in.
        await visitor.PageAsync($"/welcome/{secret}", HttpStatusCode.NotFound);
        Assert.Null(await studio.Stores.Accounts.FindByNameAsync("eve"));
    }

    [Fact]
    public async Task Names_that_others_gave_this_machine_lead_nowhere_and_the_proxy_s_do()
    {
        await using var studio = await StudioUnderTest.StartAsync(options => options with { PublicUrl = "https://studio.example.org" });
        using var visitor = studio.Visitor();

        Assert.Equal(HttpStatusCode.MisdirectedRequest, await AskAsync("rebound.example.com"));
        Assert.Equal(HttpStatusCode.OK, await AskAsync("studio.example.org"));
        Assert.Equal(HttpStatusCode.OK, await AskAsync("127.0.0.1:1"));

        async Task<HttpStatusCode> AskAsync(string host)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/signin");
            request.Headers.Host = host;
            request.Headers.Add("X-Forwarded-Proto", "https");
            using var answer = await visitor.Http.SendAsync(request);
            Assert.All(
                answer.Headers.TryGetValues("Set-Cookie", out var cookies) ? cookies : [],
                cookie => Assert.Contains("secure", cookie, StringComparison.OrdinalIgnoreCase)
            );
            return answer.StatusCode;
        }
    }
}
