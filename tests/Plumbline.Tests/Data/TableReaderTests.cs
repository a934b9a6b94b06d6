using Plumbline.Data;
using Plumbline.Testing;

namespace Plumbline.Tests.Data;

public sealed class TableReaderTests
{
    [Theory]
    [InlineData("t.csv", "a,b\n1,\"x, y\"\n2,\n")]
    [InlineData("t.jsonl", "{\"a\": 1, \"b\": \"x, y\"}\n{\"a\": 2, \"b\": null}\n")]
    public void Every_column_of_every_row_is_there_as_text(string name, string content)
    {
        using var folder = new TemporaryFolder();

        var rows = TableReader.Read(folder.Write(name, content)).ToList();

        Assert.Equal(["1", "2"], rows.Select(row => row["a"]));
        Assert.Equal(["x, y", null], rows.Select(row => row["b"]));
        Assert.Null(rows[0]["c"]);
    }

    [Fact]
    public void A_row_that_is_none_is_refused_with_its_line()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("t.jsonl", "{\"a\": 1}\n{\"a\": \n");

        var failure = Assert.Throws<InvalidInputException>(() => TableReader.Read(path).ToList());

        Assert.Equal(new InputPosition(path, 2), failure.Position);
    }

    [Fact]
    public void Whole_rows_hold_columns_of_any_size_and_bad_ones_are_returned_with_their_line()
    {
        using var folder = new TemporaryFolder();
        var large = new string('x', 100_000);
        var path = folder.Write(
            "t.jsonl",
            $$$"""
            {"a": "{{{large}}}", "b": {"c": [1]}}
            {"a": 1, "a": 2}
            {"b": {"c": 1, "c": 2}}
            {"a": "\ud800"}
            {"a":
            {"a": null}
            """
        );

        var rows = TableReader.ReadWhole(path).ToList();

        Assert.Equal(large, rows[0].Columns.GetProperty("a").GetString());
        Assert.Equal(1, rows[0].Columns.GetProperty("b").GetProperty("c")[0].GetInt32());
        Assert.Equal(
            [null, BadRowReason.NotJson, BadRowReason.NotJson, BadRowReason.InvalidText, BadRowReason.NotJson, null],
            rows.Select(row => row.Bad?.Reason)
        );
        Assert.Equal([1, 2, 3, 4, 5, 6], rows.Select(row => row.Line));
        Assert.Equal(new InputPosition(path, 4), rows[3].Bad!.Position);
        Assert.Equal(BadRowReason.TooLarge, TableReader.ReadWhole(path, maxRowBytes: 1000).First().Bad!.Reason);
    }

    [Fact]
    public void Whole_rows_of_csv_are_their_fields_without_empty_ones()
    {
        using var folder = new TemporaryFolder();

        var rows = TableReader.ReadWhole(folder.Write("t.csv", "a,b\n1,\"x, y\"\n2,\n")).ToList();

        Assert.Equal("""{"a":"1","b":"x, y"}""", rows[0].Columns.GetRawText());
        Assert.Equal("""{"a":"2"}""", rows[1].Columns.GetRawText());
        Assert.NotNull(Assert.Single(TableReader.ReadWhole(folder.Write("u.csv", "a,a\n1,2\n"))).Bad);
    }
}
