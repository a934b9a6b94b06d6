namespace Plumbline.Evaluation.Statistics;

/// <summary>A value that a rater gave to a unit.</summary>
/// <param name="Unit">The number of what was rated, from 0.</param>
/// <param name="Rater">The rater's number, from 0.</param>
/// <param name="Value">A finite number; what it means is a <see cref="MeasurementLevel"/>.</param>
public readonly record struct Rating(int Unit, int Rater, double Value);
