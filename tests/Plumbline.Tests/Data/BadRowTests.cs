using System.Text;
using Plumbline.Data;
using Plumbline.Testing;
using static Plumbline.Tests.Data.Rows;

namespace Plumbline.Tests.Data;

public sealed class BadRowTests
{
    private const string Good = """{"prompt": "P", "chosen": "a", "rejected": "b"}""";

    [Theory]
    [InlineData("not json", BadRowReason.NotJson, "not valid JSON at byte")]
    [InlineData("""{"prompt": "P", "chosen": "a" """, BadRowReason.NotJson, "not valid JSON")]
    [InlineData("""{"prompt": "P"} {"prompt": "P"}""", BadRowReason.NotJson, "not valid JSON")]
    [InlineData("""["P", "a", "b"]""", BadRowReason.NotJson, "the row is an array")]
    [InlineData("\"text\"", BadRowReason.NotJson, "the row is text")]
    [InlineData("17", BadRowReason.NotJson, "the row is a number")]
    [InlineData("null", BadRowReason.NotJson, "the row is null")]
    [InlineData("true", BadRowReason.NotJson, "the row is a truth value")]
    [InlineData("""{"prompt": "P", "prompt": "P", "chosen": "a", "rejected": "b"}""", BadRowReason.NotJson, "'prompt' occurs twice")]
    [InlineData("""{"prompt": "P", "chosen": "a"}""", BadRowReason.MissingColumn, "'rejected' is missing")]
    [InlineData("""{"prompt": "P", "chosen": null, "rejected": "b"}""", BadRowReason.MissingColumn, "'chosen' is null")]
    [InlineData(
        """{"prompt": "P", "chosen": 3, "rejected": "b"}""",
        BadRowReason.WrongType,
        "'chosen' is a number; text or messages is needed"
    )]
    [InlineData("""{"prompt": "P", "chosen": ["a"], "rejected": "b"}""", BadRowReason.WrongType, "message 1 is no object")]
    [InlineData(
        """{"prompt": "P", "chosen": [{"role": "assistant", "content": "a"}], "rejected": "b"}""",
        BadRowReason.WrongType,
        "one is text"
    )]
    [InlineData("""{"prompt": true, "chosen": "a", "rejected": "b"}""", BadRowReason.WrongType, "'prompt' is true")]
    [InlineData("""{"prompt": "P", "chosen": "a", "rejected": "a"}""", BadRowReason.IdenticalAnswers, "the same")]
    [InlineData("""{"prompt": "P", "chosen": "a", "rejected": "\u0061"}""", BadRowReason.IdenticalAnswers, "the same")]
    [InlineData("""{"prompt": " \n", "chosen": "a", "rejected": "b"}""", BadRowReason.EmptyPrompt, "'prompt' is empty")]
    [InlineData("""{"prompt": [], "chosen": "a", "rejected": "b"}""", BadRowReason.EmptyPrompt, "no messages")]
    [InlineData("""{"prompt": "P", "chosen": "", "rejected": "b"}""", BadRowReason.EmptyAnswer, "'chosen' is empty")]
    [InlineData("""{"prompt": "P", "chosen": "a\ud800", "rejected": "b"}""", BadRowReason.InvalidText, "escaped surrogate")]
    [InlineData("""{"prompt": "P", "chosen": "a\udc00x", "rejected": "b"}""", BadRowReason.InvalidText, "escaped surrogate")]
    [InlineData("""{"chosen": "cat", "rejected": "dog"}""", BadRowReason.NoCommonPrompt, "no first words in common")]
    [InlineData(
        """{"prompt": "P", "chosen": [{"role": "king", "content": "a"}], "rejected": "b"}""",
        BadRowReason.WrongType,
        "the role 'king'"
    )]
    [InlineData("""{"prompt": "P", "chosen": [{"role": 1, "content": "a"}], "rejected": "b"}""", BadRowReason.WrongType, "is no text")]
    [InlineData("""{"prompt": "P", "chosen": [{"role": "user"}], "rejected": "b"}""", BadRowReason.WrongType, "message 1 has no 'content'")]
    [InlineData("""{"prompt": "P", "chosen": [{"content": "x"}], "rejected": "b"}""", BadRowReason.WrongType, "message 1 has no 'role'")]
    [InlineData("""{"prompt": "P", "chosen": [{"role": "user", "content": 5}], "rejected": "b"}""", BadRowReason.WrongType, "is no text")]
    [InlineData(
        """{"prompt": "P", "chosen": [{"role": "user", "content": "\udc00"}], "rejected": "b"}""",
        BadRowReason.InvalidText,
        "message 1"
    )]
    [InlineData("""{"prompt": "P", "chosen": [{"role": "user", "content": ["x"]}], "rejected": "b"}""", BadRowReason.WrongType, "a part")]
    [InlineData(
        """{"prompt": "P", "chosen": [{"role": "user", "content": " "}], "rejected": "b"}""",
        BadRowReason.EmptyAnswer,
        "message 1 of 'chosen'"
    )]
    [InlineData(
        """{"prompt": "P", "chosen": [{"role": "assistant", "content": null, "tool_calls": [{}]}], "rejected": "b"}""",
        BadRowReason.WrongType,
        "is no text"
    )]
    [InlineData(
        """{"prompt": "P", "chosen": [{"role": "assistant", "tool_calls": [{}], "content": "x"}], "rejected": "b"}""",
        BadRowReason.WrongType,
        "calls a tool"
    )]
    [InlineData(
        """{"prompt": "P", "chosen": [{"role": "user", "content": "a"}], "rejected": [{"role": "user", "content": "b"}]}""",
        BadRowReason.WrongType,
        "do not repeat the prompt"
    )]
    public void A_bad_row_is_left_out_with_its_place_and_reason(string row, BadRowReason reason, string problem)
    {
        var (reader, examples) = ReadLines(Good, "", Good, row, Good);

        Assert.Equal(3, examples.Count);
        var report = reader.Report;
        Assert.Equal((4, 3, 3), (report.RowsRead, report.RowsGood, report.Examples));
        Assert.Equal(1, report.BadRows[reason]);
        var bad = Assert.Single(report.FirstBadRows);
        Assert.Equal(reason, bad.Reason);
        Assert.Equal(4, bad.Position.Line);
        Assert.Contains(problem, bad.Problem, StringComparison.Ordinal);
        Assert.Contains($"1 {reason}", report.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"prompt": "P", "answers": ["a"]}""", BadRowReason.TooFewAnswers, "at least 2")]
    [InlineData("""{"prompt": "P", "answers": "a"}""", BadRowReason.WrongType, "an array of answers")]
    [InlineData("""{"prompt": "P"}""", BadRowReason.MissingColumn, "missing")]
    [InlineData("""{"prompt": "P", "answers": ["a", ""]}""", BadRowReason.EmptyAnswer, "'answer 2' is empty")]
    [InlineData("""{"prompt": "P", "answers": ["a", "\ud800"]}""", BadRowReason.InvalidText, "answer 2")]
    [InlineData("""{"prompt": "P", "answers": ["a", 7]}""", BadRowReason.WrongType, "messages are an array")]
    [InlineData("""{"prompt": "P", "answers": ["a", "b"], "ranks": [1]}""", BadRowReason.TooFewAnswers, "1 ranks for 2 answers")]
    [InlineData("""{"prompt": "P", "answers": ["a", "b"], "ranks": [1, 1.5]}""", BadRowReason.WrongType, "rank 2 is no whole number")]
    [InlineData("""{"prompt": "P", "answers": ["a", "b"], "ranks": "1,2"}""", BadRowReason.WrongType, "array of whole numbers")]
    [InlineData("""{"prompt": "P", "answers": ["a", "b"], "ranks": [-2147483648, 2147483647]}""", BadRowReason.WrongType, "too far apart")]
    [InlineData("""{"prompt": "P", "answers": ["a", "a"]}""", BadRowReason.IdenticalAnswers, "two different ranks")]
    [InlineData(
        """{"prompt": "P", "answers": ["a", [{"role": "user", "content": "b"}]]}""",
        BadRowReason.WrongType,
        "do not repeat the prompt"
    )]
    public void A_bad_ranking_is_left_out_with_its_reason(string row, BadRowReason reason, string problem)
    {
        const string good = """{"prompt": "P", "answers": ["a", "b"]}""";

        var (reader, examples) = ReadLines(good, good, row);

        Assert.Equal(2, examples.Count);
        var bad = Assert.Single(reader.Report.FirstBadRows);
        Assert.Equal(reason, bad.Reason);
        Assert.Contains(problem, bad.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"prompt": "P", "completions": ["a", "b"], "labels": [true]}""", BadRowReason.UnfitLabels, "1 labels for 2 steps")]
    [InlineData("""{"prompt": "P", "completions": ["a"], "labels": [1.5]}""", BadRowReason.UnfitLabels, "label 1 is 1.5")]
    [InlineData("""{"prompt": "P", "completions": ["a"], "labels": [-1]}""", BadRowReason.UnfitLabels, "label 1 is -1")]
    [InlineData("""{"prompt": "P", "completions": ["a"], "labels": [1e999]}""", BadRowReason.UnfitLabels, "label 1 is Infinity")]
    [InlineData("""{"prompt": "P", "completions": ["a"], "labels": ["true"]}""", BadRowReason.WrongType, "label 1 is neither")]
    [InlineData("""{"prompt": "P", "completions": ["a"], "labels": [[1]]}""", BadRowReason.WrongType, "label 1 is neither")]
    [InlineData("""{"prompt": "P", "completions": ["a"], "labels": true}""", BadRowReason.WrongType, "'labels' is true")]
    [InlineData("""{"prompt": "P", "completions": ["a"]}""", BadRowReason.MissingColumn, "'labels' is missing")]
    [InlineData("""{"prompt": "P", "completions": [], "labels": []}""", BadRowReason.EmptyAnswer, "no steps")]
    [InlineData("""{"prompt": "P", "completions": ["a", " \n"], "labels": [1, 1]}""", BadRowReason.EmptyAnswer, "step 2 is empty")]
    [InlineData("""{"prompt": "P", "completions": ["a", 7], "labels": [1, 1]}""", BadRowReason.WrongType, "step 2 is no text")]
    [InlineData("""{"prompt": "P", "completions": ["a", "\ud800"], "labels": [1, 1]}""", BadRowReason.InvalidText, "step 2")]
    [InlineData("""{"prompt": "P", "completions": "['a']", "labels": [1]}""", BadRowReason.WrongType, "not the JSON of an array of steps")]
    [InlineData("""{"prompt": "P", "completions": "[\"a\"", "labels": [1]}""", BadRowReason.WrongType, "not the JSON of an array of steps")]
    [InlineData(
        """{"prompt": "P", "completions": "[\"a\"] b", "labels": [1]}""",
        BadRowReason.WrongType,
        "not the JSON of an array of steps"
    )]
    [InlineData("""{"prompt": "P", "completions": "\"a\"", "labels": [1]}""", BadRowReason.WrongType, "not the JSON of an array of steps")]
    [InlineData("""{"prompt": "P", "completions": "", "labels": [1]}""", BadRowReason.WrongType, "not the JSON of an array of steps")]
    [InlineData("""{"prompt": "P", "completions": "\ud800", "labels": [1]}""", BadRowReason.InvalidText, "'completions'")]
    [InlineData("""{"prompt": "", "completions": ["a"], "labels": [1]}""", BadRowReason.EmptyPrompt, "'prompt' is empty")]
    public void A_bad_row_of_judged_steps_is_left_out_with_its_reason(string row, BadRowReason reason, string problem)
    {
        const string good = """{"prompt": "P", "completions": ["a", "b"], "labels": [true, false]}""";

        var (reader, examples) = ReadLines(good, good, row);

        Assert.Equal(2, examples.Count);
        var bad = Assert.Single(reader.Report.FirstBadRows);
        Assert.Equal(reason, bad.Reason);
        Assert.Contains(problem, bad.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_ranking_of_more_than_1024_answers_is_left_out()
    {
        var (reader, examples) = ReadLines(Ranking(1024), Ranking(1025));

        Assert.Equal(1024, Assert.IsType<RankedExample>(Assert.Single(examples)).Answers.Count);
        Assert.Equal(1, reader.Report.BadRows[BadRowReason.TooLarge]);

        static string Ranking(int count) =>
            $$"""{"prompt": "P", "answers": [{{string.Join(',', Enumerable.Range(0, count).Select(i => $"\"{i}\""))}}]}""";
    }

    [Theory]
    [InlineData("""{"prompt": {"text": "Q", "role": "prompter", "replies": []}}""", BadRowReason.TooFewAnswers)]
    [InlineData("""{"prompt": {"text": "Q", "role": "wizard", "replies": []}}""", BadRowReason.WrongType)]
    [InlineData("""{"prompt": {"text": "Q", "role": "prompter", "replies": [3]}}""", BadRowReason.WrongType)]
    [InlineData("""{"prompt": {"text": "Q", "replies": [{"text": "a", "role": "assistant", "rank": 0.5}]}}""", BadRowReason.WrongType)]
    [InlineData("""{"prompt": {"text": "Q", "replies": [{"text": "", "role": "assistant", "rank": 0}]}}""", BadRowReason.EmptyAnswer)]
    [InlineData("""{"prompt": {"text": "Q\ud800", "role": "prompter"}}""", BadRowReason.InvalidText)]
    [InlineData("""{"prompt": "Q"}""", BadRowReason.WrongType)]
    public void A_bad_tree_is_left_out_with_its_reason(string row, BadRowReason reason)
    {
        const string good =
            """{"prompt": {"text": "Q", "role": "prompter", "replies": [{"text": "a", "role": "assistant", "rank": 0}, {"text": "b", "role": "assistant", "rank": 1}]}}""";

        var (reader, examples) = ReadLines(good, good, row);

        Assert.Equal(2, examples.Count);
        Assert.Equal(reason, Assert.Single(reader.Report.FirstBadRows).Reason);
    }

    [Theory]
    [InlineData(DatasetShape.Alpaca, """{"instruction": "", "output": "x"}""", BadRowReason.EmptyPrompt)]
    [InlineData(DatasetShape.Alpaca, """{"instruction": "x", "output": " "}""", BadRowReason.EmptyAnswer)]
    [InlineData(DatasetShape.Alpaca, """{"instruction": "x", "input": 3, "output": "y"}""", BadRowReason.WrongType)]
    [InlineData(DatasetShape.SelfInstruct, """{"instruction": "x", "instances": []}""", BadRowReason.EmptyAnswer)]
    [InlineData(DatasetShape.SelfInstruct, """{"instruction": "x", "instances": {}}""", BadRowReason.WrongType)]
    [InlineData(DatasetShape.SelfInstruct, """{"instruction": "x", "instances": [1]}""", BadRowReason.WrongType)]
    [InlineData(DatasetShape.SelfInstruct, """{"instruction": "x", "instances": [{"output": 1}]}""", BadRowReason.WrongType)]
    [InlineData(DatasetShape.SelfInstruct, """{"instruction": "x", "instances": [{"output": "\ud800"}]}""", BadRowReason.InvalidText)]
    [InlineData(DatasetShape.SelfInstruct, """{"instances": [{"output": "y"}]}""", BadRowReason.MissingColumn)]
    [InlineData(DatasetShape.ShareGpt, """{"conversations": "x"}""", BadRowReason.WrongType)]
    [InlineData(DatasetShape.ShareGpt, """{"conversations": [{"from": "human", "value": "x"}], "system": 1}""", BadRowReason.WrongType)]
    [InlineData(DatasetShape.UnpairedPreference, """{"prompt": "P", "completion": "c", "label": "maybe"}""", BadRowReason.WrongType)]
    [InlineData(DatasetShape.UnpairedPreference, """{"prompt": "P", "completion": "c"}""", BadRowReason.MissingColumn)]
    [InlineData(DatasetShape.LanguageModeling, """{"text": ""}""", BadRowReason.EmptyAnswer)]
    [InlineData(DatasetShape.PromptOnly, """{"prompt": ""}""", BadRowReason.EmptyPrompt)]
    public void A_file_without_a_good_row_is_an_error_that_shows_the_first_one(DatasetShape shape, string row, BadRowReason reason)
    {
        using var folder = new TemporaryFolder();
        var reader = DatasetReader.Open(new DatasetOptions(folder.Write("rows.jsonl", "\n" + row)) { Shape = shape });

        var failure = Assert.Throws<InvalidInputException>(() => reader.Read().Count());

        Assert.Equal(2, failure.Position?.Line);
        Assert.Contains("none of the 1 rows can be used", failure.Problem, StringComparison.Ordinal);
        Assert.Equal(1, reader.Report.BadRows[reason]);
    }

    [Fact]
    public void A_file_without_any_json_is_an_error_when_it_is_opened()
    {
        var failure = Assert.Throws<InvalidInputException>(() => ReadLines("a", "b", "c"));

        Assert.Contains("none of the 3 rows can be used; the first one: not valid JSON", failure.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_five_bad_rows_are_kept_and_all_are_counted()
    {
        var (reader, examples) = ReadLines([Good, .. Enumerable.Repeat("{}", 4), .. Enumerable.Repeat("[", 3)]);

        Assert.Single(examples);
        Assert.Equal([2L, 3, 4, 5, 6], reader.Report.FirstBadRows.Select(bad => bad.Position.Line!.Value));
        Assert.Equal((4, 3), (reader.Report.BadRows[BadRowReason.MissingColumn], reader.Report.BadRows[BadRowReason.NotJson]));
    }

    [Fact]
    public void Strict_reading_ends_at_the_first_bad_row_with_its_place()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("rows.jsonl", $"{Good}\n{Good}\n{{\"prompt\": \"P\"}}\n");
        var reader = DatasetReader.Open(new DatasetOptions(path) { Strict = true });
        var read = new List<Example>();

        var failure = Assert.Throws<InvalidInputException>(() =>
        {
            foreach (var example in reader.Read())
            {
                read.Add(example);
            }
        });

        Assert.Equal(new InputPosition(path, 3), failure.Position);
        Assert.Contains("MissingColumn", failure.Problem, StringComparison.Ordinal);
        Assert.Equal(2, read.Count);
    }

    [Fact]
    public void Bytes_that_are_not_utf8_make_a_bad_row_that_names_the_byte()
    {
        using var folder = new TemporaryFolder();
        byte[] latin = [.. Encoding.UTF8.GetBytes(Good + "\n{\"prompt\": \"caf"), 0xE9, .. Encoding.UTF8.GetBytes("\"}\n" + Good)];

        var (reader, examples) = Read(new DatasetOptions(folder.WriteBytes("rows.jsonl", latin)));

        Assert.Equal(2, examples.Count);
        var bad = Assert.Single(reader.Report.FirstBadRows);
        Assert.Equal(BadRowReason.InvalidText, bad.Reason);
        Assert.Contains("byte 0xE9 at byte 15", bad.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_nested_deeper_than_64_levels_is_a_bad_row()
    {
        var deep = $$"""{"prompt": "P", "chosen": "a", "rejected": "b", "extra": {{new string('[', 70)}}{{new string(']', 70)}}}""";

        var (reader, examples) = ReadLines(Good, deep);

        Assert.Single(examples);
        Assert.Contains("depth of 64", Assert.Single(reader.Report.FirstBadRows).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Half_surrogates_in_names_and_columns_that_nobody_reads_do_no_harm()
    {
        var (reader, examples) = ReadLines("""{"\ud800": 1, "other": "\udc00", "\u0070rompt": "P", "chosen": "a", "rejected": "b"}""");

        Assert.Equal(DatasetShape.Preference, reader.Shape);
        AssertEqual([Preference(Text("P"), Text("a"), Text("b"))], examples);
    }

    [Theory]
    [InlineData("jsonl")]
    [InlineData("json")]
    [InlineData("csv")]
    public void A_row_beyond_the_bound_is_a_bad_row_and_is_never_held_in_memory(string format)
    {
        using var folder = new TemporaryFolder();
        var large = new string('x', 50_000_000);
        var text = format switch
        {
            "jsonl" => $"{{\"text\": \"a\"}}\n{{\"text\": \"{large}\"}}\n{{\"text\": \"b\"}}\n",
            "json" => $"[{{\"text\": \"a\"}},\n{{\"text\": \"{large}\"}},\n{{\"text\": \"b\"}}]",
            _ => $"text\na\n\"{large}\"\nb\n",
        };
        var path = folder.WriteBytes($"rows.{format}.gz", Gzip(text));
        var options = new DatasetOptions(path) { MaxRowBytes = 1 << 20 };
        var before = GC.GetAllocatedBytesForCurrentThread();

        var (reader, examples) = Read(options);

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(["a", "b"], examples.Cast<LanguageModelingExample>().Select(example => example.Content.Text));
        var bad = Assert.Single(reader.Report.FirstBadRows);
        Assert.Equal((BadRowReason.TooLarge, format == "csv" ? 3 : 2), (bad.Reason, (int)bad.Position.Line!));
        Assert.True(allocated < 12 << 20, $"{allocated:N0} bytes were allocated");
    }
}
