using System.Text.Json;
using Plumbline.Data;
using Plumbline.Testing;

namespace Plumbline.EndToEnd.Tests;

public sealed class ConstitutionMineTests
{
    [Fact]
    public void Preferences_become_a_constitution_and_a_page()
    {
        using var folder = new TemporaryFolder();
        var data = folder.Write("pairs.jsonl", Rows(200));
        var (yaml, page) = (folder.File("found.yaml"), folder.File("found.html"));

        var (code, output, error) = CommandRun.InProcess("constitution", "mine", data, "--out", yaml, "--report", page);

        Assert.True(code == 0, error);
        Assert.Contains("Prefer answers that decline.", output, StringComparison.Ordinal);
        Assert.Contains("ruler: bag of bigrams", output, StringComparison.Ordinal);
        Assert.Contains("sorry", output, StringComparison.Ordinal);
        Assert.Contains("prefers_declining:", File.ReadAllText(yaml), StringComparison.Ordinal);
        Assert.Contains("name: found", File.ReadAllText(yaml), StringComparison.Ordinal);
        var (lintCode, lint, _) = CommandRun.InProcess("constitution", "lint", yaml);
        Assert.True(lintCode == 0, lint);
        Assert.Contains("What these preferences teach", File.ReadAllText(page), StringComparison.Ordinal);
        Assert.DoesNotContain("What no clause wants", File.ReadAllText(page), StringComparison.Ordinal);
    }

    [Fact]
    public void Clauses_are_weighed_against_the_choices()
    {
        using var folder = new TemporaryFolder();
        var data = folder.Write("pairs.jsonl", Rows(200));
        var ids = DatasetReader.Open(new DatasetOptions(data)).ReadPreferences().Select(pair => pair.Id);
        var scores = folder.Write(
            "scores.jsonl",
            string.Join('\n', ids.Select((id, i) => JsonSerializer.Serialize(new { id, clauses = new { give = i % 5 == 0 ? 0.8 : 0.3 } })))
        );
        var constitution = folder.Write("c.yaml", "name: small\nclauses:\n  give: { text: Give what is asked for. }\n");
        var page = folder.File("found.html");
        string[] arguments =
        [
            "constitution",
            "mine",
            data,
            "--scores",
            scores,
            "--constitution",
            constitution,
            "--limit",
            "150",
            "--seed",
            "3",
        ];

        var (code, json, error) = CommandRun.InProcess([.. arguments, "--json", "--report", page]);
        var (_, text, _) = CommandRun.InProcess(arguments);

        Assert.True(code == 0, error);
        using var document = JsonDocument.Parse(json);
        var clauses = document.RootElement.GetProperty("clauses");
        Assert.Equal(150, document.RootElement.GetProperty("pairs").GetInt32());
        Assert.Equal(150, clauses.GetProperty("scored_pairs").GetInt32());
        var give = clauses.GetProperty("model").GetProperty("findings")[0];
        Assert.Equal(-1, give.GetProperty("direction").GetInt32());
        Assert.True(clauses.GetProperty("added")[0].GetProperty("unexplained").GetBoolean());
        Assert.True(document.RootElement.GetProperty("principles").GetArrayLength() > 0);
        Assert.Contains("What no clause wants", text, StringComparison.Ordinal);
        Assert.Contains("give: Give what is asked for.", File.ReadAllText(page), StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_seed_prints_the_same()
    {
        using var folder = new TemporaryFolder();
        var data = folder.Write("pairs.jsonl", Rows(60));
        string Run(string seed) => CommandRun.InProcess("constitution", "mine", data, "--json", "--seed", seed).Output;

        Assert.Equal(Run("5"), Run("5"));
        Assert.NotEqual(Run("5"), Run("6"));
    }

    [Fact]
    public void Where_nothing_is_clear_no_constitution_is_written()
    {
        using var folder = new TemporaryFolder();
        var rows = Enumerable
            .Range(0, 20)
            .Select(i =>
                JsonSerializer.Serialize(
                    new
                    {
                        prompt = $"q{i}",
                        chosen = "xa",
                        rejected = "xb",
                    }
                )
            );
        var (data, yaml, page) = (folder.Write("pairs.jsonl", string.Join('\n', rows)), folder.File("f.yaml"), folder.File("f.html"));

        var (code, output, error) = CommandRun.InProcess("constitution", "mine", data, "--out", yaml, "--report", page);

        Assert.Equal(1, code);
        Assert.False(File.Exists(yaml));
        Assert.Contains("No principle is clear of chance", error, StringComparison.Ordinal);
        Assert.Contains("No principle is clear of chance", output, StringComparison.Ordinal);
        Assert.Contains("No feature is clear of chance", File.ReadAllText(page), StringComparison.Ordinal);
    }

    [Fact]
    public void Who_is_stopped_says_so_and_writes_nothing()
    {
        using var folder = new TemporaryFolder();
        var (data, yaml) = (folder.Write("pairs.jsonl", Rows(40)), folder.File("f.yaml"));

        var (code, _, error) = CommandRun.Run(
            string.Empty,
            isTerminal: false,
            ["constitution", "mine", data, "--out", yaml],
            new CancellationToken(canceled: true)
        );

        Assert.Equal((1, false), (code, File.Exists(yaml)));
        Assert.Contains("begins anew", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pairs.jsonl --constitution general", "Give the scores of its clauses too")]
    [InlineData("pairs.jsonl --scores bad.jsonl", "bad.jsonl:1: The score of 'a' is 2.")]
    [InlineData("pairs.jsonl --scores other.jsonl", "None of the 40 pairs has a row")]
    [InlineData("pairs.jsonl --scores other.jsonl --constitution general", "other.jsonl:1: 'a' is no clause of")]
    [InlineData("pairs.jsonl --limit 3", "cannot be cut into 5 parts")]
    [InlineData("none.jsonl", "there is no such file")]
    [InlineData("text.jsonl", "holds no preference pairs")]
    public void Bad_input_is_told_with_its_mend(string arguments, string named)
    {
        using var folder = new TemporaryFolder();
        folder.Write("pairs.jsonl", Rows(40));
        folder.Write("bad.jsonl", """{"id": "x", "clauses": {"a": 2}}""");
        folder.Write("other.jsonl", """{"id": "x", "clauses": {"a": 1}}""");
        folder.Write("text.jsonl", """{"text": "hello"}""");
        var placed = arguments.Split(' ').Select(part => part.EndsWith(".jsonl", StringComparison.Ordinal) ? folder.File(part) : part);

        var (code, _, error) = CommandRun.InProcess(["constitution", "mine", .. placed]);

        Assert.Equal(2, code);
        Assert.Contains(named, error, StringComparison.Ordinal);
    }

    // Four of five choices decline; a word of its own keeps answers apart.
    private static string Rows(int count) =>
        string.Join(
            '\n',
            Enumerable
                .Range(0, count)
                .Select(i =>
                {
                    var (declining, other) = ($"Sorry, I can't help with that x{i}.", $"Here is how to do all of that y{i % 7}.");
                    return JsonSerializer.Serialize(
                        new
                        {
                            prompt = $"question {i}",
                            chosen = i % 5 == 0 ? other : declining,
                            rejected = i % 5 == 0 ? declining : other,
                        }
                    );
                })
        );
}
