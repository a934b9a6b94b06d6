using Plumbline.Data;
using Plumbline.Testing;
using static Plumbline.Tests.Data.Rows;

namespace Plumbline.Tests.Data;

/// <summary>What rows may say beside which answer is preferred: by how much, a third answer, harm.</summary>
public sealed class PreferenceAnnotationTests
{
    private static readonly PreferenceExample Plain = Preference(Text("P"), Text("a"), Text("b"));

    [Fact]
    public void Columns_that_rows_may_leave_out_are_read_where_they_stand()
    {
        var (reader, examples) = ReadLines(
            """{"prompt": "P", "chosen": "a", "rejected": "b"}""",
            """{"prompt": "P", "chosen": "a", "rejected": "b", "margin": 0.5, "gold": "c"}""",
            """{"prompt": "P", "chosen": "a", "rejected": "b", "margin": "3", "chosen_harmful": true, "rejected_harmful": 0}""",
            """{"prompt": "P", "chosen": "a", "rejected": "b", "chosen_harmful": false, "rejected_harmful": false, "margin": null}""",
            """{"prompt": "P", "chosen": "a", "rejected": "b", "chosen_harmful": true, "rejected_harmful": true, "more_harmful": "chosen"}""",
            """{"prompt": "P", "chosen": "a", "rejected": "b", "confidence": 0.5}""",
            """{"prompt": "P", "chosen": "a", "rejected": "b", "confidence": "1", "margin": 2}"""
        );

        Assert.Equal(DatasetShape.Preference, reader.Shape);
        AssertEqual(
            [
                Plain,
                Plain with
                {
                    Margin = 0.5,
                    Gold = Text("c"),
                },
                Plain with
                {
                    Margin = 3,
                    Harm = new PairHarm(true, false, ChosenIsWorse: true),
                },
                Plain with
                {
                    Harm = new PairHarm(false, false, ChosenIsWorse: false),
                },
                Plain with
                {
                    Harm = new PairHarm(true, true, ChosenIsWorse: true),
                },
                Plain with
                {
                    Confidence = 0.5,
                },
                Plain with
                {
                    Confidence = 1,
                    Margin = 2,
                },
            ],
            examples
        );
        // Whoever labels a pair, and however sure: it is the same pair.
        Assert.All(examples, example => Assert.Equal(Plain.Id, example.Id));
    }

    [Fact]
    public void Transcripts_may_carry_them_too()
    {
        var (reader, examples) = ReadLines(
            """{"chosen": "\n\nHuman: P\n\nAssistant: a", "rejected": "\n\nHuman: P\n\nAssistant: b", "margin": 2, "confidence": 0.75}"""
        );

        Assert.Equal(DatasetShape.HhRlhf, reader.Shape);
        AssertEqual([Preference(User("P"), Assistant("a"), Assistant("b")) with { Margin = 2, Confidence = 0.75 }], examples);
    }

    [Theory]
    [InlineData("""{"prompt": "P", "chosen": " a", "rejected": " b", "gold": " c"}""")]
    [InlineData("""{"chosen": "P a", "rejected": "P b", "gold": "P c"}""")]
    [InlineData("""{"chosen": "P a", "rejected": "P b", "gold": " c"}""")]
    public void A_gold_answer_in_text_may_repeat_the_prompt(string line) =>
        AssertEqual([Preference(Text("P"), Text(" a"), Text(" b")) with { Gold = Text(" c") }], ReadLines(line).Examples);

    [Theory]
    [InlineData(""" "gold": "c" """)]
    [InlineData(""" "gold": [{"role": "assistant", "content": "c"}] """)]
    [InlineData(""" "gold": [{"role": "user", "content": "P"}, {"role": "assistant", "content": "c"}] """)]
    public void A_gold_answer_takes_the_form_of_chat_and_may_repeat_the_prompt(string gold)
    {
        var (_, examples) = ReadLines(
            $$"""{"prompt": "P", "chosen": [{"role": "assistant", "content": "a"}], "rejected": [{"role": "assistant", "content": "b"}], {{gold}}}"""
        );

        AssertEqual([Preference(User("P"), Assistant("a"), Assistant("b")) with { Gold = Assistant("c") }], examples);
    }

    [Fact]
    public void Safety_pairs_say_what_is_better_and_what_is_safer()
    {
        const string Start = """{"prompt": "P", "response_0": "a", "response_1": "b", """;
        var (reader, examples) = ReadLines(
            Start + """ "is_response_0_safe": true, "is_response_1_safe": false, "better_response_id": 1, "safer_response_id": 0}""",
            Start + """ "is_response_0_safe": false, "is_response_1_safe": false, "better_response_id": 0, "safer_response_id": 0}"""
        );

        Assert.Equal(DatasetShape.SafeRlhf, reader.Shape);
        AssertEqual(
            [
                Preference(Text("P"), Text("b"), Text("a")) with
                {
                    Harm = new PairHarm(true, false, ChosenIsWorse: true),
                },
                Plain with
                {
                    Harm = new PairHarm(true, true, ChosenIsWorse: false),
                },
            ],
            examples
        );
    }

    [Theory]
    [InlineData(""" "margin": -1 """, BadRowReason.WrongType, "'margin' is -1")]
    [InlineData(""" "margin": "much" """, BadRowReason.WrongType, "a number is needed")]
    [InlineData(""" "margin": [1] """, BadRowReason.WrongType, "'margin' is an array")]
    [InlineData(
        """ "confidence": 0.3 """,
        BadRowReason.WrongType,
        "'confidence' is 0.3: the rejected answer would be the likelier one. Swap chosen and rejected, and give 0.7"
    )]
    [InlineData(""" "confidence": 1.01 """, BadRowReason.WrongType, "in [0.5, 1]")]
    [InlineData(""" "confidence": -1 """, BadRowReason.WrongType, "in [0.5, 1]")]
    [InlineData(""" "confidence": "nan" """, BadRowReason.WrongType, "'confidence' is")]
    [InlineData(""" "confidence": true """, BadRowReason.WrongType, "'confidence' is true; a number is needed")]
    [InlineData(""" "gold": "" """, BadRowReason.EmptyAnswer, "'gold' is empty", false)]
    [InlineData(""" "gold": " " """, BadRowReason.EmptyAnswer, "'gold' is empty")]
    [InlineData(""" "gold": 3 """, BadRowReason.WrongType, "'gold' is a number")]
    [InlineData(""" "gold": [{"role": "assistant", "content": "c"}] """, BadRowReason.WrongType, "gold is messages")]
    [InlineData(""" "chosen_harmful": true """, BadRowReason.MissingColumn, "'rejected_harmful' is missing")]
    [InlineData(""" "more_harmful": "chosen" """, BadRowReason.MissingColumn, "'chosen_harmful' is missing")]
    [InlineData(""" "chosen_harmful": "maybe", "rejected_harmful": true """, BadRowReason.WrongType, "true or false")]
    [InlineData(
        """ "chosen_harmful": true, "rejected_harmful": true, "more_harmful": "both" """,
        BadRowReason.WrongType,
        "'chosen' or 'rejected'"
    )]
    [InlineData(
        """ "chosen_harmful": true, "rejected_harmful": false, "more_harmful": "rejected" """,
        BadRowReason.Contradiction,
        "names the rejected answer"
    )]
    public void What_makes_no_sense_is_refused(string columns, BadRowReason reason, string problem, bool isBad = true)
    {
        var (reader, _) = ReadLines(
            """{"prompt": "P", "chosen": "a", "rejected": "b"}""",
            $$"""{"prompt": "P", "chosen": "a", "rejected": "b", {{columns}}}"""
        );

        if (!isBad)
        {
            // As csv writes a column that a row leaves out.
            Assert.Equal(2, reader.Report.RowsGood);
            return;
        }

        var bad = Assert.Single(reader.Report.FirstBadRows);
        Assert.Equal(reason, bad.Reason);
        Assert.Contains(problem, bad.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("better_response_id", "2", BadRowReason.WrongType, "'better_response_id' is 2; 0 or 1 is needed")]
    [InlineData("better_response_id", "null", BadRowReason.MissingColumn, "'better_response_id' is null")]
    [InlineData("safer_response_id", "\"x\"", BadRowReason.WrongType, "0 or 1 is needed")]
    [InlineData("safer_response_id", "1", BadRowReason.Contradiction, "'safer_response_id' names the response that is said to be unsafe")]
    [InlineData("is_response_0_safe", "7", BadRowReason.WrongType, "true or false")]
    [InlineData("is_response_1_safe", "null", BadRowReason.MissingColumn, "'is_response_1_safe' is null")]
    [InlineData("response_1", "\"a\"", BadRowReason.IdenticalAnswers, "the two responses are the same")]
    [InlineData("response_1", "\"\"", BadRowReason.EmptyAnswer, "'response_1' is empty")]
    public void A_safety_pair_that_makes_no_sense_is_refused(string column, string value, BadRowReason reason, string problem)
    {
        var good = new Dictionary<string, string>
        {
            ["prompt"] = "\"P\"",
            ["response_0"] = "\"a\"",
            ["response_1"] = "\"b\"",
            ["is_response_0_safe"] = "true",
            ["is_response_1_safe"] = "false",
            ["better_response_id"] = "0",
            ["safer_response_id"] = "0",
        };
        string Line(Dictionary<string, string> row) => $"{{{string.Join(", ", row.Select(entry => $"\"{entry.Key}\": {entry.Value}"))}}}";

        var (reader, _) = ReadLines(Line(good), Line(new Dictionary<string, string>(good) { [column] = value }));

        var bad = Assert.Single(reader.Report.FirstBadRows);
        Assert.Equal(reason, bad.Reason);
        Assert.Contains(problem, bad.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rows.jsonl")]
    [InlineData("rows.csv")]
    public void They_are_written_and_read_back(string name)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, name);
        PreferenceExample[] rows =
        [
            Plain with
            {
                Margin = 0.1,
                Confidence = 0.5,
                Gold = Text("c"),
                Harm = new PairHarm(true, true, ChosenIsWorse: false),
            },
            Plain with
            {
                Margin = 1e-30,
                Confidence = 0.1 + 0.6,
                Gold = Text("d"),
                Harm = new PairHarm(false, true, ChosenIsWorse: false),
            },
        ];

        DatasetWriter.Write(path, rows);

        AssertEqual(rows, Read(new DatasetOptions(path)).Examples);
    }

    [Fact]
    public void Rows_that_do_not_all_carry_them_go_into_jsonl_only()
    {
        using var folder = new TemporaryFolder();
        PreferenceExample[] rows = [Plain, Plain with { Margin = 1 }];

        DatasetWriter.Write(Path.Combine(folder.Path, "rows.jsonl"), rows);
        var refused = Assert.Throws<InvalidInputException>(() => DatasetWriter.Write(Path.Combine(folder.Path, "rows.csv"), rows));

        AssertEqual(rows, Read(new DatasetOptions(Path.Combine(folder.Path, "rows.jsonl"))).Examples);
        Assert.Contains("has the columns prompt, chosen, rejected, margin", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Their_columns_can_have_other_names()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("rows.jsonl", """{"prompt": "P", "chosen": "a", "rejected": "b", "score difference": 4, "sure": 0.9}""");
        var options = new DatasetOptions(path)
        {
            Columns = new Dictionary<string, string> { ["margin"] = "score difference", ["confidence"] = "sure" },
        };

        AssertEqual([Plain with { Margin = 4, Confidence = 0.9 }], Read(options).Examples);
    }

    [Fact]
    public void A_column_that_happens_to_be_called_so_can_be_given_another_meaning()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("rows.jsonl", """{"prompt": "P", "chosen": "a", "rejected": "b", "confidence": 87}""");
        var options = new DatasetOptions(path) { Columns = new Dictionary<string, string> { ["confidence"] = "none" } };

        AssertEqual([Plain], Read(options).Examples);
    }

    [Fact]
    public void Harm_margin_and_confidence_are_no_columns_of_a_prompt()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write(
            "rows.jsonl",
            """{"prompt": "P", "chosen": "a", "rejected": "b", "confidence": 0.9, "margin": 1, "region": "DE"}"""
        );

        var prompt = Assert.Single(DatasetReader.Open(new DatasetOptions(path)).ReadPrompts());

        Assert.Equal(["region"], prompt.Columns.Keys);
    }
}
