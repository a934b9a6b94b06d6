using Plumbline.Torch.Functions;
using static TorchSharp.torch;

namespace Plumbline.Training.Policies;

/// <summary>What a policy loss sees: the tokens of some answers, one answer after the other. Numbers are of one floating-point type.</summary>
/// <param name="LogProbabilities">[tokens], log π in nats; differentiable.</param>
/// <param name="Old">[tokens]: the same of the policy that drew them, a constant; the very same numbers on a fresh rollout.</param>
/// <param name="Advantages">[tokens], constants.</param>
/// <param name="Owners">[tokens], int64: the answer that each token belongs to.</param>
/// <param name="Lengths">[answers]: tokens of each, at least 1.</param>
public sealed record AnswerTokens(Tensor LogProbabilities, Tensor Old, Tensor Advantages, Tensor Owners, Tensor Lengths)
{
    // e^20 is no ratio to follow, and finite.
    internal const double LargestLogRatio = 20;

    /// <summary>[tokens], log ρ = log π − log π_old, before limits.</summary>
    public Tensor LogRatios => LogProbabilities - Old;

    /// <summary>[tokens], ρ = π / π_old of each token; exactly 1 where both are the same numbers.</summary>
    public Tensor Ratios => LogRatio.Clamped(LogRatios, LargestLogRatio).exp();

    /// <summary>[tokens]: at each token the ratio of its whole answer, π(y) / π_old(y), or its geometric mean per token.</summary>
    /// <param name="perToken">Whether the mean is asked.</param>
    public Tensor AnswerRatios(bool perToken)
    {
        var sums = LogRatios.SumByGroup(Owners, Lengths.shape[0]);
        return LogRatio.Clamped(perToken ? sums / Lengths : sums, LargestLogRatio).exp().index_select(0, Owners);
    }
}
