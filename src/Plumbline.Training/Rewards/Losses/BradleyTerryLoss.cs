using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Training.Rewards.Losses;

/// <summary>Bradley and Terry: P(better wins) = σ(s_b − s_w). A margin says by how much it should at least.</summary>
public static class BradleyTerryLoss
{
    /// <summary>The loss of each pair: −log σ(s_b − s_w − m) + c·(s_b + s_w)².</summary>
    /// <param name="answers">Lists of two answers, not tied; margins m if there are any.</param>
    /// <param name="options">c.</param>
    /// <returns>[lists], differentiable.</returns>
    /// <exception cref="InvalidInputException">A list is no pair with a better answer.</exception>
    [RewardLoss(
        "bradley_terry",
        Formula = "−log σ(s_b − s_w − m) + c·(s_b + s_w)²",
        Paper = "Bradley and Terry, Biometrika 39 (1952); margins: Llama 2, arXiv 2307.09288; c: arXiv 2312.09244",
        Reads = [nameof(RewardLossOptions.CenterRewardsCoefficient)]
    )]
    public static Tensor Of(RankedScores answers, RewardLossOptions options)
    {
        var (better, worse) = answers.Pairs("bradley_terry");
        var lead = answers.Margins is null ? better - worse : better - worse - answers.Margins;
        return Centering.Add(-F.logsigmoid(lead), answers, options);
    }
}
