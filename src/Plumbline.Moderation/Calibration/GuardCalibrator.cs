using Plumbline.Constitutions;
using Plumbline.Findings;

namespace Plumbline.Moderation.Calibration;

/// <summary>Collects what detectors score labelled texts at, and makes thresholds of it: one for each detector, hazard and language with enough texts, and one for all languages together.</summary>
/// <param name="missRate">What may be missed, in (0, 1).</param>
/// <param name="confidence">Of the ceilings, in (0, 1).</param>
public sealed class GuardCalibrator(double missRate, double confidence)
{
    /// <summary>What stands in the place of a language for all texts together.</summary>
    internal const string AllLanguages = "default";

    // Enough to tell a shift, little enough for a file that people open.
    private const int ReferenceScores = 500;
    private const int ReferenceScoresOfLanguage = 100;

    private readonly Dictionary<(string Detector, string Hazard, string Language), (List<double> Harmful, List<double> Harmless)> scores =
    [];
    private readonly SortedDictionary<string, string> detectors = new(StringComparer.Ordinal);

    /// <summary>Takes what one detector found in one text.</summary>
    /// <param name="detector">The detector.</param>
    /// <param name="findings">What it found, in all views.</param>
    /// <param name="breaks">What is known of the text: whether it breaks clauses of a hazard. Hazards that are not in it are not known.</param>
    /// <param name="language">The text's language; null for unknown.</param>
    public void Add(IDetector detector, IReadOnlyList<Finding> findings, IReadOnlyDictionary<string, bool> breaks, string? language)
    {
        detectors[detector.Name] = detector.Version;
        foreach (var (hazard, broken) in breaks)
        {
            if (!detector.Hazards.Contains(hazard))
            {
                continue;
            }

            var score = ScoreOf(findings, hazard);
            foreach (var group in language is null ? [AllLanguages] : new[] { AllLanguages, language })
            {
                var key = (detector.Name, hazard, group);
                if (!scores.TryGetValue(key, out var seen))
                {
                    scores.Add(key, seen = ([], []));
                }

                (broken ? seen.Harmful : seen.Harmless).Add(score);
            }
        }
    }

    /// <summary>The thresholds; groups with too few harmful texts to promise the miss rate have none, and fall back to those of all languages, or of the clauses.</summary>
    public GuardCalibration Calibrate() =>
        new()
        {
            MissRate = missRate,
            Confidence = confidence,
            Detectors = detectors,
            Thresholds =
            [
                .. scores
                    .OrderBy(group => group.Key.Detector, StringComparer.Ordinal)
                    .ThenBy(group => Hazards.All.Select(hazard => hazard.Code).ToList().IndexOf(group.Key.Hazard))
                    .ThenBy(group => group.Key.Language, StringComparer.Ordinal)
                    .Select(group => Threshold(group.Key, group.Value))
                    .OfType<CalibratedHazard>(),
            ],
        };

    /// <summary>What a text scores for a hazard: its highest estimate, 0 where there is none.</summary>
    internal static double ScoreOf(IReadOnlyList<Finding> findings, string hazard)
    {
        var highest = 0.0;
        for (var i = 0; i < findings.Count; i++)
        {
            if (!findings[i].IsExact && findings[i].Hazard == hazard)
            {
                highest = Math.Max(highest, findings[i].Score);
            }
        }

        return highest;
    }

    private CalibratedHazard? Threshold(
        (string Detector, string Hazard, string Language) key,
        (List<double> Harmful, List<double> Harmless) seen
    ) =>
        ConformalThreshold.ForMisses(seen.Harmful, seen.Harmless, missRate, confidence) is { } found
            ? new CalibratedHazard
            {
                Detector = key.Detector,
                Hazard = key.Hazard,
                Language = key.Language,
                Threshold = found.Threshold,
                Harmful = found.Harmful,
                Harmless = found.Harmless,
                MissBound = found.MissBound,
                MissCeiling = found.MissCeiling,
                OverBlocks = double.IsNaN(found.OverBlocks) ? null : found.OverBlocks,
                OverBlockCeiling = found.OverBlockCeiling,
                Reference = Sample(seen.Harmless, key.Language == AllLanguages ? ReferenceScores : ReferenceScoresOfLanguage),
            }
            : null;

    // Evenly over the order in which the texts came, which says nothing of their scores.
    private static IReadOnlyList<double> Sample(List<double> values, int most)
    {
        var count = Math.Min(values.Count, most);
        return [.. Enumerable.Range(0, count).Select(i => values[(int)((long)i * values.Count / count)])];
    }
}
