using Plumbline.Configuration;
using Plumbline.Moderation.Images;

namespace Plumbline.Moderation.Onnx;

/// <summary>What a model of pictures gives.</summary>
public enum ImageOutput
{
    /// <summary>One number a label, <c>[batch, labels]</c>.</summary>
    Labels,

    /// <summary>Boxes with a score a label, <c>[batch, 4 + labels, boxes]</c> or its transpose: YOLOv8 and its kin, NudeNet.</summary>
    Boxes,
}

/// <summary>A classifier or a finder of things in pictures, in ONNX, and what its labels stand for.</summary>
public sealed record OnnxImageOptions : IValidatedOptions
{
    /// <summary>What records call the detector.</summary>
    /// <value>onnx-image</value>
    public string Name { get; init; } = "onnx-image";

    /// <summary>A Hugging Face folder: <c>model.onnx</c> there or in <c>onnx</c>, <c>config.json</c> and <c>preprocessor_config.json</c>.</summary>
    public required string Folder { get; init; }

    /// <summary>The model's file where it lies elsewhere; null for the folder's.</summary>
    public string? Model { get; init; }

    /// <summary>The labels in the order of the model's outputs; empty for those of <c>config.json</c>.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>The code of the hazard that each label stands for.</summary>
    public required IReadOnlyDictionary<string, string> Hazards { get; init; }

    /// <summary>The labels that stand for no hazard. Every label is either here or in <see cref="Hazards"/>.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];

    /// <summary>What the model gives.</summary>
    /// <value>labels</value>
    public ImageOutput Output { get; init; } = ImageOutput.Labels;

    /// <summary>
    /// How outputs become scores; null for what an imported model or <c>config.json</c> says, else softmax. The scores of boxes are probabilities unless it says otherwise.
    /// </summary>
    public LabelScores? Scores { get; init; }

    /// <summary>How pictures become inputs; null for what <c>preprocessor_config.json</c> says.</summary>
    public ImagePreprocessing? Preprocessing { get; init; }

    /// <summary>What pictures may be.</summary>
    public ImageLimits Limits { get; init; } = new();

    /// <summary>The least score that is reported; 0 reports every hazard of every picture.</summary>
    /// <value>0</value>
    public double LeastScore { get; init; }

    /// <summary>The least score of a box.</summary>
    /// <value>0.2</value>
    public double LeastBoxScore { get; init; } = 0.2;

    /// <summary>The largest share of their union that two boxes of one label may overlap; of two that do more the lower one is dropped.</summary>
    /// <value>0.45</value>
    public double MostOverlap { get; init; } = 0.45;

    /// <summary>Threads of one run; 1 runs on the caller's thread.</summary>
    /// <value>1</value>
    public int Threads { get; init; } = 1;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        var unknown = LabelOptions.UnknownHazard(Hazards.Values);
        (bool Holds, string Option, object? Value, string Range)[] checks =
        [
            (LabelOptions.IsName(Name), nameof(Name), Name, "1 to 64 lower-case letters, digits, '-' and '_'"),
            (unknown is null, nameof(Hazards), unknown, "codes of hazards, such as S12"),
            (
                Output == ImageOutput.Labels || Scores is null or LabelScores.Sigmoid or LabelScores.IndependentProbabilities,
                nameof(Scores),
                Scores,
                "sigmoid or independent_probabilities for boxes"
            ),
            (LeastScore is >= 0 and <= 1, nameof(LeastScore), LeastScore, "between 0 and 1"),
            (LeastBoxScore is > 0 and <= 1, nameof(LeastBoxScore), LeastBoxScore, "above 0 and at most 1"),
            (MostOverlap is >= 0 and <= 1, nameof(MostOverlap), MostOverlap, "between 0 and 1"),
            (Threads is >= 1 and <= 256, nameof(Threads), Threads, "between 1 and 256"),
        ];
        return from check in checks where !check.Holds select new OptionProblem(check.Option, check.Value, check.Range);
    }
}
