using Plumbline.Rewards;
using static Plumbline.Tests.Rewards.Answers;

namespace Plumbline.Tests.Rewards;

public sealed class OverlongPenaltyTests
{
    [Theory]
    [InlineData(1, 0.0)]
    [InlineData(16_384, 0.0)]
    [InlineData(17_408, -0.25)]
    [InlineData(18_432, -0.5)]
    [InlineData(20_480, -1.0)]
    [InlineData(20_481, -1.0)]
    [InlineData(int.MaxValue, -1.0)]
    [InlineData(0, null)]
    public async Task It_grows_over_the_cache_as_in_the_paper(int tokens, double? score)
    {
        var penalty = new OverlongPenalty(new OverlongPenaltyOptions { MaxTokens = 20_480, CacheTokens = 4_096 });

        Assert.Equal(score, await penalty.ScoreOf(Answer("a") with { Tokens = tokens }));
    }

    [Fact]
    public async Task Without_a_cache_it_falls_at_once()
    {
        var penalty = new OverlongPenalty(new OverlongPenaltyOptions { MaxTokens = 10, CacheTokens = 0 });

        Assert.Equal(0, await penalty.ScoreOf(Answer("a") with { Tokens = 10 }));
        Assert.Equal(-1, await penalty.ScoreOf(Answer("a") with { Tokens = 11 }));
    }

    [Theory]
    [InlineData(0, 0, "'max_tokens' is 0, but must be at least 1")]
    [InlineData(10, -1, "'cache_tokens' is -1, but must be between 0 and max_tokens (10)")]
    [InlineData(10, 11, "'cache_tokens' is 11")]
    public void Lengths_that_make_no_sense_are_refused(int most, int cache, string said) =>
        AssertRefused(() => _ = new OverlongPenalty(new OverlongPenaltyOptions { MaxTokens = most, CacheTokens = cache }), said);
}
