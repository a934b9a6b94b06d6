using Plumbline.Constitutions;
using Plumbline.Findings;

namespace Plumbline.Moderation.Guarding;

/// <summary>Writes down what a guard's decisions rest on.</summary>
/// <param name="parts">What the guard is made of.</param>
internal sealed class BasisKeeper(GuardParts parts)
{
    private readonly BasisDetector[] ofTexts = Of(parts, isImage: false);
    private readonly BasisDetector[] ofImages = Of(parts, isImage: true);

    /// <summary>What is known before anybody was asked.</summary>
    public DecisionBasis Begin(Situation situation, bool isImage, bool isUnknownLanguage, bool isTruncated) =>
        new()
        {
            Situation = situation,
            Detectors = isImage ? ofImages : ofTexts,
            Unconfirmed = parts.Options.Unconfirmed,
            UnknownLanguage = parts.Options.UnknownLanguage,
            TooManyReadings = parts.Options.TooManyReadings,
            IsUnknownLanguage = isUnknownLanguage,
            IsTruncated = isTruncated,
        };

    /// <summary>The same with what is known afterwards.</summary>
    /// <param name="basis">What was known before.</param>
    /// <param name="reports">What was found.</param>
    /// <param name="judges">The judges that were asked, and about which clauses; null for none.</param>
    public DecisionBasis Complete(
        DecisionBasis basis,
        IReadOnlyList<DetectorReport> reports,
        IReadOnlyDictionary<string, IReadOnlyList<ClauseRule>>? judges
    ) =>
        basis with
        {
            Detectors = judges is null
                ? basis.Detectors
                :
                [
                    .. basis.Detectors.Select(detector =>
                        judges.TryGetValue(detector.Name, out var about)
                            ? detector with
                            {
                                AskedAbout = [.. about.Select(rule => new AskedClause(rule.Id, rule.Question))],
                            }
                            : detector
                    ),
                ],
            Thresholds = parts.Thresholds.IsCalibrated ? Thresholds(reports, basis.Situation.Language) : [],
        };

    private List<BasisThreshold> Thresholds(IReadOnlyList<DetectorReport> reports, string? language)
    {
        var thresholds = new List<BasisThreshold>();
        foreach (var report in reports)
        {
            foreach (var hazard in report.Findings.Select(finding => finding.Hazard).Distinct(StringComparer.Ordinal))
            {
                if (parts.Thresholds.Calibrated(report.Detector.Name, hazard, language) is { } threshold)
                {
                    thresholds.Add(new BasisThreshold(report.Detector.Name, hazard, threshold));
                }
            }
        }

        return thresholds;
    }

    private static BasisDetector[] Of(GuardParts parts, bool isImage) =>
        [
            .. parts
                .Detectors.Where(detector => (detector.Reads == DetectorReading.Image) == isImage)
                .Select(detector => new BasisDetector(detector.Name, detector.Cost, [.. detector.Hazards])
                {
                    IsAlways = detector.Cost > DetectorCost.Cheap && parts.Options.AsksAlways(detector),
                    ReadsClauses = detector.ReadsClauses,
                }),
        ];
}
