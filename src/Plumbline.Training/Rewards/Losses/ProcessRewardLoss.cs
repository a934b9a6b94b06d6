using Plumbline.Training.Rewards.Process;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Training.Rewards.Losses;

/// <summary>Process rewards: every step of an answer is judged at its last token, and σ(s) says how likely it is right.</summary>
public static class ProcessRewardLoss
{
    /// <summary>The loss of each step: −y·log σ(s) − (1−y)·log σ(−s), least at σ(s) = y for every y in [0, 1].</summary>
    /// <param name="steps">The score s of each step; y is 1 for right, 0 for wrong, or the share of continuations that succeeded.</param>
    /// <param name="options">None is read.</param>
    /// <returns>[steps], differentiable.</returns>
    [StepLoss(
        "process",
        Formula = "−y·log σ(s) − (1−y)·log σ(−s), s at the last token of a step, y in [0, 1] its label",
        Paper = "Uesato et al., arXiv 2211.14275; Lightman et al., arXiv 2305.20050; soft labels: Math-Shepherd, arXiv 2312.08935"
    )]
    public static Tensor Of(StepScores steps, RewardLossOptions options)
    {
        using var scope = NewDisposeScope();
        // log σ(s) = s + log σ(−s).
        return (-steps.Labels * steps.Scores - F.logsigmoid(-steps.Scores)).MoveToOuterDisposeScope();
    }
}
