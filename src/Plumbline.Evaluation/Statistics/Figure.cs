namespace Plumbline.Evaluation.Statistics;

/// <summary>A figure, or why there is none.</summary>
/// <param name="Estimate">The figure; null where it is not defined.</param>
/// <param name="Undefined">Why it is not defined; null where it is.</param>
public readonly record struct Figure(Estimate? Estimate, UndefinedReason? Undefined)
{
    /// <summary>Its value; null where it is not defined.</summary>
    public double? Value => Estimate?.Value;

    /// <summary>A figure without an interval.</summary>
    /// <param name="value">A finite value.</param>
    public static Figure Of(double value) => new(new Estimate(value), null);

    /// <summary>No figure.</summary>
    /// <param name="reason">Why.</param>
    public static Figure Without(UndefinedReason reason) => new(null, reason);
}
