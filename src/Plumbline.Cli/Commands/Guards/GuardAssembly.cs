using Plumbline.Cli.Pipelines;
using Plumbline.Cli.Pipelines.Labels;
using Plumbline.Constitutions;
using Plumbline.Findings;
using Plumbline.Moderation.Calibration;
using Plumbline.Moderation.Decisions;
using Plumbline.Moderation.Groundedness;
using Plumbline.Moderation.Guarding;
using Plumbline.Moderation.Images;
using Plumbline.Moderation.Judging;
using Plumbline.Moderation.Onnx;
using Plumbline.Moderation.PersonalData;
using Plumbline.Moderation.TermLists;
using Plumbline.Moderation.TextModels;

namespace Plumbline.Cli.Commands.Guards;

/// <summary>A guard put together from its file, with everything that has to be closed after it.</summary>
internal sealed class GuardAssembly : IDisposable
{
    private readonly List<IDisposable> owned = [];

    private GuardAssembly(GuardParts parts) => Parts = parts;

    /// <summary>What the guard is made of.</summary>
    internal GuardParts Parts { get; private set; }

    /// <summary>Loads detectors and thresholds.</summary>
    /// <param name="file">What to load.</param>
    /// <param name="log">Where decisions are written, which belongs to the caller; null for nowhere.</param>
    /// <param name="clock">The time.</param>
    /// <param name="alarmed">Told where texts are no longer like those of the calibration; null where that is not watched.</param>
    /// <exception cref="InvalidInputException">Something named in the file is not usable.</exception>
    internal static GuardAssembly Load(GuardFile file, DecisionLog? log, TimeProvider clock, Action<DriftStatus>? alarmed = null)
    {
        var constitution = ConstitutionFile.Read(file.Constitution, file.Overlays);
        if (log is not null)
        {
            // A hash alone does not say what a decision was made by.
            new KeptConstitutions(log.Folder).Keep(constitution);
        }

        var assembly = new GuardAssembly(
            new GuardParts
            {
                Constitution = constitution,
                Detectors = [],
                Options = file.Guard,
                Canonicalizer = file.Canonicalizer,
                Log = log,
                Clock = clock,
            }
        );
        try
        {
            var detectors = assembly.Detectors(file, constitution, clock).ToList();
            var calibration = file.Calibration is { } path ? Calibration(path, detectors) : null;
            assembly.Parts = assembly.Parts with
            {
                Detectors = detectors,
                Thresholds = calibration?.ForGuard() ?? GuardThresholds.OfClauses,
                Drift =
                    calibration is not null && alarmed is not null && file.Drift is { } drift
                        ? new DriftWatch(calibration, drift, alarmed)
                        : null,
            };
            return assembly;
        }
        catch
        {
            assembly.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var one in Enumerable.Reverse(owned))
        {
            one.Dispose();
        }
    }

    private IEnumerable<IDetector> Detectors(GuardFile file, Constitution constitution, TimeProvider clock)
    {
        yield return new TextModelDetector(
            file.TextModel is { } path ? TextModel.Load(path) : TextModel.Default,
            leastGeneral: file.GeneralSuspicion
                ?? (file.Calibration is null ? TextModelDetector.LeastGeneralScore : TextModelDetector.LeastScore)
        );
        if (file.PersonalData is { } personal)
        {
            yield return new PersonalDataDetector(new PersonalDataScanner(personal));
        }

        foreach (var list in file.Lists)
        {
            yield return TermListDetector.Load(list);
        }

        if (file.Groundedness is { } groundedness)
        {
            yield return new GroundednessDetector(groundedness);
        }

        foreach (var hashes in file.ImageHashes)
        {
            yield return ImageHashDetector.Load(hashes);
        }

        foreach (var classifier in file.TextClassifiers)
        {
            yield return Own(OnnxTextDetector.Load(classifier));
        }

        var probes = Own(new GuardProbes());
        foreach (var probe in file.Probes)
        {
            yield return probes.Load(probe);
        }

        foreach (var model in file.ImageModels)
        {
            yield return Own(OnnxImageDetector.Load(model));
        }

        if (file.Judge is { } judge)
        {
            var asked = Own(new AskedModel(judge, new JudgeNeeds(Writes: false, Scores: true, MaxTokens: 1), file.Judging.Parallel, clock));
            yield return new ClauseJudge(asked.Scorer!, constitution, file.Judging);
        }
    }

    // Thresholds of another model mean nothing for this one.
    private static GuardCalibration Calibration(string path, IReadOnlyList<IDetector> detectors)
    {
        var calibration = GuardCalibration.Read(path);
        foreach (var detector in detectors)
        {
            if (calibration.Detectors.TryGetValue(detector.Name, out var version) && version != detector.Version)
            {
                throw new InvalidInputException(
                    $"it was made with version {version} of the detector {detector.Name}, and {detector.Version} is loaded.",
                    "Calibrate anew, or load that version.",
                    new InputPosition(path)
                );
            }
        }

        return calibration;
    }

    private T Own<T>(T one)
        where T : IDisposable
    {
        owned.Add(one);
        return one;
    }
}
