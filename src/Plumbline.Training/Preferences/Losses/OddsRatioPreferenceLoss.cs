using Plumbline.Torch.Functions;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Training.Preferences.Losses;

/// <summary>Odds ratio preference optimisation: a penalty on the odds ratio beside the cross-entropy of the chosen answers, which has weight 1. No reference.</summary>
public static class OddsRatioPreferenceLoss
{
    /// <summary>The loss of each pair: −β·log σ(logit(a_c) − logit(a_r)), a = exp(log π/n).</summary>
    /// <param name="pairs">Log-probabilities, [pairs].</param>
    /// <param name="options">β.</param>
    /// <returns>[pairs], differentiable.</returns>
    [PreferenceLoss(
        "orpo",
        Formula = "−β·log σ(logit(a_c) − logit(a_r)), a = exp(log π/n)",
        Paper = "ORPO, arXiv 2403.07691",
        Reads = [nameof(PreferenceLossOptions.Beta)],
        SftWeight = 1
    )]
    public static Tensor Of(PairLogProbabilities pairs, PreferenceLossOptions options)
    {
        return F.logsigmoid(LogOdds(pairs.ChosenAverage) - LogOdds(pairs.RejectedAverage)).Times(-options.Beta);
    }

    /// <summary>
    /// log(p/(1−p)) of p = e^a. log(−expm1(a)) is exact for a near 0, where log1p(−e^a) loses everything, and off by one rounding of 1 elsewhere. a = 0 (an answer of
    /// probability 1 after rounding) is taken for the next thing to it, or the odds would be infinite.
    /// </summary>
    private static Tensor LogOdds(Tensor average)
    {
        using var certain = (-1e-7).ToScalar();
        var bounded = average.clamp_max(certain);
        return bounded - (-bounded.expm1()).log();
    }
}
