using System.Text;
using System.Text.Json;
using Plumbline.Data;
using Plumbline.Randomness;
using Plumbline.Testing;
using static Plumbline.Tests.Data.Rows;

namespace Plumbline.Tests.Data;

public sealed class PromptColumnTests
{
    [Fact]
    public void A_prompt_brings_the_other_columns_of_its_row()
    {
        var prompt = Assert.Single(
            ReadPrompts(
                """{"prompt": "P", "n": 4.50, "schema": {"type": "object"}, "label": "a\u00e9", "none": null, "yes": true}"""
            ).Prompts
        );

        Assert.Equal(WithId(new PromptExample("", Text("P"))), prompt);
        Assert.Equal(
            ["label=\"a\\u00e9\"", "n=4.50", "schema={\"type\": \"object\"}", "yes=true"],
            prompt.Columns.Select(column => $"{column.Key}={column.Value.GetRawText()}").Order(StringComparer.Ordinal)
        );
        Assert.Equal("aé", prompt.Columns["label"].GetString());
    }

    [Fact]
    public void Csv_columns_are_text_and_empty_fields_are_no_columns()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("rows.csv", "id,prompt,result,empty\n7,\"a, \"\"b\"\"\",\"1,\"\"2\"\"\",\n");

        var prompt = Assert.Single(DatasetReader.Open(new DatasetOptions(path)).ReadPrompts());

        Assert.Equal("a, \"b\"", prompt.Prompt.Text);
        Assert.Equal(["id=7", "result=1,\"2\""], prompt.Columns.Select(column => $"{column.Key}={column.Value.GetString()}"));
    }

    [Theory]
    [InlineData("""{"prompt": "P", "completion": "a", "x": 1}""", "P", "completion=a x=1")]
    [InlineData("""{"prompt": "P", "completion": [{"role": "assistant", "content": "a"}]}""", "user: P", "completion=a")]
    [InlineData("""{"prompt": "P", "completion": "a", "label": true, "x": 1}""", "P", "x=1")]
    [InlineData("""{"prompt": "P", "chosen": "a", "rejected": "b", "margin": 2, "source": "s"}""", "P", "source=s")]
    [InlineData("""{"prompt": "P", "answers": ["a", "b"], "ranks": [1, 2], "x": 1}""", "P", "x=1")]
    [InlineData("""{"prompt": "P", "completions": ["a", "b"], "labels": [true, false], "x": 1}""", "P", "x=1")]
    [InlineData("""{"instruction": "I", "input": "in", "output": "o", "x": 1}""", "user: I\n\nin", "completion=o output=o x=1")]
    [InlineData("""{"instruction": "I", "instances": [{"input": "", "output": "o"}], "x": 1}""", "user: I", "completion=o x=1")]
    [InlineData("""{"chosen": "\n\nHuman: Q\n\nAssistant: A", "rejected": "\n\nHuman: Q\n\nAssistant: B", "x": 1}""", "user: Q", "x=1")]
    [InlineData(
        """{"messages": [{"role": "system", "content": "S"}, {"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"}], "x": 1}""",
        "system: S\n\nuser: Q",
        "x=1"
    )]
    [InlineData(
        """{"conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}, {"from": "human", "value": "c"}], "x": 1}""",
        "user: a\n\nassistant: b\n\nuser: c",
        "x=1"
    )]
    public void Every_shape_gives_its_prompt_and_what_is_no_judged_answer(string row, string prompt, string columns)
    {
        var example = Assert.Single(ReadPrompts(row).Prompts);

        Assert.Equal(prompt, example.Prompt.ToString());
        Assert.Equal(ExampleId.Of(example), example.Id);
        Assert.Equal(
            columns,
            string.Join(' ', example.Columns.Select(column => $"{column.Key}={column.Value}").Order(StringComparer.Ordinal))
        );
    }

    [Fact]
    public void An_answer_stands_under_the_file_s_name_and_under_ours()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("rows.jsonl", """{"question": "Q", "result": "4"}""");
        var names = new Dictionary<string, string> { ["prompt"] = "question", ["completion"] = "result" };

        var prompt = Assert.Single(DatasetReader.Open(new DatasetOptions(path) { Columns = names }).ReadPrompts());

        Assert.Equal(["completion=4", "result=4"], prompt.Columns.Select(column => $"{column.Key}={column.Value}"));
    }

    [Fact]
    public void Prompts_come_once_with_the_columns_of_the_first_row()
    {
        var (reader, prompts) = ReadPrompts("""{"prompt": "P", "x": 1}""", """{"prompt": "Q", "x": 2}""", """{"prompt": "P", "x": 3}""");

        Assert.Equal(["P1", "Q2"], prompts.Select(prompt => $"{prompt.Prompt.Text}{prompt.Columns["x"]}"));
        Assert.Equal(3, reader.Report.Examples);
    }

    [Fact]
    public void A_conversation_without_a_user_gives_no_prompt()
    {
        const string silent = """{"messages": [{"role": "assistant", "content": "A"}]}""";

        Assert.Equal(
            "user: Q",
            Assert.Single(ReadPrompts(silent, """{"messages": [{"role": "user", "content": "Q"}]}""").Prompts).Prompt.ToString()
        );
        Assert.Contains("holds no prompts", Assert.Throws<InvalidInputException>(() => ReadPrompts(silent)).Problem);
    }

    [Fact]
    public void What_is_past_the_bound_repeated_or_broken_is_left_out_and_counted()
    {
        var large = new string('x', (64 << 10) - 20);
        var (reader, prompts) = ReadPrompts(
            $$"""{"prompt": "P", "large": "{{large}}", "more": "0123456789", "n": 1}""",
            """{"prompt": "Q", "x": 1, "x": 2, "broken": ["\ud800"], "y": "\ud83d\ude42"}"""
        );

        Assert.Equal(["large", "n"], prompts[0].Columns.Keys);
        Assert.Equal(["x=1", "y=🙂"], prompts[1].Columns.Select(column => $"{column.Key}={column.Value}"));
        Assert.Equal(3, reader.Report.ColumnsLeftOut);
        Assert.EndsWith("; 3 columns not taken along", reader.Report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_answer_counts_once_against_the_bound()
    {
        var answer = new string('x', 40 << 10);

        var (reader, prompts) = ReadPrompts($$"""{"prompt": "P", "completion": "{{answer}}"}""");

        Assert.Equal(answer, prompts[0].Columns["completion"].GetString());
        Assert.Equal(0, reader.Report.ColumnsLeftOut);
    }

    [Fact]
    public void Columns_do_not_tell_prompts_apart()
    {
        var plain = WithId(new PromptExample("", Text("P")));
        var rich = plain with { Columns = new Dictionary<string, JsonElement> { ["x"] = JsonElement.Parse("1") } };

        Assert.Equal(plain, rich);
        Assert.Equal(plain.GetHashCode(), rich.GetHashCode());
        Assert.Equal(plain.Id, ExampleId.Of(rich));
        Assert.NotEqual(plain, WithId(new PromptExample("", Text("Q"))));
    }

    [Theory]
    [InlineData("rows.jsonl", """{"prompt": "P", "completion": "c", "x": {"a\u00e9": ["\ud83d\ude42", 1.5e3, null]}, "y": "z"}""")]
    [InlineData("rows.csv", "prompt,x,y\n\"a \"\"b\"\"\",c,\"d,e\"\nf,,g\n")]
    public void Damaged_files_give_prompts_or_are_refused_and_nothing_else(string name, string good)
    {
        using var folder = new TemporaryFolder();

        ByteFuzzer.Run([Encoding.UTF8.GetBytes($"{good}\n{good}")], 1500, new Seed(21), Read);

        void Read(byte[] bytes)
        {
            var path = folder.WriteBytes(name, bytes);
            foreach (var prompt in DatasetReader.Open(new DatasetOptions(path) { MaxRowBytes = 4096 }).ReadPrompts())
            {
                Assert.All(prompt.Columns, column => Assert.NotEqual(JsonValueKind.Undefined, column.Value.ValueKind));
            }
        }
    }

    private static (DatasetReader Reader, List<PromptExample> Prompts) ReadPrompts(params string[] lines)
    {
        using var folder = new TemporaryFolder();
        var reader = DatasetReader.Open(new DatasetOptions(folder.Write("rows.jsonl", string.Join('\n', lines))));
        return (reader, reader.ReadPrompts().ToList());
    }
}
