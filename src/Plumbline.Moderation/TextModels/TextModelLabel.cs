using Plumbline.Constitutions;

namespace Plumbline.Moderation.TextModels;

/// <summary>Something that a text model tells of a text.</summary>
/// <param name="Name">What the model calls it.</param>
/// <param name="Hazard">The code of <see cref="Hazards"/> it speaks for; null where it says only that something is wrong.</param>
/// <param name="Slope">How a raw score becomes a log-odds: slope · score + offset (Platt 1999).</param>
/// <param name="Offset">What is added.</param>
public sealed record TextModelLabel(string Name, string? Hazard, float Slope, float Offset);
