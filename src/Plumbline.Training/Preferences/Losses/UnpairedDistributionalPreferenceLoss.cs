using Plumbline.Torch.Functions;
using static TorchSharp.torch;

namespace Plumbline.Training.Preferences.Losses;

/// <summary>Alignment by optimal transport where chosen and rejected answers do not belong together: the ratios of the ones should dominate those of the others, quantile by quantile.</summary>
/// <remarks>Sorted over all pairs given; the values belong to quantiles, not to pairs.</remarks>
public static class UnpairedDistributionalPreferenceLoss
{
    /// <summary>The loss of each pair: −(1−ε)·log σ(βδ) − ε·log σ(−βδ), δ = sort(c) − sort(r).</summary>
    /// <param name="pairs">Log-probabilities, [pairs].</param>
    /// <param name="options">β and ε and the divergence.</param>
    /// <returns>[pairs], differentiable.</returns>
    /// <exception cref="InvalidInputException">There is no reference.</exception>
    [PreferenceLoss(
        "aot_unpaired",
        Formula = "−(1−ε)·log σ(βδ) − ε·log σ(−βδ), δ = sort(c) − sort(r)",
        Paper = "AOT, arXiv 2406.05882, unpaired",
        Reads = [
            nameof(PreferenceLossOptions.Beta),
            nameof(PreferenceLossOptions.LabelSmoothing),
            nameof(PreferenceLossOptions.FDivergenceType),
            nameof(PreferenceLossOptions.FAlphaDivergenceCoef),
        ],
        NeedsReference = true,
        WholeBatch = true
    )]
    public static Tensor Of(PairLogProbabilities pairs, PreferenceLossOptions options)
    {
        var margin =
            DistributionalPreferenceLoss.Sorted(pairs.ChosenRatio(options))
            - DistributionalPreferenceLoss.Sorted(pairs.RejectedRatio(options));
        return LabelSmoothing.Of(margin.Times(options.Beta), options.LabelSmoothing);
    }
}
