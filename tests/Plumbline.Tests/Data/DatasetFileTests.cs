using System.Text;
using Plumbline.Data;
using Plumbline.Data.Rows;
using Plumbline.Testing;
using static Plumbline.Tests.Data.Rows;

namespace Plumbline.Tests.Data;

public sealed class DatasetFileTests
{
    private static readonly string[] TwoRows =
    [
        """{"prompt": "P, \"1\"", "completion": "c\n1"}""",
        """{"prompt": "P2", "completion": "naïve 🙂"}""",
    ];

    private static readonly Example[] TwoExamples = [Answered(Text("P, \"1\""), Text("c\n1")), Answered(Text("P2"), Text("naïve 🙂"))];

    [Theory]
    [InlineData("rows.jsonl", "{0}\n{1}")]
    [InlineData("rows.jsonl", "\n\n{0}\r\n  \r\n{1}\r\n")]
    [InlineData("rows.ndjson", "\uFEFF{0}\n{1}\n")]
    [InlineData("rows.json", "{0}\n{1}\n")]
    [InlineData("rows", "{0}\n{1}\n")]
    [InlineData("rows.json", "[{0},{1}]")]
    [InlineData("rows.json", "\uFEFF [\n  {0},\n\n  {1}\n]\n")]
    [InlineData("rows.jsonl", "[\n{0},\n{1}]")]
    [InlineData("rows.data", "[{0}, {1}, ]")]
    [InlineData("rows.csv", "prompt,completion\n\"P, \"\"1\"\"\",\"c\n1\"\nP2,naïve 🙂\n")]
    [InlineData("rows.csv", "\uFEFF\"completion\",id,\"prompt\"\r\n\"c\n1\",7,\"P, \"\"1\"\"\"\r\n\r\nnaïve 🙂,,P2")]
    [InlineData("rows.tsv", "prompt\tcompletion\nP, \"1\"\t\"c\n1\"\nP2\tnaïve 🙂")]
    public void The_same_rows_read_the_same_in_every_format_plain_and_gzipped(string name, string pattern)
    {
        using var folder = new TemporaryFolder();
        var text = pattern.Replace("{0}", TwoRows[0], StringComparison.Ordinal).Replace("{1}", TwoRows[1], StringComparison.Ordinal);

        var (plain, plainExamples) = Read(new DatasetOptions(folder.Write(name, text)));
        var (_, packedExamples) = Read(new DatasetOptions(folder.WriteBytes(name + ".gz", Gzip(text))));
        var (_, unnamedExamples) = Read(
            new DatasetOptions(folder.WriteBytes(name.Replace("rows", "packed", StringComparison.Ordinal), Gzip(text)))
        );

        AssertEqual(TwoExamples, plainExamples);
        AssertEqual(TwoExamples, packedExamples);
        AssertEqual(TwoExamples, unnamedExamples);
        Assert.Equal((2, 2, 2), (plain.Report.RowsRead, plain.Report.RowsGood, plain.Report.Examples));
    }

    [Fact]
    public void A_json_file_may_hold_one_row_over_several_lines_or_several_such_rows()
    {
        using var folder = new TemporaryFolder();

        var (_, one) = Read(new DatasetOptions(folder.Write("one.json", "{\n  \"text\": \"a ] } , b\"\n}\n")));
        var (_, two) = Read(new DatasetOptions(folder.Write("two.json", "{\n  \"text\": \"a\\\"{\"\n}\n{\n\"text\": \"b\"}\n")));

        Assert.Equal(["a ] } , b"], Texts(one));
        Assert.Equal(["a\"{", "b"], Texts(two));
    }

    [Fact]
    public void A_damaged_element_of_an_array_is_one_bad_row_with_its_line()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("rows.json", "[\n{\"text\": \"a\"},\n{\"text\": oops},\n3,\n{\"text\":\n \"b\"} {},\n{\"text\": \"c\"}]");

        var (reader, examples) = Read(new DatasetOptions(path));

        Assert.Equal(["a", "c"], Texts(examples));
        Assert.Equal([3L, 4, 5], reader.Report.FirstBadRows.Select(bad => bad.Position.Line!.Value));
    }

    [Fact]
    public void A_row_of_a_csv_file_is_placed_at_the_line_it_starts_on()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("rows.csv", "text,id\n\"a\nb\nc\",1\n,2\nd,3\n\"e\"f,4\ng\n\"h,5\n\n");

        var (reader, examples) = Read(new DatasetOptions(path));

        Assert.Equal(["a\nb\nc", "d"], Texts(examples));
        Assert.Equal(
            [
                (5L, BadRowReason.EmptyAnswer, "'text' is empty."),
                (7, BadRowReason.NotCsv, "text follows the closing quote of field 1."),
                (8, BadRowReason.NotCsv, "the row has 1 fields where the header has 2."),
                (9, BadRowReason.NotCsv, "a quoted field that starts in this row is never closed."),
            ],
            reader.Report.FirstBadRows.Select(bad => (bad.Position.Line!.Value, bad.Reason, bad.Problem))
        );
    }

    [Fact]
    public void Every_prefix_of_a_gzip_file_is_refused_as_cut_short()
    {
        using var folder = new TemporaryFolder();
        var packed = Gzip(string.Concat(Enumerable.Range(0, 300).Select(i => $"{{\"text\": \"row {i * 7919 % 1009}\"}}\n")));
        var accepted = new List<int>();

        for (var length = 2; length < packed.Length; length += length < packed.Length - 12 ? 17 : 1)
        {
            var path = folder.WriteBytes("cut.jsonl.gz", packed[..length]);
            try
            {
                _ = DatasetReader.Open(new DatasetOptions(path) { Shape = DatasetShape.LanguageModeling }).Read().Count();
                accepted.Add(length);
            }
            catch (InvalidInputException failure) when (failure.Problem.Contains("damaged or cut short", StringComparison.Ordinal))
            {
                Assert.NotNull(failure.Position?.Line);
            }
        }

        Assert.Empty(accepted);
    }

    [Fact]
    public void A_cut_gzip_file_gives_its_rows_and_then_an_error_that_names_the_place_reached()
    {
        using var folder = new TemporaryFolder();
        var rows = string.Concat(Enumerable.Range(0, 50_000).Select(i => $"{{\"text\": \"row number {i * 7919L % 100_003}\"}}\n"));
        var packed = Gzip(rows);
        var reader = DatasetReader.Open(new DatasetOptions(folder.WriteBytes("rows.jsonl.gz", packed[..(packed.Length / 2)])));
        var read = 0;

        var failure = Assert.Throws<InvalidInputException>(() =>
        {
            foreach (var _ in reader.Read())
            {
                read++;
            }
        });

        Assert.InRange(read, 10_000, 40_000);
        Assert.InRange(failure.Position!.Line!.Value, read, read + 3);
        Assert.Matches(@"up to byte \d{6}", failure.Problem);
    }

    [Fact]
    public void Gzip_members_one_after_the_other_are_one_file_and_a_damaged_checksum_is_refused()
    {
        using var folder = new TemporaryFolder();
        byte[] two = [.. Gzip("{\"text\": \"a\"}\n"), .. Gzip("{\"text\": \"b\"}\n")];
        var (_, examples) = Read(new DatasetOptions(folder.WriteBytes("two.jsonl.gz", two)));
        two[^6] ^= 1;
        var damaged = new DatasetOptions(folder.WriteBytes("damaged.jsonl.gz", two));

        var failure = Assert.Throws<InvalidInputException>(() => Read(damaged));

        Assert.Equal(["a", "b"], Texts(examples));
        Assert.Contains("damaged", failure.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rows.jsonl", "", "the file is empty")]
    [InlineData("rows.json", " \n\r\n", "the file is empty")]
    [InlineData("rows.csv", "\uFEFF", "the file is empty")]
    [InlineData("rows.json", "[]", "the file holds no rows")]
    [InlineData("rows.csv", "prompt,completion\n", "the file holds no rows")]
    [InlineData("rows.json", "[{\"text\": \"a\"}", "the file ends inside its JSON array")]
    [InlineData("rows.json", "[{\"text\": \"a\"", "the file ends inside its JSON array")]
    [InlineData("rows.json", "[{\"text\": \"a\"}] x", "text follows the end of the JSON array")]
    [InlineData("rows.txt", "some words", "'.txt' is no known kind")]
    [InlineData("rows.jsonl.gz", "{\"text\": \"a\"}", "the content is not gzip")]
    [InlineData("rows.csv", "text,text\na,b\n", "names the column 'text' twice")]
    [InlineData("rows.csv", "\"text\"s\na\n", "the header cannot be read")]
    [InlineData("rows.csv", "\"text\n", "the header cannot be read")]
    [InlineData("rows.parquet", "PAR1\u0001", "the file is a parquet file")]
    [InlineData("rows.zip", "PK\u0003\u0004", "the file is a zip archive")]
    [InlineData("rows.bz2", "BZh9", "the file is bzip2-compressed")]
    [InlineData("rows.arrow", "ARROW1", "the file is an Arrow file")]
    public void A_file_that_holds_no_rows_is_refused(string name, string text, string problem)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write(name, text);

        var failure = Assert.Throws<InvalidInputException>(() => Read(new DatasetOptions(path)));

        Assert.Contains(problem, failure.Problem, StringComparison.Ordinal);
        Assert.Equal(path, failure.Position?.File);
        Assert.NotNull(failure.Mend);
    }

    [Theory]
    [InlineData("FFFE7B00", "UTF-16 text")]
    [InlineData("28B52FFD00", "zstd-compressed")]
    [InlineData("FD377A585A00", "xz-compressed")]
    public void A_foreign_format_is_named(string hex, string format)
    {
        using var folder = new TemporaryFolder();
        var path = folder.WriteBytes("rows.jsonl", Convert.FromHexString(hex));

        var failure = Assert.Throws<InvalidInputException>(() => Read(new DatasetOptions(path)));

        Assert.Contains(format, failure.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_and_a_folder_are_refused()
    {
        using var folder = new TemporaryFolder();

        var missing = Assert.Throws<InvalidInputException>(() => Read(new DatasetOptions(folder.File("none.jsonl"))));
        var directory = Assert.Throws<InvalidInputException>(() => Read(new DatasetOptions(folder.Path)));

        Assert.Contains("no such file", missing.Problem, StringComparison.Ordinal);
        Assert.Contains("a folder", directory.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_out_of_range_are_refused_with_the_range()
    {
        var bytes = Assert.Throws<InvalidInputException>(() => new DatasetOptions("rows.jsonl") { MaxRowBytes = 3 });
        var limit = Assert.Throws<InvalidInputException>(() => new DatasetOptions("rows.jsonl") { Limit = 0 });

        Assert.Contains("max_row_bytes is 3; it must lie between 64 and 536870912", bytes.Problem, StringComparison.Ordinal);
        Assert.Contains("limit is 0", limit.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Reading_stops_at_the_limit_and_starts_anew_each_time()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("rows.jsonl", string.Concat(Enumerable.Range(0, 9).Select(i => $"{{\"text\": \"{i}\"}}\n")));
        var reader = DatasetReader.Open(new DatasetOptions(path) { Limit = 4 });

        var first = Texts(reader.Read());
        var second = Texts(reader.Read());

        Assert.Equal(["0", "1", "2", "3"], first);
        Assert.Equal(first, second);
        Assert.Equal(4, reader.Report.Examples);
    }

    [Theory]
    [InlineData("jsonl")]
    [InlineData("json")]
    [InlineData("csv")]
    public void Rows_do_not_depend_on_how_the_bytes_arrive(string format)
    {
        const string tricky = "a\"b\\c,d\r\n{[}]ü🙂";
        var json = $$"""{"text": "{{tricky.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\r\n", "\\r\\n")}}"}""";
        var csv = $"\"{tricky.Replace("\"", "\"\"")}\"";
        var text = format switch
        {
            "jsonl" => $"{json}\r\n\n{json}",
            "json" => $"[{json} ,\n{json}\n] ",
            _ => $"text\r\n{csv}\r\n{csv}",
        };
        var names = new ColumnNames(new Dictionary<string, string>());
        for (var step = 1; step < 7; step++)
        {
            var window = new StreamWindow(new TricklingStream(Encoding.UTF8.GetBytes(text), step));
            using RowSource source = format switch
            {
                "jsonl" => new JsonLinesSource("rows", window, 1000),
                "json" => new JsonDocumentSource("rows", window, 1000),
                _ => new CsvSource("rows", window, 1000, (byte)',', names),
            };
            var row = new Row(names);
            var read = new List<string>();

            while (source.Next(row, out var fault))
            {
                Assert.Null(fault);
                Assert.Null(row.ReadText(Column.Text, out var value));
                read.Add(value);
            }

            Assert.Equal([tricky, tricky], read);
        }
    }

    private static string[] Texts(IEnumerable<Example> examples) =>
        [.. examples.Cast<LanguageModelingExample>().Select(example => example.Content.Text!)];

    /// <summary>Gives a few bytes at a time, as a slow pipe would.</summary>
    private sealed class TricklingStream(byte[] content, int step) : MemoryStream(content)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(step, count));
    }
}
