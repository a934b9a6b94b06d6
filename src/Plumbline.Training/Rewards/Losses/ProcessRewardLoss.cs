using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Training.Rewards.Losses;

/// <summary>
/// Process rewards (arXiv 2211.14275, arXiv 2305.20050): every step of an answer is judged at its last token, as a classification. The caller picks the rows of the step
/// ends.
/// </summary>
public static class ProcessRewardLoss
{
    /// <summary>Cross-entropy over labels: −log softmax(logits)[label] of each step.</summary>
    /// <param name="logits">At the step ends, [steps, labels].</param>
    /// <param name="labels">The right label of each step, [steps], int64.</param>
    /// <returns>[steps], differentiable.</returns>
    public static Tensor OfLabels(Tensor logits, Tensor labels)
    {
        using var scope = NewDisposeScope();
        return F.cross_entropy(logits, labels, reduction: nn.Reduction.None).MoveToOuterDisposeScope();
    }

    /// <summary>Where one score a step says how likely it is right: −y·log σ(s) − (1−y)·log σ(−s).</summary>
    /// <param name="scores">At the step ends, [steps].</param>
    /// <param name="correct">y: 1 for right, 0 for wrong, or the share of continuations that succeeded (arXiv 2312.08935), [steps].</param>
    /// <returns>[steps], differentiable.</returns>
    public static Tensor OfScores(Tensor scores, Tensor correct)
    {
        using var scope = NewDisposeScope();
        // log σ(s) = s + log σ(−s).
        return (-correct * scores - F.logsigmoid(-scores)).MoveToOuterDisposeScope();
    }
}
