using Plumbline.Torch.Functions;
using static TorchSharp.torch;

namespace Plumbline.Training.Preferences.Losses;

/// <summary>A margin of 1 is enough, and no pair pulls further.</summary>
public static class HingePreferenceLoss
{
    /// <summary>The loss of each pair: max(0, 1 − βΔ).</summary>
    /// <param name="pairs">Log-probabilities, [pairs].</param>
    /// <param name="options">β and the divergence.</param>
    /// <returns>[pairs], differentiable.</returns>
    /// <exception cref="InvalidInputException">There is no reference.</exception>
    [PreferenceLoss(
        "hinge",
        Formula = "max(0, 1 − βΔ)",
        Paper = "SLiC-HF, arXiv 2305.10425; on ratios: RSO, arXiv 2309.06657",
        Reads = [
            nameof(PreferenceLossOptions.Beta),
            nameof(PreferenceLossOptions.FDivergenceType),
            nameof(PreferenceLossOptions.FAlphaDivergenceCoef),
        ],
        NeedsReference = true
    )]
    public static Tensor Of(PairLogProbabilities pairs, PreferenceLossOptions options)
    {
        return pairs.Margin(options).Times(-options.Beta).Plus(1).relu();
    }
}
