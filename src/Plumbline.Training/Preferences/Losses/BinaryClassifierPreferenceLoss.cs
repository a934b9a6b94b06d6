using Plumbline.Torch.Functions;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Training.Preferences.Losses;

/// <summary>Binary classifier optimisation on pairs: good and bad answers each for themselves.</summary>
public static class BinaryClassifierPreferenceLoss
{
    /// <summary>The loss of each pair: −log σ(βc) − log σ(−βr).</summary>
    /// <param name="pairs">Log-probabilities, [pairs].</param>
    /// <param name="options">β and the divergence.</param>
    /// <returns>[pairs], differentiable.</returns>
    /// <exception cref="InvalidInputException">There is no reference.</exception>
    [PreferenceLoss(
        "bco_pair",
        Formula = "−log σ(βc) − log σ(−βr)",
        Paper = "BCO, arXiv 2404.04656, without the shift δ",
        Reads = [
            nameof(PreferenceLossOptions.Beta),
            nameof(PreferenceLossOptions.FDivergenceType),
            nameof(PreferenceLossOptions.FAlphaDivergenceCoef),
        ],
        NeedsReference = true
    )]
    public static Tensor Of(PairLogProbabilities pairs, PreferenceLossOptions options)
    {
        return -F.logsigmoid(pairs.ChosenRatio(options).Times(options.Beta))
            - F.logsigmoid(pairs.RejectedRatio(options).Times(-options.Beta));
    }
}
