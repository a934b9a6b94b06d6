using Plumbline.Constitutions;
using Plumbline.Findings;
using Plumbline.Moderation.Calibration;
using Plumbline.Moderation.Canonicalization;
using Plumbline.Moderation.Decisions;
using Plumbline.Moderation.Languages;

namespace Plumbline.Moderation.Guarding;

/// <summary>What a guard is made of.</summary>
public sealed record GuardParts
{
    /// <summary>What it keeps, overlays laid over it.</summary>
    public required Constitution Constitution { get; init; }

    /// <summary>Who looks; each with a name of its own.</summary>
    public required IReadOnlyList<IDetector> Detectors { get; init; }

    /// <summary>How it decides.</summary>
    public GuardOptions Options { get; init; } = new();

    /// <summary>From which scores findings count.</summary>
    public GuardThresholds Thresholds { get; init; } = GuardThresholds.OfClauses;

    /// <summary>How texts are unwrapped.</summary>
    public CanonicalizerOptions Canonicalizer { get; init; } = new();

    /// <summary>Who tells languages.</summary>
    public LanguageIdentifier Languages { get; init; } = LanguageIdentifier.Default;

    /// <summary>What is put in the place of what must not stand in a text.</summary>
    public IRedaction Redaction { get; init; } = LabelRedaction.Instance;

    /// <summary>Where decisions are written down; null for nowhere.</summary>
    public IDecisionLog? Log { get; init; }

    /// <summary>What compares decided texts with those of calibration; null for nothing.</summary>
    public DriftWatch? Drift { get; init; }

    /// <summary>The time.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
