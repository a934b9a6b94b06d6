using Plumbline.Rewards;
using static Plumbline.Tests.Rewards.Answers;

namespace Plumbline.Tests.Rewards;

public sealed class RegexMatchTests
{
    [Theory]
    [InlineData(@"<think>.*</think>", "<think>a</think> b", 1)]
    [InlineData(@"<think>.*</think>", "<think>a\n</think> b", 0)]
    [InlineData(@"\A\d+\z", "123", 1)]
    [InlineData(@"\A\d+\z", "123\n", 0)]
    [InlineData(@"yes", "Yes", 0)]
    public async Task An_answer_earns_one_where_the_pattern_matches(string pattern, string answer, double score) =>
        Assert.Equal(score, await new RegexMatch(new RegexMatchOptions { Pattern = pattern }).ScoreOf(Answer(answer)));

    [Fact]
    public async Task Options_change_what_letters_dots_and_anchors_match()
    {
        var plain = new RegexMatchOptions { Pattern = "^a.b$" };
        const string answer = "x\nA\nb\ny";

        Assert.Equal(0, await new RegexMatch(plain).ScoreOf(Answer(answer)));
        Assert.Equal(0, await new RegexMatch(plain with { IgnoreCase = true, DotAll = true }).ScoreOf(Answer(answer)));
        Assert.Equal(0, await new RegexMatch(plain with { Multiline = true, DotAll = true }).ScoreOf(Answer(answer)));
        Assert.Equal(0, await new RegexMatch(plain with { Multiline = true, IgnoreCase = true }).ScoreOf(Answer(answer)));
        Assert.Equal(1, await new RegexMatch(plain with { Multiline = true, IgnoreCase = true, DotAll = true }).ScoreOf(Answer(answer)));
    }

    [Fact]
    public async Task A_pattern_that_would_backtrack_for_ever_answers_at_once()
    {
        var reward = new RegexMatch(new RegexMatchOptions { Pattern = "^(a+)+$" });

        Assert.Equal(0, await reward.ScoreOf(Answer(new string('a', 1 << 20) + "b")));
    }

    [Theory]
    [InlineData("", "at least one character")]
    [InlineData("(", "linear time")]
    [InlineData("(?<=a)b", "Look-around")]
    [InlineData(@"(a)\1", "Look-around, backreferences")]
    [InlineData("(((a{1000}){1000}){1000})", "very large repetitions")]
    public void Patterns_that_cannot_be_matched_in_linear_time_are_refused(string pattern, string said) =>
        AssertRefused(() => _ = new RegexMatch(new RegexMatchOptions { Pattern = pattern }), "'pattern'", said);

    [Fact]
    public void A_pattern_has_a_longest_length() =>
        AssertRefused(() => _ = new RegexMatch(new RegexMatchOptions { Pattern = new string('a', 4097) }), "more than 4096 characters");
}
