using Plumbline.Torch.Functions;
using static TorchSharp.torch;

namespace Plumbline.Training.Preferences.Losses;

/// <summary>Contrastive preference optimisation: no reference; the cross-entropy of the chosen answers, of weight 1, holds the policy instead.</summary>
public static class ContrastivePreferenceLoss
{
    /// <summary>The loss of each pair: −(1−ε)·log σ(βm) − ε·log σ(−βm), m = log π_c − log π_r.</summary>
    /// <param name="pairs">Log-probabilities, [pairs].</param>
    /// <param name="options">β and ε.</param>
    /// <returns>[pairs], differentiable.</returns>
    [PreferenceLoss(
        "cpo",
        Formula = "−(1−ε)·log σ(βm) − ε·log σ(−βm), m = log π_c − log π_r",
        Paper = "CPO, arXiv 2401.08417",
        Reads = [nameof(PreferenceLossOptions.Beta), nameof(PreferenceLossOptions.LabelSmoothing)],
        SftWeight = 1
    )]
    public static Tensor Of(PairLogProbabilities pairs, PreferenceLossOptions options)
    {
        return LabelSmoothing.Of(pairs.PolicyMargin.Times(options.Beta), options.LabelSmoothing);
    }
}
