using Plumbline.Configuration;
using Plumbline.Findings;
using Plumbline.Moderation.Images;

namespace Plumbline.Moderation.Onnx;

/// <summary>
/// Asks a model of pictures: a classifier gives a finding for each hazard, a finder of things one for each box, with its place. Of an animation every frame is asked about.
/// </summary>
/// <remarks>A picture that cannot be read is an error, never a picture in which nothing was found.</remarks>
public sealed class OnnxImageDetector : IDetector, IDisposable
{
    /// <summary>The key under which <see cref="Import.TensorflowJsImporter"/> notes in a model how its outputs become scores.</summary>
    internal const string ScoresNote = "plumbline.scores";

    private readonly OnnxImageOptions options;
    private readonly OnnxSession session;
    private readonly LabelHazards labels;
    private readonly ImageDecoder decoder;
    private readonly ImagePreprocessing preprocessing;
    private readonly ImageInput input;
    private readonly LabelScores scores;
    private readonly string output;

    private OnnxImageDetector(OnnxImageOptions options, OnnxSession session)
    {
        this.options = options;
        this.session = session;
        decoder = new ImageDecoder(options.Limits);
        var configFile = Path.Combine(options.Folder, "config.json");
        var config = ClassifierConfig.Read(configFile);
        labels = LabelHazards.Of(
            (options.Labels.Count > 0 ? options.Labels : config.Labels)
                ?? throw session.Invalid(
                    "No labels are given and config.json has no id2label.",
                    "Name the labels in the order of the outputs."
                ),
            options.Hazards,
            options.Ignored,
            configFile
        );
        preprocessing =
            options.Preprocessing
            ?? PreprocessorConfig.Read(Path.Combine(options.Folder, "preprocessor_config.json"))
            ?? throw session.Invalid("There is no preprocessor_config.json.", "State the preprocessing in the options.");
        OptionsValidation.ThrowIfInvalid(preprocessing);
        input = ImageInput.Of(session, preprocessing);
        if (options.Output == ImageOutput.Boxes)
        {
            output = BoxOutput.Find(session);
            scores = options.Scores ?? LabelScores.IndependentProbabilities;
        }
        else
        {
            output = ClassifierOutput.Find(session, labels.Labels.Count);
            scores = options.Scores ?? Noted(session) ?? config.Scores ?? LabelScores.Softmax;
        }
    }

    /// <inheritdoc/>
    public string Name => options.Name;

    /// <inheritdoc/>
    /// <remarks>The SHA-256 of the model, in hexadecimal digits.</remarks>
    public string Version => session.Hash;

    /// <inheritdoc/>
    public DetectorCost Cost => DetectorCost.Model;

    /// <inheritdoc/>
    public DetectorReading Reads => DetectorReading.Image;

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Hazards => labels.Codes;

    /// <summary>Loads the model and everything around it.</summary>
    /// <exception cref="InvalidInputException">An option is out of its range, a file is missing or broken, or they do not fit together.</exception>
    public static OnnxImageDetector Load(OnnxImageOptions options)
    {
        OptionsValidation.ThrowIfInvalid(options);
        var opened = OnnxSession.Open(ModelFiles.Find(options.Folder, options.Model), options.Threads);
        try
        {
            return new OnnxImageDetector(options, opened);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidInputException">The picture cannot be read, or the model fails on it.</exception>
    public ValueTask<IReadOnlyList<Finding>> DetectAsync(DetectorInput input, CancellationToken cancellationToken) =>
        new(Task.Run<IReadOnlyList<Finding>>(() => Detect(input.Image, cancellationToken), cancellationToken));

    /// <inheritdoc/>
    public void Dispose() => session.Dispose();

    private static LabelScores? Noted(OnnxSession session) =>
        session.Note(ScoresNote) is not { } note ? null
        : Enum.TryParse<LabelScores>(note, out var noted) && Enum.IsDefined(noted) ? noted
        : throw session.Invalid($"The model notes its scores as '{note}', which is not known.", "Import the model again, or set scores.");

    private List<Finding> Detect(ReadOnlyMemory<byte> file, CancellationToken cancellationToken)
    {
        List<Finding> found = [];
        foreach (var frame in decoder.Decode(file))
        {
            var fitted = ImageFitting.Fit(frame, preprocessing);
            using var values = input.Make(fitted);
            var ofFrame = session.Run(
                values.ByName,
                output,
                (outputs, shape) => options.Output == ImageOutput.Boxes ? Boxes(outputs, shape, fitted) : Labels(outputs, shape),
                cancellationToken
            );
            found = options.Output == ImageOutput.Boxes ? [.. found, .. ofFrame] : Higher(found, ofFrame);
        }

        return found;
    }

    private List<Finding> Labels(ReadOnlySpan<float> outputs, ReadOnlySpan<long> shape)
    {
        ClassifierOutput.CheckShape(session, shape, 1, labels.Labels.Count);
        Span<HazardScore> row = new HazardScore[labels.Codes.Count];
        labels.Score(outputs, scores, row);
        return labels.Findings(row, options.LeastScore, (_, finding) => finding);
    }

    private List<Finding> Boxes(ReadOnlySpan<float> outputs, ReadOnlySpan<long> shape, FittedImage image)
    {
        var boxes = new BoxOutput(session, labels, options, scores).Read(outputs, shape);
        return
        [
            .. from box in boxes
            where box.Score >= options.LeastScore
            select new Finding
            {
                Hazard = labels.CodeOf(box.Label)!,
                Score = box.Score,
                Kind = labels.Labels[box.Label],
                Region = image.Region(box.Left, box.Top, box.Right, box.Bottom),
            },
        ];
    }

    /// <summary>Of each hazard the frame that has most of it.</summary>
    private static List<Finding> Higher(List<Finding> first, List<Finding> second) =>
        first.Count == 0
            ? second
            : [.. first.Concat(second).GroupBy(finding => finding.Hazard).Select(group => group.MaxBy(finding => finding.Score)!)];
}
