using Plumbline.Torch.Functions;

namespace Plumbline.Training.Packing;

/// <summary>
/// The distribution that targets are scored under: a model's own, or what a sampler makes of it with a temperature and filters. Policy and reference are both
/// seen through it.
/// </summary>
/// <param name="LogitScale">1 / temperature.</param>
/// <param name="Kept">What filters left, target by target; null for the whole vocabulary.</param>
internal sealed record TargetDistribution(double LogitScale, KeptEntries? Kept = null)
{
    /// <summary>The model's own.</summary>
    internal static readonly TargetDistribution Plain = new(1);

    /// <summary>As the log-probability engine takes it.</summary>
    internal LogProbabilityOptions Options => new() { LogitScale = LogitScale, Kept = Kept };
}
