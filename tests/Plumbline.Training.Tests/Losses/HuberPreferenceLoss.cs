using Plumbline.Torch.Functions;
using Plumbline.Training.Preferences;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Training.Tests.Losses;

/// <summary>The example of docs/losses.md, word for word.</summary>
public static class HuberPreferenceLoss
{
    [PreferenceLoss(
        "huber",
        Formula = "huber(βΔ − 1)",
        Paper = "our own",
        Reads = [
            nameof(PreferenceLossOptions.Beta),
            nameof(PreferenceLossOptions.FDivergenceType),
            nameof(PreferenceLossOptions.FAlphaDivergenceCoef),
        ],
        NeedsReference = true
    )]
    public static Tensor Of(PairLogProbabilities pairs, PreferenceLossOptions options)
    {
        var margin = pairs.Margin(options).Times(options.Beta);
        return F.huber_loss(margin, ones_like(margin), reduction: nn.Reduction.None);
    }
}
