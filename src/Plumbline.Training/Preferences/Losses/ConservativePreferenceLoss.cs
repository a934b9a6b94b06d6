using Plumbline.Torch.Functions;
using static TorchSharp.torch;

namespace Plumbline.Training.Preferences.Losses;

/// <summary>Direct preference optimisation where a share ε of the labels is wrong: the margin stops growing once the pair is as likely as its label.</summary>
public static class ConservativePreferenceLoss
{
    /// <summary>The loss of each pair: −(1−ε)·log σ(βΔ) − ε·log σ(−βΔ).</summary>
    /// <param name="pairs">Log-probabilities, [pairs].</param>
    /// <param name="options">β and ε and the divergence.</param>
    /// <returns>[pairs], differentiable.</returns>
    /// <exception cref="InvalidInputException">There is no reference.</exception>
    [PreferenceLoss(
        "cdpo",
        Formula = "−(1−ε)·log σ(βΔ) − ε·log σ(−βΔ)",
        Paper = "conservative DPO, E. Mitchell 2023, A note on DPO with noisy preferences",
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
        return LabelSmoothing.Of(pairs.Margin(options).Times(options.Beta), options.LabelSmoothing);
    }
}
