using System.Text;
using Plumbline.Constitutions;
using Plumbline.Data;
using Plumbline.Evaluation.Principles.Clauses;
using Plumbline.Randomness;
using Plumbline.Testing;

namespace Plumbline.Evaluation.Tests.Principles;

public sealed class ClauseScoresTests
{
    private const string Good = """{"id": "a", "clauses": {"privacy": 1, "honesty": 0.25}}""";

    [Fact]
    public void Scores_become_differences_and_what_is_missing_says_nothing()
    {
        using var folder = new TemporaryFolder();
        var scores = ClauseScores.Read(folder.Write("s.jsonl", Good + "\n\n" + """{"id": "z", "clauses": {"honesty": 0.5}}"""));

        var columns = scores.Differences([Pair("a"), Pair("b")], out var scored);

        Assert.Equal(["honesty", "privacy"], scores.Clauses);
        Assert.Equal((2, 1), (scores.Rows, scored));
        Assert.Equal([-0.5, 0], columns[0]);
        Assert.Equal([1, 0], columns[1]);
        // The labels of a judge are such rows: the mean of both orders.
        var labels = """{"id": "a", "clauses": {"honesty": {"asked": "q", "in_order": 0.9, "swapped": 0.5}}, "label": 0.7}""";
        Assert.Equal(0.4, ClauseScores.Read(folder.Write("labels.jsonl", labels)).Differences([Pair("a")], out scored)[0][0], 1e-12);
        var refused = Assert.Throws<InvalidInputException>(() => scores.Differences([Pair("q")], out _));
        Assert.Contains("the first pair is 'q'", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", "s.jsonl:2: The row is not JSON")]
    [InlineData("[]", "s.jsonl:2: The row lacks")]
    [InlineData("""{"id": 7, "clauses": {}}""", "s.jsonl:2: The row lacks")]
    [InlineData("""{"id": "b"}""", "s.jsonl:2: The row lacks")]
    [InlineData("""{"id": "b", "clauses": {"privacy": 1.5}}""", "s.jsonl:2: The score of 'privacy' is 1.5")]
    [InlineData("""{"id": "b", "clauses": {"privacy": {"in_order": 1, "swapped": 2}}}""", "s.jsonl:2: The score of 'privacy' is")]
    [InlineData("""{"id": "b", "clauses": {"privacy": "yes"}}""", "s.jsonl:2: The score of 'privacy' is \"yes\"")]
    [InlineData("""{"id": "b", "clauses": {"privacy": 1, "privacy": 0}}""", "stands twice")]
    [InlineData("""{"id": "a", "clauses": {"privacy": 1}}""", "s.jsonl:2: The pair 'a' has a row already")]
    [InlineData("""{"id": "b", "clauses": {"kindness": 1}}""", "'kindness' is no clause of small")]
    [InlineData("""{"id": "\ud800", "clauses": {"privacy": 1}}""", "surrogate")]
    [InlineData("""{"id": "b", "clauses": {"\ud800": 1}}""", "surrogate")]
    public void Bad_rows_are_refused_with_their_place(string row, string named)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("s.jsonl", $"{Good}\n{row}\n");
        var constitution = new Constitution
        {
            Name = "small",
            Clauses = new Dictionary<string, Clause>
            {
                ["privacy"] = new() { Text = "T" },
                ["honesty"] = new() { Text = "T" },
            },
        };

        var failure = Assert.Throws<InvalidInputException>(() => ClauseScores.Read(path, constitution));

        Assert.Contains(named, failure.Message, StringComparison.Ordinal);
        Assert.NotNull(failure.Mend);
    }

    [Fact]
    public void Empty_and_missing_files_and_too_many_clauses_are_refused()
    {
        using var folder = new TemporaryFolder();
        var many = string.Join(", ", Enumerable.Range(0, 201).Select(i => $"\"c{i}\": 0.5"));

        Assert.Contains("no scores", Refused(folder.Write("empty.jsonl", "\n")), StringComparison.Ordinal);
        Assert.Contains("cannot be read", Refused(folder.File("none.jsonl")), StringComparison.Ordinal);
        Assert.Contains(
            "more than 200",
            Refused(folder.Write("many.jsonl", $"{{\"id\": \"a\", \"clauses\": {{{many}}}}}")),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Damaged_files_are_read_or_refused() =>
        ByteFuzzer.Run(
            [Encoding.UTF8.GetBytes($"{Good}\n" + """{"id": "\u00e9\ud83d\ude00", "clauses": {"c\n": 1e-3}}""")],
            3000,
            new Seed(1),
            bytes => ClauseScores.Parse(Encoding.UTF8.GetString(bytes).Split('\n'), "s.jsonl", constitution: null)
        );

    private static string Refused(string path) => Assert.Throws<InvalidInputException>(() => ClauseScores.Read(path)).Message;

    private static PreferenceExample Pair(string id) => new(id, Content.FromText("p"), Content.FromText("c"), Content.FromText("r"));
}
