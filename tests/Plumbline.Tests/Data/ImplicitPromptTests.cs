using Plumbline.Data;
using static Plumbline.Tests.Data.Rows;

namespace Plumbline.Tests.Data;

public sealed class ImplicitPromptTests
{
    [Fact]
    public void Transcripts_become_chat_with_the_longest_common_beginning_as_prompt()
    {
        var (reader, examples) = ReadLines(
            """{"chosen": "\n\nHuman: Hi\n\nAssistant: Yes?\n\nHuman: Why?\n\nAssistant: Because.\n\nOf light.", "rejected": "\n\nHuman: Hi\n\nAssistant: Yes?\n\nHuman: Why?\n\nAssistant: No idea. "}"""
        );

        Assert.Equal(DatasetShape.HhRlhf, reader.Shape);
        AssertEqual(
            [
                Preference(
                    Chat(("user", "Hi"), ("assistant", "Yes?"), ("user", "Why?")),
                    Assistant("Because.\n\nOf light."),
                    Assistant("No idea.")
                ),
            ],
            examples
        );
    }

    [Fact]
    public void Transcripts_that_part_ways_early_have_completions_of_several_messages()
    {
        var (_, examples) = ReadLines(
            """{"chosen": "\n\nHuman: Hi\n\nAssistant: A\n\nHuman: Q\n\nAssistant: B", "rejected": "\n\nHuman: Hi\n\nAssistant: C"}""",
            """{"chosen": "\n\nHuman: Hi\n\nAssistant: A\n\nHuman: Q\n\nAssistant: B", "rejected": "\n\nHuman: Hi\n\nAssistant: A\n\nHuman: R\n\nAssistant: B"}""",
            """{"chosen": "\n\nHuman: Hi\n\nAssistant: A\n\nHuman: Q\n\nAssistant: B", "rejected": "\n\nHuman: Hi\n\nAssistant: A"}"""
        );

        var longer = Chat(("assistant", "A"), ("user", "Q"), ("assistant", "B"));
        AssertEqual(
            [
                Preference(User("Hi"), longer, Assistant("C")),
                Preference(User("Hi"), longer, Chat(("assistant", "A"), ("user", "R"), ("assistant", "B"))),
                Preference(User("Hi"), longer, Assistant("A")),
            ],
            examples
        );
    }

    [Theory]
    [InlineData("\\n\\nHuman: Q\\n\\nAssistant: A\\n\\nHuman: more", BadRowReason.OddTranscript, "ends with the human's turn")]
    [InlineData(
        "\\n\\nHuman: Q\\n\\nHuman: Q\\n\\nAssistant: A",
        BadRowReason.OddTranscript,
        "two turns of the human in a row (turns 1 and 2)"
    )]
    [InlineData("\\n\\nHuman: Q\\n\\nAssistant: A\\n\\nAssistant: B", BadRowReason.OddTranscript, "two turns of the assistant in a row")]
    [InlineData("\\n\\nAssistant: A\\n\\nHuman: Q\\n\\nAssistant: B", BadRowReason.OddTranscript, "begins with 'Assistant: A")]
    [InlineData("Once upon a time", BadRowReason.OddTranscript, "not with \"Human:\"")]
    [InlineData("\\n\\nHuman: Q\\n\\nAssistant:", BadRowReason.EmptyAnswer, "turn 2 of 'rejected', the assistant's, is empty")]
    [InlineData("\\n\\nHuman:\\n\\nAssistant: A", BadRowReason.EmptyPrompt, "turn 1 of 'rejected', the human's, is empty")]
    [InlineData("\\n\\nHuman: other\\n\\nAssistant: A", BadRowReason.NoCommonPrompt, "different words of the human")]
    [InlineData("\\n\\nHuman: Q \\n\\nAssistant: good", BadRowReason.IdenticalAnswers, "the same")]
    public void An_odd_transcript_is_a_bad_row_with_its_reason(string rejected, BadRowReason reason, string problem)
    {
        const string good = """{"chosen": "\n\nHuman: Q\n\nAssistant: good", "rejected": "\n\nHuman: Q\n\nAssistant: poor"}""";

        var (reader, examples) = ReadLines(
            good,
            good,
            "{\"chosen\": \"\\n\\nHuman: Q\\n\\nAssistant: good\", \"rejected\": \"" + rejected + "\"}"
        );

        Assert.Equal(2, examples.Count);
        var bad = Assert.Single(reader.Report.FirstBadRows);
        Assert.Equal(reason, bad.Reason);
        Assert.Contains(problem, bad.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("The answer is yes", "The answer is yes indeed", "The answer is", " yes", " yes indeed")]
    [InlineData("Is it a cat?", "Is it a car?", "Is it a", " cat?", " car?")]
    [InlineData("Q: x\nA: one", "Q: x\nB: two", "Q: x", "\nA: one", "\nB: two")]
    public void The_common_prompt_of_texts_ends_before_a_white_space_and_leaves_both_an_answer(
        string chosen,
        string rejected,
        string prompt,
        string better,
        string worse
    )
    {
        var example = ExampleConversions.WithExplicitPrompt(Text(chosen), Text(rejected));

        Assert.Equal(Preference(Text(prompt), Text(better), Text(worse)), example);
    }

    [Fact]
    public void Contents_without_a_common_beginning_have_no_explicit_prompt()
    {
        Assert.Null(ExampleConversions.WithExplicitPrompt(Text("cat"), Text("car")));
        Assert.Null(ExampleConversions.WithExplicitPrompt(Text("same words"), Text("same words")));
        Assert.Null(ExampleConversions.WithExplicitPrompt(Text("words"), User("words")));
        Assert.Null(ExampleConversions.WithExplicitPrompt(User("a"), User("b")));
        Assert.Null(ExampleConversions.WithExplicitPrompt(Chat(("user", "a"), ("user", "b")), Chat(("user", "a"), ("user", "c"))));
    }

    [Fact]
    public void The_common_prompt_of_messages_ends_before_an_answer_of_the_assistant()
    {
        var example = ExampleConversions.WithExplicitPrompt(
            Chat(("system", "S"), ("user", "Q"), ("assistant", "A"), ("user", "more"), ("assistant", "B")),
            Chat(("system", "S"), ("user", "Q"), ("assistant", "A"), ("user", "less"), ("assistant", "B"))
        );

        Assert.Equal(
            Preference(
                Chat(("system", "S"), ("user", "Q")),
                Chat(("assistant", "A"), ("user", "more"), ("assistant", "B")),
                Chat(("assistant", "A"), ("user", "less"), ("assistant", "B"))
            ),
            example
        );
    }
}
