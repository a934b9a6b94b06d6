namespace Plumbline.Evaluation.Statistics;

/// <summary>A measured value and how sure it is.</summary>
/// <param name="Value">The value; NaN where nothing was measured.</param>
/// <param name="Interval">Its confidence interval; null where none is known.</param>
public readonly record struct Estimate(double Value, Interval? Interval = null);
