using Plumbline.Torch.Functions;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Training.Preferences.Losses;

/// <summary>The log-ratio modulated loss that a language model found: logistic where the pair is wrong, exponential where it is right.</summary>
public static class DiscoveredPreferenceLoss
{
    /// <summary>The loss of each pair: (1−w)·(−log σ(βΔ)) + w·e^(−βΔ), w = σ(βΔ/τ).</summary>
    /// <param name="pairs">Log-probabilities, [pairs].</param>
    /// <param name="options">β and τ and the divergence.</param>
    /// <returns>[pairs], differentiable.</returns>
    /// <exception cref="InvalidInputException">There is no reference.</exception>
    [PreferenceLoss(
        "discopop",
        Formula = "(1−w)·(−log σ(βΔ)) + w·e^(−βΔ), w = σ(βΔ/τ)",
        Paper = "DiscoPOP, arXiv 2406.08414",
        Reads = [
            nameof(PreferenceLossOptions.Beta),
            nameof(PreferenceLossOptions.DiscopopTau),
            nameof(PreferenceLossOptions.FDivergenceType),
            nameof(PreferenceLossOptions.FAlphaDivergenceCoef),
        ],
        NeedsReference = true
    )]
    public static Tensor Of(PairLogProbabilities pairs, PreferenceLossOptions options)
    {
        var margin = pairs.Margin(options).Times(options.Beta);
        var sharpened = margin.Over(options.DiscopopTau);
        // One exponential of the sum: e^(−βΔ) alone overflows just where its weight vanishes.
        return (F.logsigmoid(sharpened) - margin).exp() - (-sharpened).sigmoid() * F.logsigmoid(margin);
    }
}
