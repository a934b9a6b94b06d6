using Plumbline.Torch.Functions;
using static TorchSharp.torch;

namespace Plumbline.Training.Preferences.Losses;

/// <summary>Alignment by optimal transport: the distribution of the policy's margins should dominate that of the reference's, quantile by quantile.</summary>
/// <remarks>Sorted over all pairs given; the values belong to quantiles, not to pairs.</remarks>
public static class DistributionalPreferenceLoss
{
    /// <summary>The loss of each pair: −(1−ε)·log σ(βδ) − ε·log σ(−βδ), δ = sort(log π_c − log π_r) − sort(log ref_c − log ref_r).</summary>
    /// <param name="pairs">Log-probabilities, [pairs].</param>
    /// <param name="options">β and ε.</param>
    /// <returns>[pairs], differentiable.</returns>
    /// <exception cref="InvalidInputException">There is no reference.</exception>
    [PreferenceLoss(
        "aot",
        Formula = "−(1−ε)·log σ(βδ) − ε·log σ(−βδ), δ = sort(log π_c − log π_r) − sort(log ref_c − log ref_r)",
        Paper = "AOT, arXiv 2406.05882, paired",
        Reads = [nameof(PreferenceLossOptions.Beta), nameof(PreferenceLossOptions.LabelSmoothing)],
        NeedsReference = true,
        WholeBatch = true
    )]
    public static Tensor Of(PairLogProbabilities pairs, PreferenceLossOptions options)
    {
        var margin = Sorted(pairs.PolicyMargin) - Sorted(pairs.ReferenceMargin);
        return LabelSmoothing.Of(margin.Times(options.Beta), options.LabelSmoothing);
    }

    /// <summary>The values from small to large; the gradient finds its way back.</summary>
    internal static Tensor Sorted(Tensor values) => values.sort().Values;
}
