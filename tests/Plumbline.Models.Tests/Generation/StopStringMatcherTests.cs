using Plumbline.Models.Generation;
using Plumbline.Randomness;

namespace Plumbline.Models.Tests.Generation;

public sealed class StopStringMatcherTests
{
    [Theory]
    [InlineData("one two three", "two", "one ", 4, "two")]
    [InlineData("aaab", "aab", "a", 1, "aab")]
    [InlineData("abcabd", "abd", "abc", 3, "abd")]
    [InlineData("ends here STOP", "STOP", "ends here ", 10, "STOP")]
    [InlineData("日本語です。\n次", "。\n", "日本語です", 5, "。\n")]
    [InlineData("a 😀 b", "😀", "a ", 2, "😀")]
    [InlineData("never", "stop", "never", null, null)]
    [InlineData("half a st", "stop", "half a st", null, null)]
    public void A_stop_string_is_found_however_the_text_is_cut(string text, string stop, string shown, int? position, string? found)
    {
        for (var trial = 0UL; trial < 30; trial++)
        {
            var random = new Seed(trial).Source();
            var matcher = new StopStringMatcher([stop, "zzz"]);
            var released = string.Empty;
            for (var at = 0; at < text.Length; )
            {
                var end = Math.Min(text.Length, at + random.NextInt(4));
                released += matcher.Append(text[at..end]);
                at = end;
            }

            released += matcher.Finish();
            Assert.Equal((shown, position, found), (released, matcher.Position, matcher.Found));
        }
    }

    [Fact]
    public void What_may_become_a_stop_string_is_held_back_and_let_out_when_it_does_not()
    {
        var matcher = new StopStringMatcher(["</answer>"]);

        Assert.Equal("so ", matcher.Append("so </an"));
        Assert.Equal(string.Empty, matcher.Append("sw"));
        Assert.Equal("</answ</b>", matcher.Append("</b>"));
        Assert.Equal("x", matcher.Append("x<"));
        Assert.Equal("<", matcher.Finish());
    }

    [Fact]
    public void The_match_that_ends_first_counts_and_the_longer_of_two_that_end_together()
    {
        var matcher = new StopStringMatcher(["bcd", "c", "abc"]);

        Assert.Equal("x", matcher.Append("xabcd"));

        Assert.Equal(("abc", 1), (matcher.Found, matcher.Position));
        Assert.Equal(string.Empty, matcher.Append("more"));
    }
}
