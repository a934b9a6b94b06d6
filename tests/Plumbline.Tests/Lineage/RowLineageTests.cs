using System.Text;
using Plumbline.Lineage;
using Plumbline.Randomness;
using Plumbline.Testing;

namespace Plumbline.Tests.Lineage;

public sealed class RowLineageTests
{
    [Theory]
    [InlineData("/a/pairs.jsonl", "/a/pairs.lineage.jsonl")]
    [InlineData("/a/pairs.jsonl.gz", "/a/pairs.lineage.jsonl")]
    [InlineData("pairs.v2.csv", "pairs.v2.lineage.jsonl")]
    [InlineData("pairs", "pairs.lineage.jsonl")]
    public void The_lineage_stands_beside_the_data_set(string dataSet, string lineage) =>
        Assert.Equal(lineage, RowLineageFile.PathOf(dataSet));

    [Fact]
    public void What_is_written_is_found_by_id_and_by_its_beginning()
    {
        using var folder = new TemporaryFolder();
        RowLineage[] rows =
        [
            new("abcd01", [new("critique", "c1") { Clause = "no_harm", Text = "a \"text\"\nof two lines, 🐦" }, new("prompt", "p1")]),
            new("abcd02", []),
            new("abcd", [new("prompt", "p2")]),
            new("zz", [new("prompt", "p3")]),
        ];
        var path = RowLineageFile.Write(folder.File("pairs.jsonl"), rows);

        using var file = RowLineageFile.Open(path);

        Assert.Equal(4, file.Rows);
        Assert.Equal(ArtifactId.OfFile(path), file.Id);
        var first = Assert.Single(file.Find("abcd01"));
        Assert.Equal(rows[0].From, first.From);
        Assert.Equal("abcd", Assert.Single(file.Find("abcd")).Row);
        Assert.Equal(["abcd", "abcd01"], file.Find("abc").Select(row => row.Row));
        Assert.Equal(["abcd", "abcd01", "abcd02"], file.Find("ab", most: 5).Select(row => row.Row));
        Assert.Equal("zz", Assert.Single(file.Find("z")).Row);
        Assert.Empty(file.Find("y"));
        Assert.Empty(file.Find("abcd011"));
    }

    [Fact]
    public void Every_row_of_a_large_file_is_found()
    {
        using var folder = new TemporaryFolder();
        const int count = 150_000;
        static string Id(int row) => ArtifactId.OfText($"{row}")[7..39];
        var path = RowLineageFile.Write(
            folder.File("rows.jsonl"),
            Enumerable.Range(0, count).Select(row => new RowLineage(Id(row), [new("prompt", $"{row}")]))
        );

        using var file = RowLineageFile.Open(path);

        Assert.Equal(count, file.Rows);
        for (var row = 0; row < count; row += 977)
        {
            Assert.Equal($"{row}", Assert.Single(file.Find(Id(row))).From[0].Id);
            Assert.Equal(Id(row), Assert.Single(file.Find(Id(row)[..20])).Row);
        }
    }

    [Fact]
    public void Ids_that_share_a_long_beginning_are_told_apart_and_lines_of_one_row_are_joined()
    {
        using var folder = new TemporaryFolder();
        var start = new string('a', 40);
        var path = RowLineageFile.Write(
            folder.File("rows.jsonl"),
            [new(start + "1", [new("prompt", "1")]), new(start + "2", [new("prompt", "2")]), new(start + "1", [new("prompt", "3")])]
        );

        using var file = RowLineageFile.Open(path);

        Assert.Equal(["1", "3"], Assert.Single(file.Find(start + "1")).From.Select(origin => origin.Id));
        Assert.Equal(2, file.Find(start).Count);
    }

    [Fact]
    public void What_cannot_be_a_row_is_refused_and_what_stood_there_still_stands()
    {
        using var folder = new TemporaryFolder();
        var data = folder.File("rows.jsonl");
        var path = RowLineageFile.Write(data, [new("a", [])]);
        RowLineage[] bad =
        [
            new("", []),
            new("a b", []),
            new("a", [new("Critique", "c")]),
            new("a", [new("critique", "")]),
            new("a", [new("critique", "c") { Clause = new string('c', 257) }]),
            new("a", [new("critique", "c") { Text = new string('c', 5 << 20) }]),
            new("a", [.. Enumerable.Repeat(new RowOrigin("critique", "c"), 1001)]),
        ];

        Assert.All(bad, row => Assert.Throws<ArgumentException>(() => RowLineageFile.Write(data, [row])));

        Assert.Equal("{\"row\":\"a\",\"from\":[]}\n", File.ReadAllText(path));
        Assert.Throws<InvalidInputException>(() => RowLineageFile.Open(folder.File("none.lineage.jsonl")));
    }

    [Theory]
    [InlineData("{\"row\":\"a\"}")]
    [InlineData("{\"row\":1,\"from\":[]}")]
    [InlineData("{\"row\":\"a\",\"from\":[{\"kind\":\"prompt\"}]}")]
    [InlineData("{\"row\":\"a\",\"from\":[]} {}")]
    [InlineData("[]")]
    [InlineData("")]
    public void A_line_that_is_no_rows_lineage_is_named(string line)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("a.lineage.jsonl", "{\"from\":[],\"row\":\"ok\"}\n" + line + "\n");

        Assert.Equal(2, Assert.Throws<InvalidInputException>(() => RowLineageFile.Open(path)).Position!.Line);
    }

    [Fact]
    public void Damaged_files_are_read_or_refused()
    {
        using var folder = new TemporaryFolder();
        var good = Encoding.UTF8.GetBytes(
            "{\"row\": \"ab\", \"from\": [{\"kind\": \"critique\", \"id\": \"c\", \"clause\": \"x\", \"text\": \"t\"}]}\n{\"row\": \"cd\", \"from\": []}"
        );
        var path = folder.File("a.lineage.jsonl");
        ByteFuzzer.Run(
            [good],
            1500,
            new Seed(13),
            bytes =>
            {
                File.WriteAllBytes(path, bytes);
                using var file = RowLineageFile.Open(path);
                file.Find("a");
                file.Find("cd");
            }
        );
    }
}
