using Plumbline.Models.Heads;
using Plumbline.Testing.Torch;
using Plumbline.Training.Loop;
using Plumbline.Training.Rewards;

namespace Plumbline.Training.Tests.Rewards;

[NoTensorLeaks]
public sealed class RewardEnsembleTests
{
    private static readonly TrainingOptions Options = new() { MicroBatchTokens = 60, Precision = Precision.Fp32 };

    [Fact]
    public void Mean_deviation_pessimism_and_disagreement_follow_their_definitions()
    {
        var scores = new EnsembleScores([
            [1, 0.5],
            [2, 4],
            [6, 0],
        ]);

        Assert.Equal((3, 2), (scores.Members, scores.Count));
        Assert.Equal(3, scores.Mean(0), 1e-12);
        // Deviations −2, −1 and 3: √(14/2).
        Assert.Equal(Math.Sqrt(7), scores.Deviation(0), 1e-12);
        Assert.Equal(3 - (0.5 * Math.Sqrt(7)), scores.Pessimistic(0, 0.5), 1e-12);
        // Leads 0.5, −2 and 6 about their mean of 1.5: −1, −3.5 and 4.5.
        Assert.Equal(Math.Sqrt((1 + 12.25 + 20.25) / 2), scores.Disagreement(0, 1), 1e-12);
        Assert.True(scores.IsDisputed(0, 1));
        Assert.False(
            new EnsembleScores([
                [1, 0],
                [2, 2],
            ]).IsDisputed(0, 1)
        );
        Assert.Equal(
            0,
            new EnsembleScores([
                [1, 2],
            ]).Deviation(0)
        );
        Assert.Throws<ArgumentException>(() => new EnsembleScores([]));
        Assert.Throws<ArgumentException>(() =>
            new EnsembleScores([
                [1],
                [1, 2],
            ])
        );
    }

    [Fact]
    public void Members_are_scored_on_their_own_scales()
    {
        using var first = RewardSamples.Model(1);
        using var second = RewardSamples.Model(7);
        var rankings = RewardSamples.Rankings(6, answers: 3);
        (first.Scale, second.Scale) = (new ScoreScale(1, 2), new ScoreScale(-0.5, 0.25));
        var done = new List<int>();

        var scores = new RewardEnsemble([first, second]).Score(rankings, Options, done.Add);

        var ids = rankings.SelectMany(list => list.Answers).Select(answer => answer.Ids).ToArray();
        Assert.Equal(ids.Length, scores.Count);
        for (var answer = 0; answer < ids.Length; answer++)
        {
            Assert.Equal((RewardObjectiveTests.Alone(first, ids[answer]) - 1) / 2, scores.Of(0, answer), 1e-4);
            Assert.Equal((RewardObjectiveTests.Alone(second, ids[answer]) + 0.5) / 0.25, scores.Of(1, answer), 1e-4);
        }

        Assert.Equal(12, done[^1]);
        Assert.Equal(done.Order(), done);
    }

    [Fact]
    public void An_ensemble_of_nobody_and_one_of_which_only_some_have_a_scale_are_refused()
    {
        using var first = RewardSamples.Model(1);
        using var second = RewardSamples.Model(2);
        first.Scale = new ScoreScale(0, 1);

        Assert.Throws<InvalidInputException>(() => new RewardEnsemble([]));
        Assert.Throws<InvalidInputException>(() => new RewardEnsemble([first, second]));
    }

    [Fact]
    public void Scoring_stops_between_passes_when_it_is_cancelled()
    {
        using var model = RewardSamples.Model();
        using var cancellation = new CancellationTokenSource();
        var lists = 0;

        Assert.Throws<OperationCanceledException>(() =>
            RewardEvaluation.Score(
                model,
                RewardSamples.Rankings(12, answers: 2),
                Options,
                done =>
                {
                    lists = done;
                    cancellation.Cancel();
                },
                cancellation.Token
            )
        );

        Assert.InRange(lists, 1, 11);
    }
}
