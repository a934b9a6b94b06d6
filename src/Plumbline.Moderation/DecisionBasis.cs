using Plumbline.Constitutions;
using Plumbline.Findings;

namespace Plumbline.Moderation;

/// <summary>What a decision rests on beside its findings and the constitution: with these it is decided again without the text.</summary>
public sealed record DecisionBasis
{
    /// <summary>Where and when it was said, as the clauses in force were chosen by; language and day are filled in.</summary>
    public required Situation Situation { get; init; }

    /// <summary>The detectors that could be asked, in the order in which they are; those that were stand in <see cref="GuardDecision.Detectors"/>.</summary>
    public required IReadOnlyList<BasisDetector> Detectors { get; init; }

    /// <summary>What becomes of a suspicion of a cheap detector that no costlier one could confirm or clear.</summary>
    public required EnforcementAction Unconfirmed { get; init; }

    /// <summary>What becomes of a text in a language that nobody knows.</summary>
    public required EnforcementAction UnknownLanguage { get; init; }

    /// <summary>What becomes of a text that hides more readings than are looked at.</summary>
    public required EnforcementAction TooManyReadings { get; init; }

    /// <summary>Whether its language is unknown, and it is long enough for that to be suspicious.</summary>
    public bool IsUnknownLanguage { get; init; }

    /// <summary>Whether it hides more readings than were looked at.</summary>
    public bool IsTruncated { get; init; }

    /// <summary>The calibrated thresholds that findings were compared with; where there is none, the clause's holds.</summary>
    public IReadOnlyList<BasisThreshold> Thresholds { get; init; } = [];
}

/// <summary>A detector of a guard.</summary>
/// <param name="Name">What records call it.</param>
/// <param name="Cost">What it costs to ask it.</param>
/// <param name="Hazards">The hazards it can find.</param>
public sealed record BasisDetector(string Name, DetectorCost Cost, IReadOnlyList<string> Hazards)
{
    /// <summary>Whether it is asked about everything (<see cref="Guarding.GuardOptions.Always"/>).</summary>
    public bool IsAlways { get; init; }

    /// <summary>Whether it is asked about clauses by their text (<see cref="IDetector.ReadsClauses"/>).</summary>
    public bool ReadsClauses { get; init; }

    /// <summary>The clauses it was asked about, where its findings depend on that: of judges.</summary>
    public IReadOnlyList<AskedClause> AskedAbout { get; init; } = [];
}

/// <summary>A clause that a judge was asked about.</summary>
/// <param name="Id">The clause's id.</param>
/// <param name="Question">The SHA-256 of what the clause adds to the question, in hexadecimal digits.</param>
public sealed record AskedClause(string Id, string Question);

/// <summary>A calibrated threshold that held for findings of a detector.</summary>
/// <param name="Detector">The detector.</param>
/// <param name="Hazard">The hazard.</param>
/// <param name="Threshold">The score from which a finding counts.</param>
public sealed record BasisThreshold(string Detector, string Hazard, double Threshold);
