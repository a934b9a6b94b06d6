namespace Plumbline.Moderation.TextModels.Training;

/// <summary>A text with what is known of it.</summary>
/// <param name="Text">The text.</param>
/// <param name="Source">The name of the source it comes from.</param>
/// <param name="Labels">What holds (true) and does not (false); what is not in it is not known.</param>
public sealed record LabelledText(string Text, string Source, IReadOnlyDictionary<string, bool> Labels)
{
    /// <summary>Its language; null where the source does not say.</summary>
    public string? Language { get; init; }

    /// <summary>The group of people it speaks of; null where the source does not say.</summary>
    public string? Group { get; init; }

    /// <summary>How much it counts in training; above 0.</summary>
    public float Weight { get; init; } = 1;
}
