using Plumbline.Torch.Functions;
using static TorchSharp.torch;

namespace Plumbline.Training.Preferences.Losses;

/// <summary>Simple preference optimisation: the average log-probability is the reward; no reference and no cross-entropy.</summary>
/// <remarks>The paper uses β from 2 to 10, far above the default of the other losses.</remarks>
public static class SimplePreferenceLoss
{
    /// <summary>The loss of each pair: −(1−ε)·log σ(m) − ε·log σ(−m), m = β·(log π_c/n_c − log π_r/n_r) − γ.</summary>
    /// <param name="pairs">Log-probabilities, [pairs].</param>
    /// <param name="options">β and γ and ε.</param>
    /// <returns>[pairs], differentiable.</returns>
    [PreferenceLoss(
        "simpo",
        Formula = "−(1−ε)·log σ(m) − ε·log σ(−m), m = β·(log π_c/n_c − log π_r/n_r) − γ",
        Paper = "SimPO, arXiv 2405.14734",
        Reads = [nameof(PreferenceLossOptions.Beta), nameof(PreferenceLossOptions.Gamma), nameof(PreferenceLossOptions.LabelSmoothing)]
    )]
    public static Tensor Of(PairLogProbabilities pairs, PreferenceLossOptions options)
    {
        var margin = (pairs.ChosenAverage - pairs.RejectedAverage).Times(options.Beta).Plus(-options.Gamma);
        return LabelSmoothing.Of(margin, options.LabelSmoothing);
    }
}
