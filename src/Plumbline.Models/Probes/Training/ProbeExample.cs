namespace Plumbline.Models.Probes.Training;

/// <summary>A text that a probe learns from.</summary>
/// <param name="Text">The text.</param>
/// <param name="Labels">What holds of it (true) and does not (false); what is not in it is not known.</param>
/// <param name="Weight">How much it counts; above 0.</param>
public sealed record ProbeExample(string Text, IReadOnlyDictionary<string, bool> Labels, float Weight = 1);
