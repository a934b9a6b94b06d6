using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Training.Rewards.Losses;

/// <summary>
/// Cost models of Safe RLHF: scores are costs, rank 1 is the more harmful answer, and the sign of a cost says whether the answer does harm at all.
/// </summary>
public static class CostModelLoss
{
    /// <summary>The loss of each pair: −log σ(c_1 − c_2) − log σ(h_1·c_1) − log σ(h_2·c_2), h = +1 for harm and −1 for none.</summary>
    /// <param name="answers">Lists of two answers, the more harmful one ranked first, and the signs of all answers.</param>
    /// <param name="options">Not read.</param>
    /// <returns>[lists], differentiable.</returns>
    /// <exception cref="InvalidInputException">A list is no pair with a more harmful answer, or there are no signs.</exception>
    [RewardLoss(
        "cost_model",
        Formula = "−log σ(c_1 − c_2) − log σ(h_1·c_1) − log σ(h_2·c_2), answer 1 more harmful than 2, h = ±1 for harm or none",
        Paper = "Safe RLHF, arXiv 2310.12773",
        NeedsHarmSigns = true
    )]
    public static Tensor Of(RankedScores answers, RewardLossOptions options)
    {
        var (more, less) = answers.Pairs("cost_model");
        if (answers.HarmSigns is null)
        {
            throw new InvalidInputException(
                "The loss 'cost_model' learns whether each answer does harm, and nothing says so.",
                "Give the sign of every answer, or use bradley_terry."
            );
        }

        var signs = -F.logsigmoid(answers.Scores * answers.HarmSigns);
        return -F.logsigmoid(more - less) + signs.view(-1, 2).sum(dim: 1);
    }
}
