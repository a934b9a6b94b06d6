using Plumbline.Torch.Functions;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Training.Preferences.Losses;

/// <summary>
/// Exploratory preference optimisation: DPO on pairs of a policy's answer and a reference's, less likelihood for what the reference says anyway. The reference's
/// answer, chosen or rejected, stands as the pair's gold answer too.
/// </summary>
public static class ExploratoryPreferenceLoss
{
    /// <summary>The loss of each pair: −log σ(βΔ) + α·log π(y_ref).</summary>
    /// <param name="pairs">Log-probabilities, [pairs].</param>
    /// <param name="options">β, the divergence, and the weight α.</param>
    /// <returns>[pairs], differentiable.</returns>
    /// <exception cref="InvalidInputException">There is no reference, or no third answer.</exception>
    [PreferenceLoss(
        "xpo",
        Formula = "−log σ(βΔ) + α·log π(y_ref), y_ref the reference's answer of the two",
        Paper = "XPO, arXiv 2405.21046",
        Reads = [
            nameof(PreferenceLossOptions.Beta),
            nameof(PreferenceLossOptions.FDivergenceType),
            nameof(PreferenceLossOptions.FAlphaDivergenceCoef),
            nameof(PreferenceLossOptions.XpoAlpha),
        ],
        NeedsReference = true,
        NeedsGold = true
    )]
    public static Tensor Of(PairLogProbabilities pairs, PreferenceLossOptions options) =>
        -F.logsigmoid(pairs.Margin(options).Times(options.Beta)) + pairs.GoldSum.Times(options.XpoAlpha);
}
