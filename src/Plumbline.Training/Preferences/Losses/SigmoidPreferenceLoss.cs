using Plumbline.Torch.Functions;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Training.Preferences.Losses;

/// <summary>Direct preference optimisation.</summary>
public static class SigmoidPreferenceLoss
{
    /// <summary>The loss of each pair: −log σ(βΔ).</summary>
    /// <param name="pairs">Log-probabilities, [pairs].</param>
    /// <param name="options">β and the divergence.</param>
    /// <returns>[pairs], differentiable.</returns>
    /// <exception cref="InvalidInputException">There is no reference.</exception>
    [PreferenceLoss(
        "sigmoid",
        Formula = "−log σ(βΔ)",
        Paper = "DPO, arXiv 2305.18290, equation 7",
        Reads = [
            nameof(PreferenceLossOptions.Beta),
            nameof(PreferenceLossOptions.FDivergenceType),
            nameof(PreferenceLossOptions.FAlphaDivergenceCoef),
        ],
        NeedsReference = true
    )]
    public static Tensor Of(PairLogProbabilities pairs, PreferenceLossOptions options)
    {
        return -F.logsigmoid(pairs.Margin(options).Times(options.Beta));
    }
}
