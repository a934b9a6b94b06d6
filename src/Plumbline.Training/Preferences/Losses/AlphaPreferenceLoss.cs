using Plumbline.Torch.Functions;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Training.Preferences.Losses;

/// <summary>SimPO with a reward whose shape α says how much unlikely answers count; α = 0 is SimPO.</summary>
public static class AlphaPreferenceLoss
{
    /// <summary>The loss of each pair: −log σ(β·(ρ_c − ρ_r) − γ), ρ = (1 − p^(−α))/α, p = exp(log π/n).</summary>
    /// <param name="pairs">Log-probabilities, [pairs].</param>
    /// <param name="options">β and γ and α.</param>
    /// <returns>[pairs], differentiable.</returns>
    [PreferenceLoss(
        "alphapo",
        Formula = "−log σ(β·(ρ_c − ρ_r) − γ), ρ = (1 − p^(−α))/α, p = exp(log π/n)",
        Paper = "AlphaPO, arXiv 2501.03884",
        Reads = [nameof(PreferenceLossOptions.Beta), nameof(PreferenceLossOptions.Gamma), nameof(PreferenceLossOptions.Alpha)]
    )]
    public static Tensor Of(PairLogProbabilities pairs, PreferenceLossOptions options)
    {
        var margin = Shape(pairs.ChosenAverage, options.Alpha) - Shape(pairs.RejectedAverage, options.Alpha);
        return -F.logsigmoid(margin.Times(options.Beta).Plus(-options.Gamma));
    }

    /// <summary>(1 − e^(−αa))/α of the average log-probability a; its limit a for α = 0. The exponent is bounded by 80.</summary>
    private static Tensor Shape(Tensor average, double alpha)
    {
        using var largest = 80.ToScalar();
        return alpha == 0 ? average : average.Times(-alpha).clamp_max(largest).expm1().Over(-alpha);
    }
}
