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
}
