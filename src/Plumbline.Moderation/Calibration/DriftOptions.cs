using Plumbline.Configuration;

namespace Plumbline.Moderation.Calibration;

/// <summary>How traffic is compared with the scores of calibration.</summary>
public sealed record DriftOptions : IValidatedOptions
{
    /// <summary>
    /// The capital from which a monitor raises an alarm. While nothing changes, the chance that one of m monitors ever does is at most m / Bound.
    /// </summary>
    /// <value>100000</value>
    public double Bound { get; init; } = 100_000;

    /// <summary>What ties between scores are broken by.</summary>
    /// <value>17</value>
    public ulong Seed { get; init; } = 17;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (Bound is not (>= 2 and <= 1e12))
        {
            yield return new OptionProblem(nameof(Bound), Bound, "between 2 and 1e12");
        }
    }
}
