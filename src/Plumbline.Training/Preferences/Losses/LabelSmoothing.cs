using Plumbline.Torch.Functions;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Training.Preferences.Losses;

/// <summary>The logistic loss where a share of the labels is wrong.</summary>
internal static class LabelSmoothing
{
    /// <summary>−(1−ε)·log σ(m) − ε·log σ(−m).</summary>
    /// <param name="margin">Scaled margins m, [pairs].</param>
    /// <param name="smoothing">ε, in [0, 0.5).</param>
    internal static Tensor Of(Tensor margin, double smoothing) =>
        smoothing == 0 ? -F.logsigmoid(margin) : -F.logsigmoid(margin).Times(1 - smoothing) - F.logsigmoid(-margin).Times(smoothing);
}
