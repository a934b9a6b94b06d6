using Plumbline.Rewards;

namespace Plumbline.Tests.Rewards;

public sealed class EnsembleRewardTests
{
    private static readonly AnswerToReward[] Two = [Answers.Answer("a"), Answers.Answer("b")];

    [Fact]
    public async Task Disagreement_costs_what_the_pessimism_says()
    {
        var ensemble = new EnsembleReward([new Fixed(1, 5), new Fixed(3, 5)], pessimism: 0.5);

        var scores = await ensemble.ScoreAsync(Two, TestContext.Current.CancellationToken);

        // Means 2 and 5; deviations √2 and 0.
        Assert.Equal(2 - (0.5 * Math.Sqrt(2)), scores[0]!.Value, 1e-12);
        Assert.Equal(5, scores[1]);
    }

    [Fact]
    public async Task What_a_member_cannot_judge_has_no_score_and_members_are_heard_one_by_one()
    {
        var judged = await new EnsembleReward([new Fixed(1, null), new Fixed(double.NaN, 4)]).JudgeMembersAsync(
            Two,
            TestContext.Current.CancellationToken
        );

        Assert.Equal([null, null], judged.Totals);
        Assert.Equal([1, null], judged.Members[0]);
        Assert.Equal([null, 4], judged.Members[1]);
    }

    [Fact]
    public async Task A_sum_passes_on_what_members_said()
    {
        var sum = new RewardSum([
            new("ensemble", 2, new EnsembleReward([new Fixed(1, 2), new Fixed(3, 4)])),
            new("other", 1, new Fixed(1, 1)),
        ]);

        var judged = await sum.JudgeAsync(Two, TestContext.Current.CancellationToken);

        Assert.Equal([5, 7], judged.Totals);
        Assert.Equal([3, 4], judged.Sources[0].Members![1]);
        Assert.Null(judged.Sources[1].Members);
    }

    [Fact]
    public async Task An_ensemble_needs_members_that_score_every_answer_and_a_pessimism()
    {
        Assert.Throws<InvalidInputException>(() => new EnsembleReward([]));
        Assert.Throws<InvalidInputException>(() => new EnsembleReward([new Fixed()], pessimism: -1));
        Assert.Throws<InvalidInputException>(() => new EnsembleReward([new Fixed()], pessimism: double.NaN));
        var refusal = await Assert.ThrowsAsync<InvalidInputException>(() =>
            new EnsembleReward([new Fixed(1, 2), new Fixed(1)]).ScoreAsync(Two)
        );
        Assert.Contains("Member 2", refusal.Message, StringComparison.Ordinal);
    }

    private sealed class Fixed(params double?[] scores) : IReward
    {
        public Task<IReadOnlyList<double?>> ScoreAsync(IReadOnlyList<AnswerToReward> answers, CancellationToken cancellation = default) =>
            Task.FromResult<IReadOnlyList<double?>>(scores);
    }
}
