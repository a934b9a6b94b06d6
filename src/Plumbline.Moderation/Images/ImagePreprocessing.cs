using Plumbline.Configuration;

namespace Plumbline.Moderation.Images;

/// <summary>How a picture of any shape becomes one of the shape that a model reads.</summary>
public enum ImageFit
{
    /// <summary>It is stretched.</summary>
    Squash,

    /// <summary>Its shorter edge is brought to a length, and the middle is cut out.</summary>
    Crop,

    /// <summary>The whole of it is brought inside, and what is left at both ends is filled.</summary>
    Letterbox,

    /// <summary>The whole of it is brought inside at the upper left, and what is left at the right or below is filled.</summary>
    LetterboxTopLeft,
}

/// <summary>The order of a tensor's dimensions.</summary>
public enum ImageLayout
{
    /// <summary><c>[batch, 3, height, width]</c>.</summary>
    ChannelsFirst,

    /// <summary><c>[batch, height, width, 3]</c>.</summary>
    ChannelsLast,
}

/// <summary>How a picture becomes the input of a model: (colour · scale − mean) / deviation, for each colour.</summary>
public sealed record ImagePreprocessing : IValidatedOptions
{
    /// <summary>Columns of the input.</summary>
    /// <value>224</value>
    public int Width { get; init; } = 224;

    /// <summary>Rows of the input.</summary>
    /// <value>224</value>
    public int Height { get; init; } = 224;

    /// <summary>What happens to pictures of another shape.</summary>
    /// <value>squash</value>
    public ImageFit Fit { get; init; } = ImageFit.Squash;

    /// <summary>What the shorter edge is brought to before the middle is cut out; null for the longer side of the input.</summary>
    public int? ShortestEdge { get; init; }

    /// <summary>How pictures are resized.</summary>
    /// <value>triangle</value>
    public ResizeFilter Filter { get; init; } = ResizeFilter.Triangle;

    /// <summary>What fills a letterbox, a grey of 0 to 255; the cut-out of a picture that is smaller is filled with 0.</summary>
    /// <value>114, as in Ultralytics' YOLO</value>
    public int Fill { get; init; } = 114;

    /// <summary>What colours of 0 to 255 are multiplied by.</summary>
    /// <value>1/255</value>
    public double Scale { get; init; } = 1.0 / 255;

    /// <summary>What is taken off red, green and blue after that.</summary>
    /// <value>0, 0, 0</value>
    public IReadOnlyList<double> Mean { get; init; } = [0, 0, 0];

    /// <summary>What red, green and blue are divided by at last.</summary>
    /// <value>1, 1, 1</value>
    public IReadOnlyList<double> Deviation { get; init; } = [1, 1, 1];

    /// <summary>The order of dimensions; null for what the shape of the model's input says.</summary>
    public ImageLayout? Layout { get; init; }

    /// <summary>Whether blue comes first.</summary>
    /// <value>false</value>
    public bool BlueFirst { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        const int most = 4096;
        (bool Holds, string Option, object? Value, string Range)[] checks =
        [
            (Width is >= 1 and <= most, nameof(Width), Width, $"between 1 and {most}"),
            (Height is >= 1 and <= most, nameof(Height), Height, $"between 1 and {most}"),
            (
                ShortestEdge is null || (ShortestEdge is >= 1 and <= most && Fit == ImageFit.Crop),
                nameof(ShortestEdge),
                ShortestEdge,
                $"between 1 and {most}, and left out where nothing is cropped"
            ),
            (Fill is >= 0 and <= 255, nameof(Fill), Fill, "between 0 and 255"),
            (double.IsFinite(Scale) && Scale > 0, nameof(Scale), Scale, "above 0"),
            (Mean.Count == 3 && Mean.All(double.IsFinite), nameof(Mean), null, "three numbers"),
            (
                Deviation.Count == 3 && Deviation.All(value => double.IsFinite(value) && value > 0),
                nameof(Deviation),
                null,
                "three numbers above 0"
            ),
        ];
        return from check in checks where !check.Holds select new OptionProblem(check.Option, check.Value, check.Range);
    }
}
