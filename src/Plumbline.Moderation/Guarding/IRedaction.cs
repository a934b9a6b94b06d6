using Plumbline.Findings;

namespace Plumbline.Moderation.Guarding;

/// <summary>Says what is put in the place of something that must not stand in a text. Thread-safe.</summary>
public interface IRedaction
{
    /// <summary>What is put in its place.</summary>
    /// <param name="finding">What was found.</param>
    /// <param name="found">The passage.</param>
    string Replace(Finding finding, ReadOnlySpan<char> found);
}

/// <summary>Puts the kind of what was found in its place, in brackets: <c>[EMAIL]</c>.</summary>
public sealed class LabelRedaction : IRedaction
{
    /// <summary>The only one.</summary>
    public static LabelRedaction Instance { get; } = new();

    private LabelRedaction() { }

    /// <inheritdoc/>
    public string Replace(Finding finding, ReadOnlySpan<char> found) => $"[{(finding.Kind ?? finding.Hazard).ToUpperInvariant()}]";
}
