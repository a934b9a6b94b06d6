namespace Plumbline.Training.Policies.Rollouts;

/// <summary>The price of a nat of divergence: fixed, or following the divergence to a target (arXiv 1909.08593, section 2.2).</summary>
/// <param name="options">Where it starts and what it aims at.</param>
internal sealed class KlController(KlRewardOptions options)
{
    private const double LargestError = 0.2;

    /// <summary>What a nat costs now.</summary>
    internal double Coefficient { get; set; } = options.Coefficient;

    /// <summary>Takes a round in: coefficient ← coefficient · (1 + clip(KL / target − 1, ±0.2) · answers / horizon).</summary>
    /// <param name="natsPerAnswer">The mean divergence of its answers.</param>
    /// <param name="answers">How many there were.</param>
    internal void Observe(double natsPerAnswer, int answers)
    {
        if (options.Target is { } target)
        {
            var error = Math.Clamp((natsPerAnswer / target) - 1, -LargestError, LargestError);
            Coefficient *= 1 + (error * answers / options.Horizon);
        }
    }
}
