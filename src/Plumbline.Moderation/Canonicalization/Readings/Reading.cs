namespace Plumbline.Moderation.Canonicalization.Readings;

/// <summary>One way in which a text may have been wrapped, and how to unwrap it. Stateless.</summary>
internal abstract class Reading
{
    /// <summary>Looks for wrapped runs.</summary>
    /// <param name="text">The text, normalised.</param>
    /// <param name="profile">What is known of it.</param>
    /// <param name="found">Where readings go. Nothing is added where the text does not look wrapped in this way.</param>
    public abstract void Read(string text, TextProfile profile, ICollection<UnwrappedText> found);
}

/// <summary>Runs of a text that were unwrapped in one way.</summary>
/// <param name="Name">How.</param>
/// <param name="Runs">The runs in order, none overlapping another; at least one.</param>
internal sealed record UnwrappedText(string Name, IReadOnlyList<UnwrappedRun> Runs)
{
    /// <summary>Whether each run says something of its own, so that the runs are a reading without what stands around them too.</summary>
    public bool StandsAlone { get; init; } = true;

    /// <summary>Whether the runs are a reading only without what stands around them.</summary>
    public bool IsExtract { get; init; }
}

/// <summary>A run and what it was unwrapped to.</summary>
/// <param name="Start">Where it begins.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Text">What it says.</param>
/// <param name="Kind">How the units of <paramref name="Text"/> relate to it.</param>
internal readonly record struct UnwrappedRun(int Start, int End, string Text, MapKind Kind = MapKind.Whole);
