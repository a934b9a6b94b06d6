using static TorchSharp.torch;

namespace Plumbline.Training.Supervised;

/// <summary>
/// Dynamic fine-tuning (arXiv 2508.05629): each token's cross-entropy times its own probability, taken as a constant. Plain cross-entropy divides the gradient by
/// the probability, so that the least likely tokens pull most; this takes the division back.
/// </summary>
public static class DynamicFineTuning
{
    /// <summary>The loss of each token: −sg(p)·log p.</summary>
    /// <param name="logProbabilities">log p of the target tokens, [tokens].</param>
    /// <returns>[tokens], differentiable.</returns>
    public static Tensor Of(Tensor logProbabilities)
    {
        using var scope = NewDisposeScope();
        return (-logProbabilities.detach().exp() * logProbabilities).MoveToOuterDisposeScope();
    }
}
