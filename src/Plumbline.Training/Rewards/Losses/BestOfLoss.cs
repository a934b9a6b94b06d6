using static TorchSharp.torch;

namespace Plumbline.Training.Rewards.Losses;

/// <summary>The choice of the best of n answers, a softmax over their scores. What comes after the best is not looked at; of several best ones, any may be it.</summary>
public static class BestOfLoss
{
    /// <summary>The loss of each list: log Σ_i e^(s_i) − log Σ_{i best} e^(s_i) + c·(2·mean score)².</summary>
    /// <param name="answers">Ranked lists.</param>
    /// <param name="options">c.</param>
    /// <returns>[lists], differentiable.</returns>
    [RewardLoss(
        "best_of",
        Formula = "log Σ_i e^(s_i) − log Σ_{i best} e^(s_i) + c·(2·mean s)²",
        Paper = "Ziegler et al., arXiv 1909.08593, equation 1",
        Reads = [nameof(RewardLossOptions.CenterRewardsCoefficient)],
        TakesLists = true
    )]
    public static Tensor Of(RankedScores answers, RewardLossOptions options)
    {
        var lists = Enumerable.Range(0, answers.Checked().Rankings.Count).Select(answers.Rankings.Levels).ToArray();
        var all = ChoiceSets.LogSumExp(answers.Scores, [.. lists.Select(levels => levels.SelectMany(level => level).ToArray())]);
        var best = ChoiceSets.LogSumExp(answers.Scores, [.. lists.Select(levels => levels[0])]);
        return Centering.Add(all - best, answers, options);
    }
}
