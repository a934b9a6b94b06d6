using Plumbline.Torch.Functions;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Training.Preferences.Losses;

/// <summary>Efficient exact optimisation: the reverse divergence of the policy's preference from the smoothed label.</summary>
public static class ExactPreferenceLoss
{
    /// <summary>The loss of each pair: KL([σ(βΔ), σ(−βΔ)] ‖ [1−ε, ε]).</summary>
    /// <param name="pairs">Log-probabilities, [pairs].</param>
    /// <param name="options">β and ε and the divergence.</param>
    /// <returns>[pairs], differentiable.</returns>
    /// <exception cref="InvalidInputException">There is no reference.</exception>
    [PreferenceLoss(
        "exo_pair",
        Formula = "KL([σ(βΔ), σ(−βΔ)] ‖ [1−ε, ε])",
        Paper = "EXO, arXiv 2402.00856",
        Reads = [
            nameof(PreferenceLossOptions.Beta),
            nameof(PreferenceLossOptions.LabelSmoothing),
            nameof(PreferenceLossOptions.FDivergenceType),
            nameof(PreferenceLossOptions.FAlphaDivergenceCoef),
        ],
        NeedsReference = true
    )]
    public static Tensor Of(PairLogProbabilities pairs, PreferenceLossOptions options)
    {
        if (options.LabelSmoothing <= 0)
        {
            throw new InvalidInputException(
                "The loss 'exo_pair' takes the logarithm of label_smoothing, which is 0.",
                "Set label_smoothing above 0; 0.001 is usual."
            );
        }

        var margin = pairs.Margin(options).Times(options.Beta);
        return margin.sigmoid() * F.logsigmoid(margin).Plus(-Math.Log(1 - options.LabelSmoothing))
            + (-margin).sigmoid() * F.logsigmoid(-margin).Plus(-Math.Log(options.LabelSmoothing));
    }
}
