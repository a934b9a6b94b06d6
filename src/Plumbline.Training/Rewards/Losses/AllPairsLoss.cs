using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Training.Rewards.Losses;

/// <summary>All pairs of a ranked list under Bradley and Terry, every list with the same weight however long it is. Tied pairs are left out and not counted.</summary>
public static class AllPairsLoss
{
    /// <summary>The loss of each list: the mean of −log σ(s_i − s_j) over its pairs i above j, + c·(2·mean score)².</summary>
    /// <param name="answers">Ranked lists.</param>
    /// <param name="options">c.</param>
    /// <returns>[lists], differentiable; 0 (and c's term) where all answers are tied.</returns>
    [RewardLoss(
        "all_pairs",
        Formula = "−1/C(K,2)·Σ_{i above j} log σ(s_i − s_j) + c·(2·mean s)²",
        Paper = "InstructGPT, arXiv 2203.02155, equation 1",
        Reads = [nameof(RewardLossOptions.CenterRewardsCoefficient)],
        TakesLists = true
    )]
    public static Tensor Of(RankedScores answers, RewardLossOptions options)
    {
        var pairs = answers.Checked().Rankings.Ordered();
        var losses = -F.logsigmoid(pairs.Differences(answers.Scores));
        return Centering.Add(ListMeans.Of(losses, pairs.Lists, answers), answers, options);
    }
}
