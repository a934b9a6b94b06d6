using Plumbline.Rewards;
using static Plumbline.Tests.Rewards.Answers;

namespace Plumbline.Tests.Rewards;

public sealed class ExactMatchTests
{
    [Theory]
    [InlineData("Paris", "Paris", 1)]
    [InlineData("Paris", "  Paris\n", 1)]
    [InlineData(" Paris ", "Paris", 1)]
    [InlineData("Paris", "paris", 0)]
    [InlineData("Paris", "Paris.", 0)]
    [InlineData("a b", "a  b", 0)]
    [InlineData("", "  ", 1)]
    public async Task An_answer_is_right_where_its_text_is_the_column_s(string right, string answer, double score)
    {
        var reward = new ExactMatch(new ExactMatchOptions());

        Assert.Equal(score, await reward.ScoreOf(Beside(right, answer)));
    }

    [Fact]
    public async Task Options_say_which_differences_count()
    {
        var strict = new ExactMatch(new ExactMatchOptions { Text = "New  York", Trim = false });
        var loose = new ExactMatch(
            new ExactMatchOptions
            {
                Text = " new york",
                IgnoreCase = true,
                CollapseWhiteSpace = true,
            }
        );

        Assert.Equal(1, await strict.ScoreOf(Answer("New  York")));
        Assert.Equal(0, await strict.ScoreOf(Answer("New  York ")));
        Assert.Equal(0, await strict.ScoreOf(Answer("New York")));
        Assert.Equal(1, await loose.ScoreOf(Answer("\tNEW \n York ")));
        Assert.Equal(0, await loose.ScoreOf(Answer("NewYork")));
    }

    [Theory]
    [InlineData("<answer>(.*?)</answer>", "<answer>1</answer> no, <answer> 2 </answer>", 1)]
    [InlineData("<answer>(.*?)</answer>", "<answer>2</answer> no, <answer>1</answer>", 0)]
    [InlineData("<answer>(.*?)</answer>", "2", 0)]
    [InlineData("(is|was) (?<answer>\\d)", "it was 1, it is 2", 1)]
    [InlineData("\\d+", "1 and 2", 1)]
    [InlineData("x(\\d)?", "x2 x", 0)]
    public async Task A_pattern_finds_the_answer_proper_at_its_last_match(string pattern, string answer, double score)
    {
        var reward = new ExactMatch(new ExactMatchOptions { Extract = pattern });

        Assert.Equal(score, await reward.ScoreOf(Beside("2", answer)));
    }

    [Theory]
    [InlineData("42", "42", 1.0)]
    [InlineData("42", "42.0", 0.0)]
    [InlineData("true", "true", 1.0)]
    [InlineData("""["UK", "United Kingdom", 7]""", "United Kingdom", 1.0)]
    [InlineData("""["UK", "United Kingdom", 7]""", "7", 1.0)]
    [InlineData("""["UK", "United Kingdom", 7]""", "France", 0.0)]
    [InlineData("[]", "[]", null)]
    [InlineData("""["UK", {}]""", "UK", null)]
    [InlineData("""{"a": 1}""", "1", null)]
    [InlineData("null", "null", null)]
    [InlineData("\"\\ud800\"", "x", null)]
    public async Task Columns_hold_texts_numbers_or_a_list_of_right_answers(string column, string answer, double? score)
    {
        var reward = new ExactMatch(new ExactMatchOptions { Column = "right" });

        Assert.Equal(score, await reward.ScoreOf(Answer(answer, ("right", column))));
        Assert.Null(await reward.ScoreOf(Answer(answer, ("other", column))));
    }

    [Fact]
    public async Task An_answer_with_endless_matches_has_no_answer_proper()
    {
        var reward = new ExactMatch(new ExactMatchOptions { Text = "a", Extract = "a" });

        Assert.Equal(1, await reward.ScoreOf(Answer(new string('a', 10_000))));
        Assert.Equal(0, await reward.ScoreOf(Answer(new string('a', 10_001))));
    }

    [Fact]
    public void Options_that_make_no_sense_are_refused()
    {
        AssertRefused(
            () => _ = new ExactMatch(new ExactMatchOptions { Column = "a", Text = "b" }),
            "'column' is 'a'",
            "left out where text is set"
        );
        AssertRefused(() => _ = new ExactMatch(new ExactMatchOptions { Column = "" }), "'column'", "the name of a column");
        AssertRefused(() => _ = new ExactMatch(new ExactMatchOptions { Text = "" }), "'text'", "at least one character");
        AssertRefused(() => _ = new ExactMatch(new ExactMatchOptions { Extract = "(?=a)b" }), "'extract' is '(?=a)b'", "Look-around");
    }
}
