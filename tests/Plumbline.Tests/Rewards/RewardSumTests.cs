using Plumbline.Rewards;
using static Plumbline.Tests.Rewards.Answers;

namespace Plumbline.Tests.Rewards;

public sealed class RewardSumTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sums_are_weighted_and_a_missing_score_never_counts_as_nothing()
    {
        var sum = new RewardSum([
            new("right", 2, new Fixed(1, 0, null, 1)),
            new("short", -0.5, new Fixed(1, 4, 1, null)),
            new("watched", 0, new Fixed(null, 7, 7, 7)),
        ]);

        var scores = await sum.JudgeAsync(Four(), Cancellation);

        Assert.Equal([1.5, -2, null, null], scores.Totals);
        Assert.Equal(scores.Totals, await sum.ScoreAsync(Four(), Cancellation));
        Assert.Equal(["right", "short", "watched"], scores.Sources.Select(source => source.Name));
        Assert.Equal([2, -0.5, 0], scores.Sources.Select(source => source.Weight));
        Assert.Equal([1, 4, 1, null], scores.Sources[1].Scores);
        Assert.Equal(2, scores.Sources[1].Statistics.Mean);
        Assert.Equal(3, scores.Sources[2].Statistics.Judged);
        Assert.Equal(-0.25, scores.Statistics.Mean);
        Assert.Equal(2, scores.Statistics.Unjudged);
    }

    [Fact]
    public async Task A_score_that_is_not_finite_is_no_score()
    {
        var sum = new RewardSum([new("odd", 1, new Fixed(double.NaN, double.NegativeInfinity, 1, null))]);

        var scores = await sum.JudgeAsync(Four(), Cancellation);

        Assert.Equal([null, null, 1, null], scores.Totals);
        Assert.Equal([null, null, 1, null], scores.Sources[0].Scores);
        Assert.Equal(
            (1, 3, 2),
            (scores.Sources[0].Statistics.Judged, scores.Sources[0].Statistics.Unjudged, scores.Sources[0].Statistics.NotFinite)
        );
    }

    [Fact]
    public async Task A_sum_past_every_number_is_no_sum()
    {
        var sum = new RewardSum([new("large", double.MaxValue, new Fixed(10, 1, 1, 1))]);

        Assert.Equal([null, double.MaxValue, double.MaxValue, double.MaxValue], await sum.ScoreAsync(Four(), Cancellation));
    }

    [Fact]
    public async Task A_source_with_too_few_scores_is_named()
    {
        var sum = new RewardSum([new("few", 1, new Fixed(1, 2))]);

        var refusal = await Assert.ThrowsAsync<InvalidInputException>(() => sum.JudgeAsync(Four(), Cancellation));

        Assert.Contains("'few' (Plumbline.Tests.Rewards.RewardSumTests+Fixed) gave 2 scores for 4 answers", refusal.Message);
    }

    [Fact]
    public async Task What_a_source_throws_is_thrown()
    {
        var sum = new RewardSum([new("broken", 1, new Broken())]);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        Assert.Equal("out of order", (await Assert.ThrowsAsync<TimeoutException>(() => sum.ScoreAsync(Four(), Cancellation))).Message);
        await Assert.ThrowsAsync<OperationCanceledException>(() => sum.ScoreAsync(Four(), cancelled.Token));
    }

    [Fact]
    public void A_sum_tells_its_sources()
    {
        RewardSource[] sources = [new("a", 1, new Fixed()), new("b", 0, new Fixed())];

        Assert.Equal(sources, new RewardSum(sources).Sources);
    }

    [Fact]
    public async Task No_answers_have_no_scores()
    {
        var scores = await new RewardSum([new("none", 1, new Fixed())]).JudgeAsync([], Cancellation);

        Assert.Empty(scores.Totals);
        Assert.Equal(RewardStatistics.None, scores.Statistics);
    }

    [Fact]
    public void A_sum_needs_names_and_weights()
    {
        AssertRefused(() => _ = new RewardSum([]), "No reward counts");
        AssertRefused(() => _ = new RewardSum([new("a", 0, new Fixed())]), "No reward counts");
        AssertRefused(() => _ = new RewardSum([new(" ", 1, new Fixed())]), "has no name");
        AssertRefused(() => _ = new RewardSum([new("a", double.NaN, new Fixed())]), "The weight of the reward 'a' is NaN");
        AssertRefused(() => _ = new RewardSum([new("a", 1, new Fixed()), new("a", 2, new Fixed())]), "two rewards named 'a'");
    }

    private static AnswerToReward[] Four() => [Answer("a"), Answer("b"), Answer("c"), Answer("d")];

    private sealed class Fixed(params double?[] scores) : IReward
    {
        public Task<IReadOnlyList<double?>> ScoreAsync(IReadOnlyList<AnswerToReward> answers, CancellationToken cancellation = default) =>
            Task.FromResult<IReadOnlyList<double?>>(scores);
    }

    private sealed class Broken : IReward
    {
        public Task<IReadOnlyList<double?>> ScoreAsync(IReadOnlyList<AnswerToReward> answers, CancellationToken cancellation = default) =>
            throw new TimeoutException("out of order");
    }
}
