using Plumbline.Torch.Functions;
using static TorchSharp.torch;

namespace Plumbline.Training.Preferences.Losses;

/// <summary>Self-play preference optimisation: regresses each ratio on its own target.</summary>
public static class SelfPlayPreferenceLoss
{
    /// <summary>The loss of each pair: (c − 1/(2β))² + (r + 1/(2β))².</summary>
    /// <param name="pairs">Log-probabilities, [pairs].</param>
    /// <param name="options">β and the divergence.</param>
    /// <returns>[pairs], differentiable.</returns>
    /// <exception cref="InvalidInputException">There is no reference.</exception>
    [PreferenceLoss(
        "sppo_hard",
        Formula = "(c − 1/(2β))² + (r + 1/(2β))²",
        Paper = "SPPO, arXiv 2405.00675, with winning probabilities of 1 and 0",
        Reads = [
            nameof(PreferenceLossOptions.Beta),
            nameof(PreferenceLossOptions.FDivergenceType),
            nameof(PreferenceLossOptions.FAlphaDivergenceCoef),
        ],
        NeedsReference = true
    )]
    public static Tensor Of(PairLogProbabilities pairs, PreferenceLossOptions options)
    {
        var target = 1 / (2 * options.Beta);
        return pairs.ChosenRatio(options).Plus(-target).square() + pairs.RejectedRatio(options).Plus(target).square();
    }
}
