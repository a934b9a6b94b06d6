using Plumbline.Configuration;
using Plumbline.Moderation.Guarding;

namespace Plumbline.Moderation.Calibration;

/// <summary>What calibration found: thresholds with what they promise, and the scores that traffic is compared with. One YAML file.</summary>
public sealed record GuardCalibration : IValidatedOptions
{
    /// <summary>The miss rate that was asked for, in (0, 1).</summary>
    public required double MissRate { get; init; }

    /// <summary>The confidence of the ceilings, in (0, 1).</summary>
    public required double Confidence { get; init; }

    /// <summary>The detectors, each with the version that was calibrated: another version has other scores.</summary>
    public required IReadOnlyDictionary<string, string> Detectors { get; init; }

    /// <summary>The thresholds.</summary>
    public required IReadOnlyList<CalibratedHazard> Thresholds { get; init; }

    /// <summary>The thresholds as guards take them.</summary>
    public GuardThresholds ForGuard() =>
        new(Thresholds.Select(one => new CalibratedThreshold(one.Detector, one.Hazard, one.Language, one.Threshold)));

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidInputException">It is no calibration.</exception>
    public static GuardCalibration Read(string path) => OptionsFile.Read<GuardCalibration>(path);

    /// <summary>Writes it; what stood there before stands until it is whole.</summary>
    public void Write(string path) => DurableFile.WriteText(path, OptionsFile.Write(this));

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (MissRate is not (> 0 and < 1))
        {
            yield return new OptionProblem(nameof(MissRate), MissRate, "above 0 and below 1");
        }

        if (Confidence is not (> 0 and < 1))
        {
            yield return new OptionProblem(nameof(Confidence), Confidence, "above 0 and below 1");
        }

        if (Thresholds.GroupBy(one => (one.Detector, one.Hazard, one.Language)).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            yield return new OptionProblem(nameof(Thresholds), twice.Key, "a list that names each detector, hazard and language once");
        }
    }
}

/// <summary>A threshold of one detector for one hazard in one language, with what it promises (<see cref="ConformalThreshold"/>).</summary>
public sealed record CalibratedHazard : IValidatedOptions
{
    /// <summary>The detector's name.</summary>
    public required string Detector { get; init; }

    /// <summary>The hazard.</summary>
    public required string Hazard { get; init; }

    /// <summary>A language tag, or <c>default</c> for all others.</summary>
    public required string Language { get; init; }

    /// <summary>The score from which a text is stopped, in [0, 1].</summary>
    public required double Threshold { get; init; }

    /// <summary>Texts that break a clause of the hazard it was chosen on.</summary>
    public required int Harmful { get; init; }

    /// <summary>Texts that keep it.</summary>
    public required int Harmless { get; init; }

    /// <summary>What at most is missed, on average over calibrations.</summary>
    public required double MissBound { get; init; }

    /// <summary>What at most is missed by this very threshold, at the confidence asked for.</summary>
    public required double MissCeiling { get; init; }

    /// <summary>The share of the harmless texts that it stops; null where there were none.</summary>
    public double? OverBlocks { get; init; }

    /// <summary>What at most it stops of such texts, at that confidence.</summary>
    public required double OverBlockCeiling { get; init; }

    /// <summary>Scores of harmless texts, at most 500, and at most 100 of a single language: what traffic is compared with (<see cref="DriftWatch"/>). Empty: it is not compared.</summary>
    public IReadOnlyList<double> Reference { get; init; } = [];

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (Threshold is not (>= 0 and <= 1))
        {
            yield return new OptionProblem(nameof(Threshold), Threshold, "between 0 and 1");
        }
    }
}
