using Plumbline.Data;
using Plumbline.Testing;
using static Plumbline.Tests.Data.Rows;

namespace Plumbline.Tests.Data;

public sealed class DatasetShapeTests
{
    [Fact]
    public void Text_and_messages_are_language_modelling()
    {
        var (reader, examples) = ReadLines(
            """{"text": "The sky is blue."}""",
            """{"messages": [{"role": "system", "content": ""}, {"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]}"""
        );

        Assert.Equal(DatasetShape.LanguageModeling, reader.Shape);
        AssertEqual(
            [
                WithId(new LanguageModelingExample("", Text("The sky is blue."))),
                WithId(new LanguageModelingExample("", Chat(("system", ""), ("user", "Hi"), ("assistant", "Hello")))),
            ],
            examples
        );
    }

    [Fact]
    public void A_prompt_alone_is_prompt_only_in_text_and_chat_form()
    {
        var (reader, examples) = ReadLines(
            """{"prompt": "The sky"}""",
            """{"prompt": [{"role": "user", "content": "Why?"}], "completion": null}"""
        );

        Assert.Equal(DatasetShape.PromptOnly, reader.Shape);
        AssertEqual([WithId(new PromptExample("", Text("The sky"))), WithId(new PromptExample("", User("Why?")))], examples);
    }

    [Fact]
    public void Prompt_and_completion_may_have_different_forms_and_become_one()
    {
        var (reader, examples) = ReadLines(
            """{"prompt": "The sky", "completion": " is blue."}""",
            """{"prompt": [{"role": "user", "content": "Why?"}], "completion": [{"role": "assistant", "content": "Light."}]}""",
            """{"prompt": [{"role": "user", "content": "Why?"}], "completion": "Light."}""",
            """{"prompt": "Why?", "completion": [{"role": "assistant", "content": "Light."}]}""",
            """{"prompt": "Why?", "completion": [{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "Light."}]}"""
        );

        Assert.Equal(DatasetShape.PromptCompletion, reader.Shape);
        var chat = Answered(User("Why?"), Assistant("Light."));
        AssertEqual([Answered(Text("The sky"), Text(" is blue.")), chat, chat, chat, chat], examples);
    }

    [Fact]
    public void A_label_makes_answers_unpaired_preferences()
    {
        var (reader, examples) = ReadLines(
            """{"prompt": "P", "completion": "good", "label": true}""",
            """{"prompt": "P", "completion": "bad", "label": 0}""",
            """{"prompt": [{"role": "user", "content": "P"}], "completion": [{"role": "assistant", "content": "good"}], "label": "True"}"""
        );

        Assert.Equal(DatasetShape.UnpairedPreference, reader.Shape);
        AssertEqual(
            [
                WithId(new UnpairedPreferenceExample("", Text("P"), Text("good"), true)),
                WithId(new UnpairedPreferenceExample("", Text("P"), Text("bad"), false)),
                WithId(new UnpairedPreferenceExample("", User("P"), Assistant("good"), true)),
            ],
            examples
        );
    }

    [Fact]
    public void Preferences_are_read_with_an_explicit_and_with_an_implicit_prompt()
    {
        var (reader, examples) = ReadLines(
            """{"prompt": "The sky", "chosen": " is blue.", "rejected": " is green."}""",
            """{"chosen": "The sky is blue.", "rejected": "The sky is green.", "prompt": null}""",
            """{"chosen": [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"}], "rejected": [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "B"}]}""",
            """{"prompt": "Q", "chosen": [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"}], "rejected": [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "B"}]}""",
            """{"prompt": "Q", "chosen": {"role": "assistant", "content": "A"}, "rejected": {"role": "assistant", "content": "B"}}"""
        );

        Assert.Equal(DatasetShape.Preference, reader.Shape);
        var chat = Preference(User("Q"), Assistant("A"), Assistant("B"));
        AssertEqual(
            [
                Preference(Text("The sky"), Text(" is blue."), Text(" is green.")),
                Preference(Text("The sky is"), Text(" blue."), Text(" green.")),
                chat,
                chat,
                chat,
            ],
            examples
        );
    }

    [Fact]
    public void Ranked_lists_are_sorted_and_their_ranks_start_from_1()
    {
        var (reader, examples) = ReadLines(
            """{"prompt": "P", "answers": ["best", "middle", "worst"]}""",
            """{"prompt": "P", "completions": ["worst", "best", "tie a", "tie b"], "ranks": [4, 0, 2, 2]}""",
            """{"prompt": "P", "answers": [[{"role": "assistant", "content": "a"}], {"role": "assistant", "content": "b"}]}"""
        );

        Assert.Equal(DatasetShape.RankedList, reader.Shape);
        AssertEqual(
            [
                Ranked(Text("P"), [Text("best"), Text("middle"), Text("worst")], [1, 2, 3]),
                Ranked(Text("P"), [Text("best"), Text("tie a"), Text("tie b"), Text("worst")], [1, 3, 3, 5]),
                Ranked(User("P"), [Assistant("a"), Assistant("b")], [1, 2]),
            ],
            examples
        );
    }

    [Fact]
    public void Labels_make_completions_the_judged_steps_of_one_answer()
    {
        var (reader, examples) = ReadLines(
            """{"prompt": "P", "completions": ["one", "two\n"], "labels": [true, false]}""",
            """{"prompt": [{"role": "user", "content": "P"}], "completions": ["one", "two"], "labels": [0.25, 1]}""",
            """{"prompt": "P", "completions": "[\"one\"]", "labels": "[0]", "answers": null}"""
        );

        Assert.Equal(DatasetShape.StepwiseSupervision, reader.Shape);
        AssertEqual(
            [
                Stepwise(Text("P"), ["one", "two\n"], [1, 0]),
                Stepwise(User("P"), ["one", "two"], [0.25, 1]),
                Stepwise(Text("P"), ["one"], [0]),
            ],
            examples
        );
    }

    [Theory]
    [InlineData("rows.csv", "prompt,completions,labels\nP,\"[\"\"one\"\", \"\"two\"\"]\",\"[true, 0.5]\"\n")]
    [InlineData("rows.json", """[{"prompt": "P", "completions": ["one", "two"], "labels": [true, 0.5]}]""")]
    public void Judged_steps_are_read_from_every_format(string name, string text)
    {
        using var folder = new TemporaryFolder();

        var (reader, examples) = Read(new DatasetOptions(folder.Write(name, text)));

        Assert.Equal(DatasetShape.StepwiseSupervision, reader.Shape);
        AssertEqual([Stepwise(Text("P"), ["one", "two"], [1, 0.5])], examples);
    }

    [Fact]
    public void Alpaca_rows_become_a_turn_of_the_user_and_one_of_the_assistant()
    {
        var (reader, examples) = ReadLines(
            """{"instruction": "Add the numbers.", "input": "2 and 3", "output": "5"}""",
            """{"instruction": "Say hello.", "input": "", "output": "Hello"}""",
            """{"instruction": "Say hello.", "output": "Hello"}"""
        );

        Assert.Equal(DatasetShape.Alpaca, reader.Shape);
        var hello = Answered(User("Say hello."), Assistant("Hello"));
        AssertEqual([Answered(User("Add the numbers.\n\n2 and 3"), Assistant("5")), hello, hello], examples);
    }

    [Fact]
    public void ShareGpt_rows_become_conversations_with_their_system_text_first()
    {
        var (reader, examples) = ReadLines(
            """{"conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello"}]}""",
            """{"conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello"}], "system": "Be kind."}"""
        );

        Assert.Equal(DatasetShape.ShareGpt, reader.Shape);
        AssertEqual(
            [
                WithId(new LanguageModelingExample("", Chat(("user", "Hi"), ("assistant", "Hello")))),
                WithId(new LanguageModelingExample("", Chat(("system", "Be kind."), ("user", "Hi"), ("assistant", "Hello")))),
            ],
            examples
        );
    }

    [Fact]
    public void Self_instruct_rows_give_an_example_for_each_instance()
    {
        var (reader, examples) = ReadLines(
            """{"id": "t", "instruction": "Double it.", "instances": [{"input": "2", "output": "4"}, {"input": "3", "output": "6", "note": [1]}]}"""
        );

        Assert.Equal(DatasetShape.SelfInstruct, reader.Shape);
        AssertEqual([Answered(User("Double it.\n\n2"), Assistant("4")), Answered(User("Double it.\n\n3"), Assistant("6"))], examples);
        Assert.Equal((1, 1, 2), (reader.Report.RowsRead, reader.Report.RowsGood, reader.Report.Examples));
    }

    [Fact]
    public void Trees_give_an_example_for_each_message_with_two_ranked_answers()
    {
        var (reader, examples) = ReadLines(
            """
            {"message_tree_id": "t", "prompt": {"text": "Q1", "role": "prompter", "replies": [
              {"text": "second", "role": "assistant", "rank": 1, "replies": []},
              {"text": "best", "role": "assistant", "rank": 0, "replies": [
                {"text": "Q2", "role": "prompter", "rank": null, "replies": [
                  {"text": "x", "role": "assistant", "rank": 0, "replies": []},
                  {"text": "unranked", "role": "assistant", "replies": []},
                  {"text": "gone", "role": "assistant", "rank": 1, "deleted": true, "replies": []},
                  {"text": "spam", "role": "assistant", "rank": 1, "review_result": false, "replies": []},
                  {"text": "y", "role": "assistant", "rank": 2, "replies": []}]}]}]}}
            """.ReplaceLineEndings(" ")
        );

        Assert.Equal(DatasetShape.OasstTree, reader.Shape);
        AssertEqual(
            [
                Ranked(User("Q1"), [Assistant("best"), Assistant("second")], [1, 2]),
                Ranked(Chat(("user", "Q1"), ("assistant", "best"), ("user", "Q2")), [Assistant("x"), Assistant("y")], [1, 3]),
            ],
            examples
        );
    }

    [Fact]
    public void Content_in_parts_is_joined_where_all_parts_are_text()
    {
        var (_, examples) = ReadLines(
            """{"messages": [{"role": "user", "content": [{"type": "text", "text": "a"}, {"text": "b", "type": "text"}]}]}""",
            """{"messages": [{"role": "user", "content": [{"type": "image", "url": "x"}]}]}"""
        );

        AssertEqual([WithId(new LanguageModelingExample("", User("ab")))], examples);
    }

    [Fact]
    public void Names_in_messages_may_be_escaped()
    {
        var (_, examples) = ReadLines("""{"messages": [{"r\u006fle": "us\u0065r", "\u0063ontent": "a", "\ud800": 1}]}""");

        AssertEqual([WithId(new LanguageModelingExample("", User("a")))], examples);
    }

    [Fact]
    public void The_shape_is_the_one_that_most_of_the_first_rows_have()
    {
        var (reader, examples) = ReadLines(
            """{"prompt": "P", "chosen": "a"}""",
            """{"prompt": "P", "chosen": "a", "rejected": "b"}""",
            """{"prompt": "P", "chosen": "a", "rejected": "c"}"""
        );

        Assert.Equal(DatasetShape.Preference, reader.Shape);
        Assert.Equal(2, examples.Count);
        Assert.Equal(1, reader.Report.BadRows[BadRowReason.MissingColumn]);
    }

    [Fact]
    public void An_unknown_shape_is_refused_with_what_was_found_and_what_is_accepted()
    {
        var failure = Assert.Throws<InvalidInputException>(() => ReadLines("""{"comment": "x", "toxic": [1, {"inner": 2}]}"""));

        Assert.Contains("'comment', 'toxic'.", failure.Problem, StringComparison.Ordinal);
        Assert.Contains("chosen+rejected", failure.Mend, StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_can_be_mapped_and_a_mapped_name_loses_its_usual_meaning()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("rows.jsonl", """{"text": "Q", "good": "a", "bad": "b", "prompt": "not this"}""");
        var columns = new Dictionary<string, string>
        {
            ["prompt"] = "text",
            ["chosen"] = "good",
            ["rejected"] = "bad",
        };

        var (reader, examples) = Read(new DatasetOptions(path) { Columns = columns });

        Assert.Equal(DatasetShape.Preference, reader.Shape);
        AssertEqual([Preference(Text("Q"), Text("a"), Text("b"))], examples);
    }

    [Theory]
    [InlineData("propmt", "question", "known column")]
    [InlineData("0", "question", "known column")]
    [InlineData("Prompt", "question", "known column")]
    public void A_mapping_of_an_unknown_column_is_refused(string name, string inFile, string problem)
    {
        var columns = new Dictionary<string, string> { [name] = inFile };

        var failure = Assert.Throws<InvalidInputException>(() =>
            DatasetReader.Open(new DatasetOptions("rows.jsonl") { Columns = columns })
        );

        Assert.Contains(problem, failure.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mapping_that_gives_one_column_two_meanings_is_refused()
    {
        var columns = new Dictionary<string, string> { ["chosen"] = "answer", ["rejected"] = "answer" };

        var failure = Assert.Throws<InvalidInputException>(() =>
            DatasetReader.Open(new DatasetOptions("rows.jsonl") { Columns = columns })
        );

        Assert.Contains("'answer' two meanings", failure.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_named_shape_overrules_what_the_rows_look_like()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("rows.jsonl", """{"prompt": "P", "completion": "c"}""");

        var (reader, examples) = Read(new DatasetOptions(path) { Shape = DatasetShape.PromptOnly });

        Assert.Equal(DatasetShape.PromptOnly, reader.Shape);
        AssertEqual([WithId(new PromptExample("", Text("P")))], examples);
    }
}
