using Plumbline.Findings;

namespace Plumbline.Moderation.Guarding;

/// <summary>What a guard thinks of a text or an image, before it is written down.</summary>
internal sealed record Assessment
{
    /// <summary>What becomes of it.</summary>
    public required GuardOutcome Outcome { get; init; }

    /// <summary>The clauses that had something to say, the strictest first.</summary>
    public required IReadOnlyList<ClauseVerdict> Verdicts { get; init; }

    /// <summary>What was found, at places of the text as it is written.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>What has to be replaced for it to pass.</summary>
    public required IReadOnlyList<Replacement> Replacements { get; init; }

    /// <summary>The detectors that were asked.</summary>
    public required IReadOnlyList<IDetector> Asked { get; init; }

    /// <summary>Those of them that failed.</summary>
    public required IReadOnlyList<string> Failed { get; init; }

    /// <summary>What each detector said, in the order in which they were asked.</summary>
    public IReadOnlyList<DetectorReport> Reports { get; init; } = [];

    /// <summary>What else it rests on; null where nobody was asked.</summary>
    public DecisionBasis? Basis { get; init; }

    /// <summary>The language it was judged by; null for unknown.</summary>
    public string? Language { get; init; }

    /// <summary>Whether anything passes.</summary>
    public bool Passes => Outcome <= GuardOutcome.Transform;
}
