using Plumbline.Torch.Functions;
using static TorchSharp.torch;

namespace Plumbline.Training.Preferences;

/// <summary>
/// Weighted preference optimisation (arXiv 2406.11827): answers that others wrote count as much as the policy would have been likely to write them. A token's
/// log-probability is aligned by log Σ_v p_v², what a token drawn from the policy has on average, so that a policy's own answers weigh about 1 whatever its
/// entropy.
/// </summary>
public static class PolicyWeighting
{
    /// <summary>The mean aligned log-probability of each answer: (1/n)·Σ_t (log p_t − log Σ_v p_tv²).</summary>
    /// <param name="logProbabilities">Of the answers' tokens, [tokens].</param>
    /// <param name="logCollisions">log Σ_v p_v² at each of the tokens, [tokens].</param>
    /// <param name="owners">The answer that each token belongs to, [tokens], int64.</param>
    /// <param name="lengths">Tokens of each answer, [answers], each at least 1, of the type of the log-probabilities.</param>
    /// <returns>[answers], without gradient.</returns>
    public static Tensor MeanAligned(Tensor logProbabilities, Tensor logCollisions, Tensor owners, Tensor lengths)
    {
        using var scope = NewDisposeScope();
        var aligned = logProbabilities.detach() - logCollisions.detach();
        return (aligned.SumByGroup(owners, lengths.shape[0]) / lengths).MoveToOuterDisposeScope();
    }

    /// <summary>The weight of each pair: the product of its answers' weights, e^(chosen + rejected). Not bounded by 1, as in the paper.</summary>
    /// <param name="chosen">Mean aligned log-probabilities of the preferred answers, [pairs].</param>
    /// <param name="rejected">Of the dispreferred answers, [pairs].</param>
    /// <returns>[pairs], without gradient: the weights of <see cref="PreferenceLossMixture.Of"/>.</returns>
    public static Tensor PairWeights(Tensor chosen, Tensor rejected)
    {
        using var scope = NewDisposeScope();
        return (chosen + rejected).detach().exp().MoveToOuterDisposeScope();
    }
}
