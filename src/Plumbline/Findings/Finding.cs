using Plumbline.Constitutions;

namespace Plumbline.Findings;

/// <summary>What a detector found: a kind of harm with a score, and where it stands.</summary>
public sealed record Finding
{
    /// <summary>A code of <see cref="Hazards"/>.</summary>
    public required string Hazard { get; init; }

    /// <summary>How sure the detector is, in [0, 1]; thresholds of clauses are compared with it.</summary>
    public required double Score { get; init; }

    /// <summary>Whether it is a fact, such as a number with the right check digits or a picture on a list, rather than an estimate. Estimates of cheap detectors are suspicions.</summary>
    public bool IsExact { get; init; }

    /// <summary>The name of the detector that found it, where a decision or a record says so; null in what detectors themselves give.</summary>
    public string? Detector { get; init; }

    /// <summary>The clause it breaks, where the detector was asked about one; null where the hazard alone says which clauses it concerns.</summary>
    public string? Clause { get; init; }

    /// <summary>What kind of thing it is in the detector's own terms, such as <c>iban</c>; null where the hazard says it all.</summary>
    public string? Kind { get; init; }

    /// <summary>Where it stands in the text that was checked; null for the whole of it, and in images.</summary>
    public TextSpan? Span { get; init; }

    /// <summary>Where it stands in the image that was checked; null for the whole of it, and in texts.</summary>
    public ImageRegion? Region { get; init; }

    /// <summary>How the text had to be read for it to show, such as <c>base64</c>; null for as it is written.</summary>
    public string? View { get; init; }

    /// <summary>What a person who reviews it should know, in a few words. Never the found personal data itself.</summary>
    public string? Evidence { get; init; }
}

/// <summary>A rectangle of an image, in shares of its width and height from the upper left corner, each in [0, 1].</summary>
public readonly record struct ImageRegion(double Left, double Top, double Width, double Height);
