using Plumbline.Torch.Functions;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Training.Preferences.Losses;

/// <summary>Direct preference optimisation on averages over tokens, so that length is no way to a margin.</summary>
public static class NormalizedPreferenceLoss
{
    /// <summary>The loss of each pair: −log σ(β·(c/n_c − r/n_r)).</summary>
    /// <param name="pairs">Log-probabilities, [pairs].</param>
    /// <param name="options">β and the divergence.</param>
    /// <returns>[pairs], differentiable.</returns>
    /// <exception cref="InvalidInputException">There is no reference.</exception>
    [PreferenceLoss(
        "sigmoid_norm",
        Formula = "−log σ(β·(c/n_c − r/n_r))",
        Paper = "Tülu 3, arXiv 2411.15124",
        Reads = [
            nameof(PreferenceLossOptions.Beta),
            nameof(PreferenceLossOptions.FDivergenceType),
            nameof(PreferenceLossOptions.FAlphaDivergenceCoef),
        ],
        NeedsReference = true
    )]
    public static Tensor Of(PairLogProbabilities pairs, PreferenceLossOptions options)
    {
        return -F.logsigmoid(pairs.AverageMargin(options).Times(options.Beta));
    }
}
