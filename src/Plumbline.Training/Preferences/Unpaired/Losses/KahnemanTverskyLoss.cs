using Plumbline.Torch.Functions;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training.Preferences.Unpaired.Losses;

/// <summary>Kahneman-Tversky optimisation: good and bad answers are gains and losses against how far the policy is from its reference on average.</summary>
public static class KahnemanTverskyLoss
{
    /// <summary>The loss of each answer: λ·(1 − σ(±β·(s − z))), + for good answers and − for bad ones, z = max(0, KL) without gradient.</summary>
    /// <param name="answers">Log-probabilities, [answers].</param>
    /// <param name="options">β and the weights λ.</param>
    /// <returns>[answers], differentiable.</returns>
    [UnpairedLoss(
        "kto",
        Formula = "λ·(1 − σ(±β·(s − z))), + for good answers, − for bad ones, z = max(0, KL)",
        Paper = "KTO, arXiv 2402.01306",
        Reads = [
            nameof(UnpairedLossOptions.Beta),
            nameof(UnpairedLossOptions.DesirableWeight),
            nameof(UnpairedLossOptions.UndesirableWeight),
        ],
        NeedsKl = true
    )]
    public static Tensor Of(UnpairedLogProbabilities answers, UnpairedLossOptions options)
    {
        using var zero = 0.ToScalar();
        var anchored = (answers.Ratio - answers.Kl.detach().clamp_min(zero)).Times(options.Beta);
        return DesirableWeights.Apply(answers, options, (-anchored).sigmoid(), anchored.sigmoid());
    }
}
