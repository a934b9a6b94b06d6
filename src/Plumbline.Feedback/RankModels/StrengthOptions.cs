using Plumbline.Evaluation.Statistics;

namespace Plumbline.Feedback.RankModels;

/// <summary>How strengths are estimated.</summary>
public sealed record StrengthOptions
{
    /// <summary>
    /// The standard deviation of a normal prior around 0 on every log-strength, above 0. It makes the strength of items finite that nobody beat, that beat nobody or that were never compared; null for
    /// none, where such items have no strength.
    /// </summary>
    /// <value>null</value>
    /// <exception cref="ArgumentOutOfRangeException">It is not above 0.</exception>
    public double? PriorDeviation
    {
        get;
        init =>
            field = value is null or (> 0 and < double.PositiveInfinity)
                ? value
                : throw new ArgumentOutOfRangeException(nameof(PriorDeviation), value, "It is above 0, or null for no prior.");
    }

    /// <summary>What ties within rankings mean. Read by <see cref="PlackettLuce"/> alone: in <see cref="BradleyTerry"/> a tie is half a win for each.</summary>
    /// <value>UnknownOrder</value>
    public TieModel Ties { get; init; }

    /// <summary>The confidence of intervals, in (0, 1).</summary>
    /// <value>0.95</value>
    /// <exception cref="ArgumentOutOfRangeException">It is outside.</exception>
    public double Confidence
    {
        get;
        init
        {
            Interval.CheckConfidence(value);
            field = value;
        }
    } = 0.95;

    /// <summary>The prior's precision 1/σ², 0 without one.</summary>
    internal double Precision => PriorDeviation is { } deviation ? 1 / (deviation * deviation) : 0;
}
