using Plumbline.Torch.Functions;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Training.Preferences.Losses;

/// <summary>Unbiased where labels are flipped with the known probability ε: in expectation over the flips it is the loss of the true labels.</summary>
public static class RobustPreferenceLoss
{
    /// <summary>The loss of each pair: [−(1−ε)·log σ(βΔ) + ε·log σ(−βΔ)] / (1−2ε).</summary>
    /// <param name="pairs">Log-probabilities, [pairs].</param>
    /// <param name="options">β and ε and the divergence.</param>
    /// <returns>[pairs], differentiable.</returns>
    /// <exception cref="InvalidInputException">There is no reference.</exception>
    [PreferenceLoss(
        "robust",
        Formula = "[−(1−ε)·log σ(βΔ) + ε·log σ(−βΔ)] / (1−2ε)",
        Paper = "rDPO, arXiv 2403.00409",
        Reads = [
            nameof(PreferenceLossOptions.Beta),
            nameof(PreferenceLossOptions.LabelSmoothing),
            nameof(PreferenceLossOptions.FDivergenceType),
            nameof(PreferenceLossOptions.FAlphaDivergenceCoef),
        ],
        NeedsReference = true
    )]
    public static Tensor Of(PairLogProbabilities pairs, PreferenceLossOptions options)
    {
        var margin = pairs.Margin(options).Times(options.Beta);
        var smoothing = options.LabelSmoothing;
        return (F.logsigmoid(-margin).Times(smoothing) - F.logsigmoid(margin).Times(1 - smoothing)).Over(1 - 2 * smoothing);
    }
}
