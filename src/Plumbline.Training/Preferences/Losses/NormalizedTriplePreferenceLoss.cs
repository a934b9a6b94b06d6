using Plumbline.Torch.Functions;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Training.Preferences.Losses;

/// <summary>Triple preference optimisation on averages over tokens, with a margin.</summary>
public static class NormalizedTriplePreferenceLoss
{
    /// <summary>The loss of each pair: −log σ(β·(log π_c/n_c − log π_r/n_r) − γ) − α·log π_gold/n_gold.</summary>
    /// <param name="pairs">Log-probabilities, [pairs].</param>
    /// <param name="options">β and γ and the weight α.</param>
    /// <returns>[pairs], differentiable.</returns>
    /// <exception cref="InvalidInputException">There are no gold answers.</exception>
    [PreferenceLoss(
        "tpo_l",
        Formula = "−log σ(β·(log π_c/n_c − log π_r/n_r) − γ) − α·log π_gold/n_gold",
        Paper = "TPO-L, arXiv 2405.16681",
        Reads = [nameof(PreferenceLossOptions.Beta), nameof(PreferenceLossOptions.Gamma), nameof(PreferenceLossOptions.TpoAlpha)],
        NeedsGold = true
    )]
    public static Tensor Of(PairLogProbabilities pairs, PreferenceLossOptions options)
    {
        var margin = (pairs.ChosenAverage - pairs.RejectedAverage).Times(options.Beta).Plus(-options.Gamma);
        return -F.logsigmoid(margin) - pairs.GoldAverage.Times(options.TpoAlpha);
    }
}
