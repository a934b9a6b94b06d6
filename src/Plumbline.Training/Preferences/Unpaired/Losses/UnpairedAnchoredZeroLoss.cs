using Plumbline.Torch.Functions;
using static TorchSharp.torch;

namespace Plumbline.Training.Preferences.Unpaired.Losses;

/// <summary>Anchored preference optimisation of answers judged each for itself: good ones up and bad ones down from the reference, no estimate of the divergence.</summary>
public static class UnpairedAnchoredZeroLoss
{
    /// <summary>The loss of each answer: λ·(1 − σ(βs)) for good answers, λ·σ(βs) for bad ones.</summary>
    /// <param name="answers">Log-probabilities, [answers].</param>
    /// <param name="options">β and the weights λ.</param>
    /// <returns>[answers], differentiable.</returns>
    [UnpairedLoss(
        "apo_zero_unpaired",
        Formula = "λ·(1 − σ(βs)) for good answers, λ·σ(βs) for bad ones",
        Paper = "APO, arXiv 2408.06266",
        Reads = [
            nameof(UnpairedLossOptions.Beta),
            nameof(UnpairedLossOptions.DesirableWeight),
            nameof(UnpairedLossOptions.UndesirableWeight),
        ]
    )]
    public static Tensor Of(UnpairedLogProbabilities answers, UnpairedLossOptions options)
    {
        var reward = answers.Ratio.Times(options.Beta);
        return DesirableWeights.Apply(answers, options, (-reward).sigmoid(), reward.sigmoid());
    }
}
