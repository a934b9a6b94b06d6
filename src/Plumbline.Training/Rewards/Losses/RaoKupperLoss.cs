using Plumbline.Torch.Functions;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Training.Rewards.Losses;

/// <summary>
/// Rao and Kupper: raters see no difference below a threshold log θ. P(i above j) = π_i/(π_i + θπ_j), P(tie) = (θ²−1)·π_iπ_j/((π_i + θπ_j)·(θπ_i + π_j)), π = e^s;
/// θ = 1 is Bradley and Terry's model.
/// </summary>
public static class RaoKupperLoss
{
    /// <summary>The loss of each list: the mean over its pairs of −log P(what was said of the pair), + c·(2·mean score)².</summary>
    /// <param name="answers">Ranked lists.</param>
    /// <param name="options">θ and c.</param>
    /// <returns>[lists], differentiable.</returns>
    /// <exception cref="InvalidInputException">There are ties and θ says that there are none.</exception>
    [RewardLoss(
        "rao_kupper",
        Formula = "−log σ(s_i − s_j − log θ) for i above j; −log(θ²−1) − log σ(d − log θ) − log σ(−d − log θ), d = s_i − s_j, for a tie; mean over a list's pairs",
        Paper = "Rao and Kupper, Journal of the American Statistical Association 62 (1967) 194-204",
        Reads = [nameof(RewardLossOptions.RaoKupperTheta), nameof(RewardLossOptions.CenterRewardsCoefficient)],
        TakesLists = true,
        LearnsFromTies = true
    )]
    public static Tensor Of(RankedScores answers, RewardLossOptions options)
    {
        var (ordered, tied) = (answers.Checked().Rankings.Ordered(), answers.Rankings.Tied());
        if (tied.First.Length > 0 && options.RaoKupperTheta <= 1)
        {
            throw new InvalidInputException(
                "There are ties, and rao_kupper_theta = 1 says that there are none.",
                "Set rao_kupper_theta above 1; 2 takes a third of equally good pairs for ties."
            );
        }

        var theta = tensor(options.RaoKupperTheta, answers.Scores.dtype, answers.Scores.device);
        var wins = -LogProbabilities(ordered.Differences(answers.Scores), theta).Win;
        var losses = tied.First.Length == 0 ? wins : cat([wins, -LogProbabilities(tied.Differences(answers.Scores), theta).Tie]);
        return Centering.Add(ListMeans.Of(losses, [.. ordered.Lists, .. tied.Lists], answers), answers, options);
    }

    /// <summary>The logarithms of the probabilities that the first of two answers is put above the second, and that they tie.</summary>
    /// <param name="difference">Score of the first less that of the second, any shape.</param>
    /// <param name="theta">θ, a scalar of at least 1; may be learnt.</param>
    /// <returns>Of the shape of the differences, differentiable.</returns>
    public static (Tensor Win, Tensor Tie) LogProbabilities(Tensor difference, Tensor theta)
    {
        var threshold = theta.log();
        var win = F.logsigmoid(difference - threshold);
        return (win, (theta.square().Plus(-1)).log() + win + F.logsigmoid(-difference - threshold));
    }
}
