using Plumbline.Torch.Functions;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Training.Preferences.Losses;

/// <summary>Triple preference optimisation: a pair without a reference, and the cross-entropy of a third, gold answer, averaged over its tokens.</summary>
public static class TriplePreferenceLoss
{
    /// <summary>The loss of each pair: −log σ(β·(log π_c − log π_r)) − α·log π_gold/n_gold.</summary>
    /// <param name="pairs">Log-probabilities, [pairs].</param>
    /// <param name="options">β and the weight α.</param>
    /// <returns>[pairs], differentiable.</returns>
    /// <exception cref="InvalidInputException">There are no gold answers.</exception>
    [PreferenceLoss(
        "tpo",
        Formula = "−log σ(β·(log π_c − log π_r)) − α·log π_gold/n_gold",
        Paper = "TPO, arXiv 2405.16681",
        Reads = [nameof(PreferenceLossOptions.Beta), nameof(PreferenceLossOptions.TpoAlpha)],
        NeedsGold = true
    )]
    public static Tensor Of(PairLogProbabilities pairs, PreferenceLossOptions options)
    {
        return -F.logsigmoid(pairs.PolicyMargin.Times(options.Beta)) - pairs.GoldAverage.Times(options.TpoAlpha);
    }
}
