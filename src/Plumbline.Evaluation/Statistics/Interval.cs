namespace Plumbline.Evaluation.Statistics;

/// <summary>A confidence interval.</summary>
/// <param name="Low">Its lower end; negative infinity where the data say nothing.</param>
/// <param name="High">Its upper end; positive infinity where the data say nothing.</param>
/// <param name="Confidence">The share of such intervals that hold the true value, in (0, 1).</param>
public readonly record struct Interval(double Low, double High, double Confidence)
{
    /// <summary>True where <paramref name="value"/> lies in the interval, ends included.</summary>
    public bool Contains(double value) => value >= Low && value <= High;

    /// <summary>Throws where <paramref name="confidence"/> is no confidence level.</summary>
    /// <param name="confidence">In (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static void CheckConfidence(double confidence)
    {
        if (confidence is not (> 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(confidence), confidence, "A confidence level lies between 0 and 1.");
        }
    }
}
