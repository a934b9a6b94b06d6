using Plumbline.Torch.Functions;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training.Policies.Losses;

/// <summary>Losses that give every token a gradient, whatever its ratio.</summary>
public static class WeightedPolicyLosses
{
    /// <summary>−A·log π: the policy gradient itself; exact only for the policy that drew the answers.</summary>
    /// <param name="tokens">The tokens.</param>
    /// <param name="options">None are read.</param>
    /// <returns>[tokens], differentiable.</returns>
    [PolicyLoss("reinforce", Formula = "−A·log π", Paper = "Williams, Machine Learning 8 (1992)")]
    public static Tensor Reinforce(AnswerTokens tokens, PolicyLossOptions options) => -(tokens.LogProbabilities * tokens.Advantages);

    /// <summary>−[min(ρ, cap)]·A·log π, the bracket a constant: clipped tokens keep a gradient.</summary>
    /// <param name="tokens">The tokens.</param>
    /// <param name="options">The cap.</param>
    /// <returns>[tokens], differentiable.</returns>
    [PolicyLoss(
        "cispo",
        Formula = "−[min(ρ, cap)]·A·log π, [·] without gradient",
        Paper = "CISPO in MiniMax-M1, arXiv 2506.13585",
        Reads = [nameof(PolicyLossOptions.CispoCap)]
    )]
    public static Tensor Cispo(AnswerTokens tokens, PolicyLossOptions options)
    {
        using var cap = options.CispoCap.ToScalar();
        return -(tokens.Ratios.detach().clamp_max(cap) * tokens.Advantages * tokens.LogProbabilities);
    }

    /// <summary>−(4/τ)·σ(τ(ρ − 1))·A: a soft gate whose gradient falls smoothly as ρ leaves 1.</summary>
    /// <param name="tokens">The tokens.</param>
    /// <param name="options">τ for positive and for other advantages.</param>
    /// <returns>[tokens], differentiable.</returns>
    [PolicyLoss(
        "sapo",
        Formula = "−(4/τ)·σ(τ(ρ − 1))·A, τ by the sign of A",
        Paper = "SAPO, arXiv 2511.20347",
        Reads = [nameof(PolicyLossOptions.SapoPositiveTemperature), nameof(PolicyLossOptions.SapoNegativeTemperature)]
    )]
    public static Tensor Sapo(AnswerTokens tokens, PolicyLossOptions options)
    {
        using var positive = options.SapoPositiveTemperature.ToScalar();
        using var negative = options.SapoNegativeTemperature.ToScalar();
        using var none = 0.0.ToScalar();
        var temperatures = where(
            tokens.Advantages.gt(none),
            full_like(tokens.Advantages, positive),
            full_like(tokens.Advantages, negative)
        );
        var gates = (temperatures * tokens.Ratios.Plus(-1.0)).sigmoid() / temperatures;
        return -(gates * tokens.Advantages).Times(4);
    }
}
