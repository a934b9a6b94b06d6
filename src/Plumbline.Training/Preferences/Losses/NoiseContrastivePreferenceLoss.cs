using Plumbline.Torch.Functions;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Training.Preferences.Losses;

/// <summary>Noise contrastive alignment: holds the chosen answer's own likelihood instead of only its lead.</summary>
public static class NoiseContrastivePreferenceLoss
{
    /// <summary>The loss of each pair: −log σ(βc) − ½·log σ(−βc) − ½·log σ(−βr).</summary>
    /// <param name="pairs">Log-probabilities, [pairs].</param>
    /// <param name="options">β and the divergence.</param>
    /// <returns>[pairs], differentiable.</returns>
    /// <exception cref="InvalidInputException">There is no reference.</exception>
    [PreferenceLoss(
        "nca_pair",
        Formula = "−log σ(βc) − ½·log σ(−βc) − ½·log σ(−βr)",
        Paper = "NCA, arXiv 2402.05369",
        Reads = [
            nameof(PreferenceLossOptions.Beta),
            nameof(PreferenceLossOptions.FDivergenceType),
            nameof(PreferenceLossOptions.FAlphaDivergenceCoef),
        ],
        NeedsReference = true
    )]
    public static Tensor Of(PairLogProbabilities pairs, PreferenceLossOptions options)
    {
        var chosen = pairs.ChosenRatio(options).Times(options.Beta);
        var rejected = pairs.RejectedRatio(options).Times(options.Beta);
        return -F.logsigmoid(chosen) - (F.logsigmoid(-chosen) + F.logsigmoid(-rejected)).Times(0.5);
    }
}
