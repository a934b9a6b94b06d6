namespace Plumbline.Models.Probes;

/// <summary>What a probe tells of one label.</summary>
/// <param name="Name">What its training texts call it.</param>
/// <param name="Hazard">The code of the hazard that it speaks for.</param>
/// <param name="Slope">How log-odds become calibrated ones: slope · log-odds + offset (Platt 1999). At least 0.</param>
/// <param name="Offset">See <paramref name="Slope"/>.</param>
/// <param name="L2">The weight decay that was chosen.</param>
/// <param name="Positives">Texts it was learnt from of which it holds.</param>
/// <param name="Negatives">Texts it was learnt from of which it does not.</param>
public sealed record ProbeLabel(string Name, string Hazard, double Slope, double Offset, double L2, int Positives, int Negatives);
