using Plumbline.Torch.Functions;
using static TorchSharp.torch;

namespace Plumbline.Training.Preferences.Losses;

/// <summary>Identity preference optimisation: regresses the margin on a fixed gap, so that certain preferences do not push it to infinity.</summary>
/// <remarks>The paper sums over tokens; averages (as TRL does) keep long answers from dominating.</remarks>
public static class IdentityPreferenceLoss
{
    /// <summary>The loss of each pair: (c/n_c − r/n_r − 1/(2β))².</summary>
    /// <param name="pairs">Log-probabilities, [pairs].</param>
    /// <param name="options">β and the divergence.</param>
    /// <returns>[pairs], differentiable.</returns>
    /// <exception cref="InvalidInputException">There is no reference.</exception>
    [PreferenceLoss(
        "ipo",
        Formula = "(c/n_c − r/n_r − 1/(2β))²",
        Paper = "IPO, arXiv 2310.12036, on averages over tokens",
        Reads = [
            nameof(PreferenceLossOptions.Beta),
            nameof(PreferenceLossOptions.FDivergenceType),
            nameof(PreferenceLossOptions.FAlphaDivergenceCoef),
        ],
        NeedsReference = true
    )]
    public static Tensor Of(PairLogProbabilities pairs, PreferenceLossOptions options)
    {
        return pairs.AverageMargin(options).Plus(-1 / (2 * options.Beta)).square();
    }
}
