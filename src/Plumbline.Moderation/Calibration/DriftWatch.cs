using Plumbline.Configuration;
using Plumbline.Findings;
using Plumbline.Randomness;

namespace Plumbline.Moderation.Calibration;

/// <summary>
/// Compares what a guard sees with what it was calibrated on: a <see cref="DriftMonitor"/> for each detector, hazard and language whose scores the calibration holds. Scores are taken as calibration
/// takes them, the highest estimate of a hazard in a text. Thread-safe.
/// </summary>
public sealed class DriftWatch
{
    private readonly Dictionary<string, Watched[]> byDetector;
    private readonly double bound;
    private readonly Action<DriftStatus>? alarmed;

    /// <summary>Begins to watch.</summary>
    /// <param name="calibration">The scores to compare with; thresholds without any are not watched.</param>
    /// <param name="options">When an alarm is raised.</param>
    /// <param name="alarmed">Told of each alarm, once, on the thread of the check that raised it; null for nobody.</param>
    /// <exception cref="InvalidInputException">An option is out of its range.</exception>
    public DriftWatch(GuardCalibration calibration, DriftOptions options, Action<DriftStatus>? alarmed = null)
    {
        bound = OptionsValidation.ThrowIfInvalid(options).Bound;
        this.alarmed = alarmed;
        var seed = new Seed(options.Seed);
        byDetector = calibration
            .Thresholds.Where(one => one.Reference.Count > 0)
            .GroupBy(one => one.Detector, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Select(one => new Watched(one, seed)).ToArray(), StringComparer.Ordinal);
    }

    /// <summary>How each comparison stands, in the order of the calibration's thresholds.</summary>
    public IReadOnlyList<DriftStatus> Status =>
        [
            .. byDetector
                .Values.SelectMany(all => all)
                .Select(one =>
                {
                    lock (one)
                    {
                        return one.Status(bound);
                    }
                }),
        ];

    /// <summary>Takes what a detector found in one text.</summary>
    /// <param name="detector">The detector. One that is not asked about every text must not be given: texts that were picked are not like those of calibration.</param>
    /// <param name="findings">What it found, in all views.</param>
    /// <param name="language">The text's language; null for unknown.</param>
    public void Add(IDetector detector, IReadOnlyList<Finding> findings, string? language)
    {
        if (!byDetector.TryGetValue(detector.Name, out var all))
        {
            return;
        }

        foreach (var one in all)
        {
            if (one.IsFor(language))
            {
                Add(one, GuardCalibrator.ScoreOf(findings, one.Hazard));
            }
        }
    }

    private void Add(Watched one, double score)
    {
        DriftStatus? alarm = null;
        lock (one)
        {
            var wasAlarmed = one.Monitor.IsAlarmed(bound);
            one.Monitor.Add(score);
            if (!wasAlarmed && one.Monitor.IsAlarmed(bound))
            {
                alarm = one.Status(bound);
            }
        }

        if (alarm is not null)
        {
            alarmed?.Invoke(alarm);
        }
    }

    private sealed class Watched(CalibratedHazard known, Seed seed)
    {
        internal string Hazard => known.Hazard;

        internal DriftMonitor Monitor { get; } =
            new(known.Reference, seed.Derive($"{known.Detector} {known.Hazard} {known.Language}").Source());

        // Calibration counts a text for its own tag and for all languages together.
        internal bool IsFor(string? language) =>
            known.Language == GuardCalibrator.AllLanguages || string.Equals(known.Language, language, StringComparison.Ordinal);

        internal DriftStatus Status(double bound) =>
            new(known.Detector, known.Hazard, known.Language, Monitor.Seen, Monitor.Capital, Monitor.IsAlarmed(bound));
    }
}

/// <summary>How the scores of one detector for one hazard in one language compare with those of calibration.</summary>
/// <param name="Detector">The detector's name.</param>
/// <param name="Hazard">The hazard.</param>
/// <param name="Language">The language tag, or <c>default</c> for all texts.</param>
/// <param name="Seen">How many texts were compared.</param>
/// <param name="Capital">What the bet against "nothing has changed" has made of 1.</param>
/// <param name="IsAlarmed">Whether it ever reached the bound: what calibration promises of the threshold is void then.</param>
public sealed record DriftStatus(string Detector, string Hazard, string Language, long Seen, double Capital, bool IsAlarmed);
