using Plumbline.Constitutions;
using Plumbline.Findings;

namespace Plumbline.Moderation.Guarding;

/// <summary>
/// From which score a finding breaks a clause: what calibration found for detector, hazard and language, or for detector and hazard, or what the clause says for the language, or for all, or a
/// half.
/// </summary>
public sealed class GuardThresholds
{
    private const double Default = 0.5;
    private const string AnyLanguage = "default";

    private readonly Dictionary<(string Detector, string Hazard, string Language), double> calibrated;

    /// <summary>Thresholds of calibration.</summary>
    /// <param name="calibrated">Detector, hazard, language tag or <c>default</c>, and the score.</param>
    public GuardThresholds(IEnumerable<CalibratedThreshold> calibrated) =>
        this.calibrated = calibrated.ToDictionary(one => (one.Detector, one.Hazard, one.Language), one => one.Threshold);

    /// <summary>Those of the clauses alone.</summary>
    public static GuardThresholds OfClauses { get; } = new([]);

    /// <summary>The score from which a finding breaks a clause.</summary>
    /// <param name="clause">The clause.</param>
    /// <param name="detector">Who found it.</param>
    /// <param name="finding">What was found.</param>
    /// <param name="language">The language of the text; null for unknown.</param>
    public double Of(Clause clause, string detector, Finding finding, string? language) =>
        Calibrated(detector, finding.Hazard, language) ?? Of(clause, language);

    /// <summary>Whether any were calibrated.</summary>
    internal bool IsCalibrated => calibrated.Count > 0;

    /// <summary>What was calibrated for a language, or for all; null for nothing.</summary>
    internal double? Calibrated(string detector, string hazard, string? language) =>
        OfLanguage(detector, hazard, language) ?? OfLanguage(detector, hazard, AnyLanguage);

    // Of zh-Hans, what was calibrated for it, or for zh.
    private double? OfLanguage(string detector, string hazard, string? language)
    {
        for (var tag = language; !string.IsNullOrEmpty(tag); tag = tag[..Math.Max(0, tag.LastIndexOf('-'))])
        {
            if (calibrated.TryGetValue((detector, hazard, tag), out var score))
            {
                return score;
            }
        }

        return null;
    }

    private static double Of(Clause clause, string? language)
    {
        var best = clause.Thresholds.GetValueOrDefault(AnyLanguage, Default);
        var length = 0;
        foreach (var (tag, score) in clause.Thresholds)
        {
            if (tag.Length > length && language is not null && LanguageTag.Covers(tag, language))
            {
                (best, length) = (score, tag.Length);
            }
        }

        return best;
    }
}

/// <summary>A threshold that calibration found.</summary>
/// <param name="Detector">The detector's name.</param>
/// <param name="Hazard">The hazard.</param>
/// <param name="Language">A language tag, or <c>default</c> for all others.</param>
/// <param name="Threshold">The score, in [0, 1].</param>
public sealed record CalibratedThreshold(string Detector, string Hazard, string Language, double Threshold);
