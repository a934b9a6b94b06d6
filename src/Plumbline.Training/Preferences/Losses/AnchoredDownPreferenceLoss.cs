using Plumbline.Torch.Functions;
using static TorchSharp.torch;

namespace Plumbline.Training.Preferences.Losses;

/// <summary>Anchored preference optimisation for chosen answers that are worse than the model's own: both down, rejected further.</summary>
public static class AnchoredDownPreferenceLoss
{
    /// <summary>The loss of each pair: σ(βc) + 1 − σ(βΔ).</summary>
    /// <param name="pairs">Log-probabilities, [pairs].</param>
    /// <param name="options">β and the divergence.</param>
    /// <returns>[pairs], differentiable.</returns>
    /// <exception cref="InvalidInputException">There is no reference.</exception>
    [PreferenceLoss(
        "apo_down",
        Formula = "σ(βc) + 1 − σ(βΔ)",
        Paper = "APO, arXiv 2408.06266",
        Reads = [
            nameof(PreferenceLossOptions.Beta),
            nameof(PreferenceLossOptions.FDivergenceType),
            nameof(PreferenceLossOptions.FAlphaDivergenceCoef),
        ],
        NeedsReference = true
    )]
    public static Tensor Of(PairLogProbabilities pairs, PreferenceLossOptions options)
    {
        return pairs.ChosenRatio(options).Times(options.Beta).sigmoid() + pairs.Margin(options).Times(-options.Beta).sigmoid();
    }
}
