using System.Text.Json;
using Plumbline.Randomness;
using Plumbline.Testing;

namespace Plumbline.EndToEnd.Tests;

public sealed class ConstitutionAgreeTests
{
    private const string Constitution = """
        name: small
        clauses:
          privacy: { text: Keep secrets. }
          honesty: { text: Be honest. }

        """;

    [Fact]
    public async Task Where_groups_of_people_part_is_found_told_and_drawn()
    {
        using var folder = new TemporaryFolder();
        var store = folder.File("feedback.db");
        var pseudonym = await RankedByPeople.FillAsync(store, requests: 25, new Seed(3), RankedByPeople.Rater("south", 3));
        var groups = folder.Write("raters.yaml", Groups(pseudonym));
        var page = folder.File("map.html");
        string[] arguments =
        [
            "constitution",
            "agree",
            "--feedback",
            store,
            "--groups",
            groups,
            "--constitution",
            folder.Write("c.yaml", Constitution),
        ];

        var (code, text, error) = CommandRun.InProcess([.. arguments, "--report", page]);
        var (_, json, _) = CommandRun.InProcess([.. arguments, "--json"]);
        var (_, again, _) = CommandRun.InProcess(arguments);

        Assert.True(code == 0, error);
        Assert.Equal(text, again);
        using var document = JsonDocument.Parse(json);
        CheckJson(document.RootElement);
        var lines = text.Split('\n');
        Assert.Equal("13 raters gave 325 rankings of 25 requests.", lines[0]);
        Assert.Equal("1 of them, with 25 rankings, are not in the file of groups: they count under \"all raters\" only.", lines[1]);
        Assert.Equal("1 raters of the file ranked nothing.", lines[2]);
        Assert.Equal("1 raters of the file have no shift.", lines[3]);
        Assert.Equal("Ranked by, and no clause of small: tone.", lines[4]);
        Assert.Equal("Clauses of small that nobody ranked by: honesty.", lines[5]);
        var found = Assert.Single(lines, line => line.EndsWith("  part", StringComparison.Ordinal));
        Assert.Matches("^  privacy +region ", found);
        Assert.Contains("Question", text, StringComparison.Ordinal);
        var html = File.ReadAllText(page);
        Assert.Contains("region: where groups part", html, StringComparison.Ordinal);
        Assert.Contains("<td>Keep secrets.</td>", html, StringComparison.Ordinal);
        Assert.Contains("marked", html.Split("</style>")[1], StringComparison.Ordinal);
        foreach (var told in new[] { text, json, html })
        {
            Assert.DoesNotContain("example.org", told, StringComparison.Ordinal);
            Assert.DoesNotContain("stranger", told, StringComparison.Ordinal);
            Assert.DoesNotContain(pseudonym, told, StringComparison.Ordinal);
            Assert.DoesNotContain('\u001b', told);
        }

        Assert.DoesNotContain("<script>", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Small_groups_and_few_requests_give_no_figures()
    {
        using var folder = new TemporaryFolder();
        var store = folder.File("feedback.db");
        await RankedByPeople.FillAsync(store, requests: 5, new Seed(3), "nobody");
        var groups = folder.Write("raters.yaml", "raters: { north.0@example.org: { region: a }, south.0@example.org: { region: b } }\n");
        string[] arguments = ["constitution", "agree", "--feedback", store, "--groups", groups, "--json"];

        using var few = JsonDocument.Parse(CommandRun.InProcess(arguments).Output);
        using var small = JsonDocument.Parse(CommandRun.InProcess([.. arguments, "--least-requests", "5"]).Output);
        var (code, _, error) = CommandRun.InProcess([.. arguments, "--least-raters", "1"]);

        Assert.Equal(
            JsonValueKind.Null,
            few.RootElement.GetProperty("criteria")[0].GetProperty("all_raters").GetProperty("alpha").ValueKind
        );
        var overall = small.RootElement.GetProperty("criteria")[0];
        Assert.Equal(JsonValueKind.Object, overall.GetProperty("all_raters").GetProperty("alpha").ValueKind);
        var region = overall.GetProperty("attributes").GetProperty("region");
        Assert.Equal(JsonValueKind.Null, region.GetProperty("between")[0].GetProperty("same_side").ValueKind);
        Assert.Equal(JsonValueKind.Null, region.GetProperty("test").ValueKind);
        Assert.Equal(0, small.RootElement.GetProperty("disputed").GetArrayLength());
        Assert.Equal(2, code);
        Assert.Contains("'least_raters' is 1, but must be between 2 and 1000000.", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_does_not_go_together_is_refused_with_a_mend()
    {
        using var folder = new TemporaryFolder();
        var store = folder.File("feedback.db");
        await RankedByPeople.FillAsync(store, requests: 1, new Seed(3), "nobody");
        var groups = folder.Write("raters.yaml", "raters:\n  anna: { region: a }\n");
        void Refuses(string message, params string[] arguments)
        {
            var (code, _, error) = CommandRun.InProcess(["constitution", "agree", .. arguments]);
            Assert.Equal(2, code);
            Assert.Contains(message, error, StringComparison.Ordinal);
        }

        Refuses("nothing to compare in 0 folders");
        Refuses("nothing to compare in 1 folders", folder.Path);
        Refuses("labels name pairs, rankings requests", folder.Path, folder.Path, "--feedback", store, "--groups", groups);
        Refuses("Give a file with --groups", "--feedback", store);
        Refuses("Give the store with --feedback", folder.Path, folder.Path, "--seed", "3");
        Refuses("Overlays need a constitution", "--feedback", store, "--groups", groups, "--overlay", "eu");
        Refuses("There is no feedback store.", "--feedback", folder.File("nowhere.db"), "--groups", groups);
        Assert.False(File.Exists(folder.File("nowhere.db")));
        Refuses("Nobody has ranked anything", "--feedback", await EmptyAsync(folder.File("empty.db")), "--groups", groups);
        var wrong = folder.Write("wrong.yaml", "raters:\n  anna: { region: [a, b] }\n");
        Refuses($"{wrong}:2:19: The option 'raters.anna.region'", "--feedback", store, "--groups", wrong);
    }

    private static async Task<string> EmptyAsync(string location)
    {
        await using var store = await Feedback.FeedbackStore.OpenAsync(location, TimeProvider.System);
        return location;
    }

    private static void CheckJson(JsonElement root)
    {
        Assert.Equal(13, root.GetProperty("raters").GetInt32());
        Assert.Equal("tone", root.GetProperty("no_clauses")[0].GetString());
        var criteria = root.GetProperty("criteria").EnumerateArray().ToArray();
        Assert.Equal([null, "privacy", "tone"], criteria.Select(criterion => criterion.GetProperty("criterion").GetString()));
        var region = criteria[1].GetProperty("attributes").GetProperty("region");
        Assert.Equal(6, region.GetProperty("groups").GetProperty("south").GetProperty("raters").GetInt32());
        Assert.True(region.GetProperty("test").GetProperty("part").GetBoolean());
        Assert.True(region.GetProperty("between")[0].GetProperty("same_side").GetProperty("value").GetDouble() < 0.5);
        // The rater of no group counts among all raters, overall.
        Assert.Equal(13, criteria[0].GetProperty("all_raters").GetProperty("raters").GetInt32());
        Assert.All(
            root.GetProperty("disputed").EnumerateArray(),
            each => Assert.Equal("privacy", each.GetProperty("criterion").GetString())
        );
        Assert.Equal(10, root.GetProperty("disputed").GetArrayLength());
    }

    private static string Groups(string pseudonym) =>
        "raters:\n"
        + string.Concat(
            from region in new[] { "north", "south" }
            from person in Enumerable.Range(0, RankedByPeople.People)
            let name = (region, person) == ("south", 3) ? pseudonym : RankedByPeople.Rater(region, person)
            select $"  {name}: {{ region: {region}{((region, person) == ("north", 0) ? string.Empty : $", shift: {person % 2}")} }}\n"
        )
        + "  somebody.else: { region: north }\n";
}
