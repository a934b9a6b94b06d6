using Plumbline.Torch.Functions;
using static TorchSharp.torch;

namespace Plumbline.Training.Preferences.Losses;

/// <summary>Anchored preference optimisation for chosen answers that are better than the model's own: chosen up, rejected down.</summary>
public static class AnchoredZeroPreferenceLoss
{
    /// <summary>The loss of each pair: 1 − σ(βc) + σ(βr).</summary>
    /// <param name="pairs">Log-probabilities, [pairs].</param>
    /// <param name="options">β and the divergence.</param>
    /// <returns>[pairs], differentiable.</returns>
    /// <exception cref="InvalidInputException">There is no reference.</exception>
    [PreferenceLoss(
        "apo_zero",
        Formula = "1 − σ(βc) + σ(βr)",
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
        return pairs.ChosenRatio(options).Times(-options.Beta).sigmoid() + pairs.RejectedRatio(options).Times(options.Beta).sigmoid();
    }
}
