using Plumbline.Torch.Functions;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Training.Preferences.Unpaired.Losses;

/// <summary>Binary classifier optimisation: tells good answers from bad ones by their reward, less the mean reward δ.</summary>
public static class BinaryClassifierLoss
{
    /// <summary>The loss of each answer: −λ·log σ(±(βs − δ)), + for good answers and − for bad ones.</summary>
    /// <param name="answers">Log-probabilities, [answers], and δ.</param>
    /// <param name="options">β and the weights λ.</param>
    /// <returns>[answers], differentiable.</returns>
    [UnpairedLoss(
        "bco",
        Formula = "−λ·log σ(±(βs − δ)), + for good answers, − for bad ones, δ the mean reward so far",
        Paper = "BCO, arXiv 2404.04656",
        Reads = [
            nameof(UnpairedLossOptions.Beta),
            nameof(UnpairedLossOptions.DesirableWeight),
            nameof(UnpairedLossOptions.UndesirableWeight),
        ],
        NeedsShift = true
    )]
    public static Tensor Of(UnpairedLogProbabilities answers, UnpairedLossOptions options)
    {
        var reward = answers.Ratio.Times(options.Beta).Plus(-answers.Shift);
        return DesirableWeights.Apply(answers, options, -F.logsigmoid(reward), -F.logsigmoid(-reward));
    }
}
