using System.Text.Json;
using Plumbline.Testing;

namespace Plumbline.EndToEnd.Tests;

public sealed class ConstitutionCommandTests
{
    private const string Yaml = """
        name: small
        clauses:
          give: { text: Name the doses of medicines when asked. }
          privacy: { text: Keep private data of people private., priority: 1 }
        """;

    [Fact]
    public void A_shipped_constitution_with_overlays_is_clean()
    {
        var (code, output, error) = CommandRun.InProcess(
            "constitution",
            "lint",
            "general",
            "--overlay",
            "healthcare",
            "--overlay",
            "eu",
            "--strict"
        );

        Assert.True(code == 0, error + output);
        Assert.Contains("0 errors, 0 warnings", output, StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_is_told_where_it_stands_and_fails()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("c.yaml", Yaml + "\n  deny: { text: Never name the doses of medicines when asked. }\n");

        var (code, output, _) = CommandRun.InProcess("constitution", "lint", file);
        var (jsonCode, json, _) = CommandRun.InProcess("constitution", "lint", file, "--json");

        Assert.Equal((1, 1), (code, jsonCode));
        Assert.Contains($"{file}:3:3: error contradiction: give and deny ask for opposites", output, StringComparison.Ordinal);
        using var document = JsonDocument.Parse(json);
        Assert.Equal($"{file}:3:3", document.RootElement.GetProperty("findings")[0].GetProperty("position").GetString());
    }

    [Fact]
    public void Warnings_fail_where_strictness_is_asked_for()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("c.yaml", Yaml);

        Assert.Equal(0, CommandRun.InProcess("constitution", "lint", file).Code);
        Assert.Equal(1, CommandRun.InProcess("constitution", "lint", file, "--strict").Code);
    }

    [Fact]
    public void What_is_shown_reads_as_a_constitution_of_the_clauses_that_hold_there()
    {
        using var folder = new TemporaryFolder();
        string Shown(params string[] where) =>
            CommandRun
                .InProcess([
                    "constitution",
                    "show",
                    "general",
                    "--overlay",
                    "japan",
                    .. where.SelectMany(place => new[] { "--where", place }),
                ])
                .Output;

        var (all, image) = (Shown(), Shown("modality=image", "audience=children"));

        Assert.Contains("\n  japan_courtesy:", all, StringComparison.Ordinal);
        Assert.DoesNotContain("\n  image_defaults:", Shown("audience=children"), StringComparison.Ordinal);
        Assert.Contains("\n  image_defaults:", image, StringComparison.Ordinal);
        var (code, output, error) = CommandRun.InProcess(
            "constitution",
            "diff",
            folder.Write("all.yaml", all),
            folder.Write("image.yaml", image),
            "--json"
        );
        Assert.True(code == 0, error);
        using var changes = JsonDocument.Parse(output);
        Assert.All(
            changes.RootElement.GetProperty("changes").EnumerateArray(),
            change => Assert.Equal("removed", change.GetProperty("kinds")[0].GetString())
        );
        Assert.Equal(2, CommandRun.InProcess("constitution", "show", "general", "--where", "regoin=DE").Code);
    }

    [Fact]
    public void Changes_are_listed_by_what_they_mean()
    {
        using var folder = new TemporaryFolder();
        var (old, @new) = (
            folder.Write("old.yaml", Yaml),
            folder.Write("new.yaml", Yaml.Replace("priority: 1", "priority: 2, exceptions: [Courts.]", StringComparison.Ordinal))
        );

        var (code, output, error) = CommandRun.InProcess("constitution", "diff", old, @new);

        Assert.True(code == 0, error);
        Assert.Equal(
            """
            privacy: narrowed, reprioritised
              exception added: Courts.
              priority: 1 became 2
            1 clauses changed, of 2 and now 2: 1 narrowed, 1 reprioritised.

            """,
            output
        );
        Assert.Contains("No clause of 2 changed", CommandRun.InProcess("constitution", "diff", old, old).Output, StringComparison.Ordinal);
        Assert.Contains(
            "health_emergency_first: added",
            CommandRun.InProcess("constitution", "diff", "general", "general", "--new-overlay", "healthcare").Output,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_list_becomes_a_constitution()
    {
        using var folder = new TemporaryFolder();
        var output = folder.File("rules.yaml");

        var run = CommandRun.InProcess(
            "constitution",
            "import",
            folder.Write("rules.md", "- Be kind.\n- Never lie.\n"),
            "--out",
            output,
            "--name",
            "house"
        );

        Assert.True(run.Code == 0, run.Error);
        Assert.StartsWith(
            "principles (principle): 2 clauses\n2 clauses, 0 tests and 0 demonstrations; hash ",
            run.Output,
            StringComparison.Ordinal
        );
        var again = CommandRun.InProcess("constitution", "import", folder.File("rules.md"), "--out", output, "--name", "house", "--json");
        using var imported = JsonDocument.Parse(again.Output);
        Assert.Equal(2, imported.RootElement.GetProperty("frameworks").GetProperty("principles").GetInt32());
        using var shown = JsonDocument.Parse(CommandRun.InProcess("constitution", "show", output, "--json").Output);
        Assert.Equal(imported.RootElement.GetProperty("hash").GetString(), shown.RootElement.GetProperty("hash").GetString());
        Assert.Equal(
            "Be kind.",
            shown.RootElement.GetProperty("constitution").GetProperty("clauses").GetProperty("be_kind").GetProperty("text").GetString()
        );
        Assert.Contains("name: house", File.ReadAllText(output), StringComparison.Ordinal);
        Assert.Equal(0, CommandRun.InProcess("constitution", "lint", output).Code);
    }

    [Theory]
    [InlineData("name: x\nclauses:\n  a: { txt: T }\n", "bad.yaml:3:8: There is no option 'clauses.a.txt'")]
    [InlineData("clauses: [", "bad.yaml:")]
    public void A_bad_file_is_told_with_its_place(string text, string named)
    {
        using var folder = new TemporaryFolder();

        var (code, _, error) = CommandRun.InProcess("constitution", "lint", folder.Write("bad.yaml", text));

        Assert.Equal(2, code);
        Assert.Contains(named, error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_missing_is_told_with_what_is_shipped()
    {
        var (code, _, error) = CommandRun.InProcess("constitution", "show", "genral");

        Assert.Equal(2, code);
        Assert.Contains("shipped: brazil, eu, finance, general", error, StringComparison.Ordinal);
    }
}
