using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Plumbline.Testing;

namespace Plumbline.EndToEnd.Tests;

public sealed partial class StudioCommandTests
{
    private static readonly CancellationToken None = TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_printed_link_signs_in_once_and_whoever_signed_in_stays_so_when_the_server_is_killed()
    {
        using var folder = new TemporaryFolder();
        string[] command = ["studio", "--set", $"store={folder.File("studio.db")}", "--set", "port=0"];
        var cookies = new CookieContainer();
        using var client = new HttpClient(new HttpClientHandler { CookieContainer = cookies, AllowAutoRedirect = false });
        string link;
        using (var server = await StartedServer.OfCommand(command))
        {
            link = (await server.Line("Sign in")).Split(' ')[^1];
            Assert.Equal(HttpStatusCode.SeeOther, await SendAsync(link));
            Assert.Equal(HttpStatusCode.NotFound, await SendAsync(link));
            Assert.Contains("New project", await client.GetStringAsync(server.Address + "/", None));
            server.Signal("KILL");
        }

        using var again = await StartedServer.OfCommand(command);
        Assert.Contains("New project", await client.GetStringAsync(again.Address + "/", None));
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(again.Address + new Uri(link).AbsolutePath, None)).StatusCode);
        Assert.Equal(0, await again.Stop());

        async Task<HttpStatusCode> SendAsync(string path)
        {
            var page = await (await client.GetAsync(path, None)).Content.ReadAsStringAsync(None);
            using var form = new FormUrlEncodedContent([new("form_token", WebUtility.HtmlDecode(Token().Match(page).Groups[1].Value))]);
            return (await client.PostAsync(path, form, None)).StatusCode;
        }
    }

    [Theory]
    [InlineData("address=0.0.0.0", "Passwords would cross the network in the clear")]
    [InlineData("port=70000", "from 0 to 65535")]
    [InlineData("public_url=https://example.org/studio", "without a path")]
    [InlineData("certificate=x.pem", "given together with certificate")]
    [InlineData("constitution=nowhere.yaml", "nowhere.yaml")]
    [InlineData("store=mysql://x/y", "is no place for a feedback store")]
    [InlineData("stor=x", "stor")]
    public void Options_that_cannot_be_are_refused_with_the_mend(string option, string said)
    {
        using var folder = new TemporaryFolder();
        var run = CommandRun.InProcess("studio", "--set", $"store={folder.File("studio.db")}", "--set", option);

        Assert.Equal(2, run.Code);
        Assert.Contains(said, run.Error);
    }

    [Fact]
    public async Task Tasks_come_from_a_file_and_judgements_go_to_one()
    {
        using var folder = new TemporaryFolder();
        var store = folder.File("studio.db");
        var data = folder.File("answers.jsonl");
        await File.WriteAllTextAsync(
            data,
            """
            {"prompt":"Which?","answers":["first","second","third"]}
            {"prompt":"And which?","answers":["one","two"],"ranks":[2,1]}
            {"prompt":"None"}
            """,
            None
        );
        string[] import = ["studio", "import", data, "--project", "helpful", "--store", store, "--json", "--ranks-as-votes"];

        var (code, _, error) = CommandRun.InProcess(import);
        Assert.Equal(2, code);
        Assert.Contains("There is no project 'helpful'", error);
        (code, var output, error) = CommandRun.InProcess([.. import, "--create"]);
        Assert.True(code == 0, error);
        var report = JsonNode.Parse(output)!;
        Assert.Equal((2, 1), ((int)report["tasks_new"]!, (int)report["votes_new"]!));
        Assert.Contains("answers.jsonl:3", error);
        (_, output, _) = CommandRun.InProcess(import);
        Assert.Equal((0, 2), ((int)JsonNode.Parse(output)!["tasks_new"]!, (int)JsonNode.Parse(output)!["tasks_known"]!));

        var pairs = folder.File("pairs.jsonl");
        (code, output, error) = CommandRun.InProcess("studio", "export", pairs, "--as", "pairs", "--project", "helpful", "--store", store);
        Assert.True(code == 0, error);
        Assert.Contains("1 rows in", output);
        var pair = JsonNode.Parse(Assert.Single(await File.ReadAllLinesAsync(pairs, None)))!;
        Assert.Equal(("two", "one"), ((string?)pair["chosen"], (string?)pair["rejected"]));
        Assert.Single(await File.ReadAllLinesAsync(folder.File("pairs.votes.jsonl"), None));
    }

    [GeneratedRegex("name=\"form_token\" value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
