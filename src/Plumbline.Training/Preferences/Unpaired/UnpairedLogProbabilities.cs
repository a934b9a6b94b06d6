using static TorchSharp.torch;

namespace Plumbline.Training.Preferences.Unpaired;

/// <summary>What a loss sees of answers that were judged each for itself: log-probabilities of whole answers (sums over their tokens, in nats), [answers].</summary>
/// <param name="Policy">The policy's, float32 or float64.</param>
/// <param name="Reference">The reference's.</param>
/// <param name="IsDesirable">Whether each answer was judged good, bool.</param>
/// <param name="Kl">
/// The mean log-ratio of answers to prompts that they do not belong to, a scalar: an estimate of how far the policy is from its reference. Losses detach it and take
/// it for 0 where it is negative.
/// </param>
public sealed record UnpairedLogProbabilities(Tensor Policy, Tensor Reference, Tensor IsDesirable, Tensor Kl)
{
    /// <summary>δ of BCO, in reward units: what a reward is compared with (<see cref="RewardShift"/>).</summary>
    /// <value>0</value>
    public double Shift { get; init; }

    /// <summary>s = log π − log ref.</summary>
    public Tensor Ratio => Policy - Reference;
}
