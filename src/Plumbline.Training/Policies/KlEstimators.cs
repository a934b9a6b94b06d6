using Plumbline.Torch.Functions;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training.Policies;

/// <summary>How the divergence KL(π ‖ π_ref) is estimated at tokens that π drew.</summary>
public enum KlEstimator
{
    /// <summary>log π − log π_ref: unbiased, noisy, and negative at times. Its own gradient in a loss is 0 on average: for rewards only.</summary>
    K1,

    /// <summary>½ (log π − log π_ref)²: biased, but its gradient is that of KL(π ‖ π_ref) where π drew the tokens.</summary>
    K2,

    /// <summary>e^d − d − 1 with d = log π_ref − log π: unbiased, never negative; its gradient in a loss is that of KL(π_ref ‖ π), the other divergence.</summary>
    K3,

    /// <summary>The sum over the whole vocabulary, at each token's place: no noise; needs the reference's distributions.</summary>
    Exact,
}

/// <summary>The estimators of <see cref="KlEstimator"/> (J. Schulman, "Approximating KL divergence", 2020).</summary>
public static class KlEstimators
{
    // e^20 is beyond any divergence that a run survives, and finite (the bound of verl and OpenRLHF).
    private const double LargestLogRatio = 20;

    /// <summary>The estimate at each token.</summary>
    /// <param name="estimator">All but <see cref="KlEstimator.Exact"/>, which the log-probability engine computes.</param>
    /// <param name="policy">[tokens], log π; differentiable.</param>
    /// <param name="reference">[tokens], log π_ref.</param>
    /// <returns>[tokens], differentiable.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The estimator needs more than two numbers.</exception>
    public static Tensor Of(KlEstimator estimator, Tensor policy, Tensor reference)
    {
        switch (estimator)
        {
            case KlEstimator.K1:
                return policy - reference;
            case KlEstimator.K2:
                return (policy - reference).square().Times(0.5);
            case KlEstimator.K3:
                var d = LogRatio.Clamped(reference - policy, LargestLogRatio);
                return d.exp() - d.Plus(1.0);
            default:
                throw new ArgumentOutOfRangeException(nameof(estimator), estimator, "It is no function of two log-probabilities.");
        }
    }
}

/// <summary>Differences of log-probabilities, before the exponential.</summary>
internal static class LogRatio
{
    /// <summary>Within ±limit.</summary>
    internal static Tensor Clamped(Tensor logRatio, double limit)
    {
        using var low = (-limit).ToScalar();
        using var high = limit.ToScalar();
        return logRatio.clamp(low, high);
    }
}
