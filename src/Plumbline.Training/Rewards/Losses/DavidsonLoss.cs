using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training.Rewards.Losses;

/// <summary>
/// Davidson: ties are as likely as the geometric mean of the two wins, times ν. P(i above j) = π_i/(π_i + π_j + ν√(π_iπ_j)), P(tie) = ν√(π_iπ_j)/(π_i + π_j + ν√(π_iπ_j)),
/// π = e^s; ν = 0 is Bradley and Terry's model.
/// </summary>
public static class DavidsonLoss
{
    /// <summary>The loss of each list: the mean over its pairs of −log P(what was said of the pair), + c·(2·mean score)².</summary>
    /// <param name="answers">Ranked lists.</param>
    /// <param name="options">ν and c.</param>
    /// <returns>[lists], differentiable.</returns>
    /// <exception cref="InvalidInputException">There are ties and ν says that there are none.</exception>
    [RewardLoss(
        "davidson",
        Formula = "log(e^(d/2) + e^(−d/2) + ν), d = s_i − s_j, less d/2 for i above j and log ν for a tie; mean over a list's pairs",
        Paper = "Davidson, Journal of the American Statistical Association 65 (1970) 317-328",
        Reads = [nameof(RewardLossOptions.DavidsonNu), nameof(RewardLossOptions.CenterRewardsCoefficient)],
        TakesLists = true,
        LearnsFromTies = true
    )]
    public static Tensor Of(RankedScores answers, RewardLossOptions options)
    {
        var (ordered, tied) = (answers.Checked().Rankings.Ordered(), answers.Rankings.Tied());
        if (tied.First.Length > 0 && options.DavidsonNu <= 0)
        {
            throw new InvalidInputException(
                "There are ties, and davidson_nu = 0 says that there are none.",
                "Set davidson_nu above 0; 1 takes a third of equally good pairs for ties."
            );
        }

        var logNu = tensor(Math.Log(options.DavidsonNu), answers.Scores.dtype, answers.Scores.device);
        var wins = -LogProbabilities(ordered.Differences(answers.Scores), logNu).Win;
        var losses = tied.First.Length == 0 ? wins : cat([wins, -LogProbabilities(tied.Differences(answers.Scores), logNu).Tie]);
        return Centering.Add(ListMeans.Of(losses, [.. ordered.Lists, .. tied.Lists], answers), answers, options);
    }

    /// <summary>The logarithms of the probabilities that the first of two answers is put above the second, and that they tie.</summary>
    /// <param name="difference">Score of the first less that of the second, [pairs].</param>
    /// <param name="logNu">log ν, a scalar, −∞ for no ties; may be learnt.</param>
    /// <returns>[pairs] each, differentiable.</returns>
    public static (Tensor Win, Tensor Tie) LogProbabilities(Tensor difference, Tensor logNu)
    {
        using var two = 2.ToScalar();
        var half = difference / two;
        var tie = logNu.expand(difference.shape);
        var all = stack([half, -half, tie], dim: -1).logsumexp(-1);
        return (half - all, tie - all);
    }
}
