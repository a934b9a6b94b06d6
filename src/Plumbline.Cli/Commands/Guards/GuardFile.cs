using Plumbline.Cli.Pipelines.Labels;
using Plumbline.Configuration;
using Plumbline.Moderation.Calibration;
using Plumbline.Moderation.Canonicalization;
using Plumbline.Moderation.Groundedness;
using Plumbline.Moderation.Guarding;
using Plumbline.Moderation.Images;
using Plumbline.Moderation.Judging;
using Plumbline.Moderation.Onnx;
using Plumbline.Moderation.PersonalData;

namespace Plumbline.Cli.Commands.Guards;

/// <summary>What a guard is made of, as a file: <c>plumb guard check</c>, <c>calibrate</c> and <c>serve</c> read it.</summary>
internal sealed record GuardFile : IValidatedOptions
{
    /// <summary>The constitution: a file, or the name of a shipped one.</summary>
    /// <value>general</value>
    public string Constitution { get; init; } = "general";

    /// <summary>Overlays laid over it: files, or names of shipped ones.</summary>
    public IReadOnlyList<string> Overlays { get; init; } = [];

    /// <summary>The text model's file; null for the shipped one.</summary>
    public string? TextModel { get; init; }

    /// <summary>
    /// The score from which the text model's suspicion that names no hazard counts for the likeliest one, in [0, 1]; null for a half, and with a calibration for every score, since it says from which
    /// one on what counts.
    /// </summary>
    public double? GeneralSuspicion { get; init; }

    /// <summary>Which personal data is looked for; null for none.</summary>
    public PersonalDataOptions? PersonalData { get; init; } = new();

    /// <summary>Sequence classifiers in ONNX.</summary>
    public IReadOnlyList<OnnxTextOptions> TextClassifiers { get; init; } = [];

    /// <summary>Linear probes on the hidden states of models in folders.</summary>
    public IReadOnlyList<GuardProbeOptions> Probes { get; init; } = [];

    /// <summary>Image models in ONNX.</summary>
    public IReadOnlyList<OnnxImageOptions> ImageModels { get; init; } = [];

    /// <summary>Lists of hashes of images.</summary>
    public IReadOnlyList<ImageHashOptions> ImageHashes { get; init; } = [];

    /// <summary>Files of term lists with context (docs/term-lists.md).</summary>
    public IReadOnlyList<string> Lists { get; init; } = [];

    /// <summary>How answers are compared with their sources; null for not at all.</summary>
    public GroundednessOptions? Groundedness { get; init; }

    /// <summary>The language model that judges by the clauses; null for none.</summary>
    public JudgeModelOptions? Judge { get; init; }

    /// <summary>How it is asked.</summary>
    public ClauseJudgeOptions Judging { get; init; } = new();

    /// <summary>How the guard decides.</summary>
    public GuardOptions Guard { get; init; } = new();

    /// <summary>How texts are unwrapped.</summary>
    public CanonicalizerOptions Canonicalizer { get; init; } = new();

    /// <summary>The file that <c>plumb guard calibrate</c> wrote; null for the thresholds of the clauses.</summary>
    public string? Calibration { get; init; }

    /// <summary>When texts that are no longer like those of the calibration raise an alarm, under <c>plumb guard serve</c>; null for never.</summary>
    public DriftOptions? Drift { get; init; } = new();

    /// <summary>The folder that decisions are written to; null for nowhere.</summary>
    public string? Decisions { get; init; }

    /// <summary>The review store that escalated decisions are handed to: a path for SQLite, or an address or a connection string for PostgreSQL; null for none.</summary>
    public string? Reviews { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (GeneralSuspicion is not (null or >= 0 and <= 1))
        {
            yield return new OptionProblem(nameof(GeneralSuspicion), GeneralSuspicion, "between 0 and 1");
        }
    }
}
