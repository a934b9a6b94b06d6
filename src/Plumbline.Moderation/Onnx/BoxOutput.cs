namespace Plumbline.Moderation.Onnx;

/// <summary>A thing that was found in the picture as the model reads it, in its pixels.</summary>
internal readonly record struct FoundBox(double Left, double Top, double Right, double Bottom, int Label, double Score)
{
    /// <summary>The share of their union that the two have in common.</summary>
    public double Overlap(FoundBox other)
    {
        var width = Math.Min(Right, other.Right) - Math.Max(Left, other.Left);
        var height = Math.Min(Bottom, other.Bottom) - Math.Max(Top, other.Top);
        if (width <= 0 || height <= 0)
        {
            return 0;
        }

        var common = width * height;
        return common / (Area + other.Area - common);
    }

    private double Area => (Right - Left) * (Bottom - Top);
}

/// <summary>
/// Reads the boxes of YOLOv8's kind of output: centre, width and height in pixels of the input, then a score a label; <c>[1, 4 + labels, boxes]</c> or its transpose.
/// Of boxes of one label that overlap too much the highest stays (non-maximum suppression).
/// </summary>
internal sealed class BoxOutput(OnnxSession session, LabelHazards labels, OnnxImageOptions options, LabelScores scores)
{
    private const int Coordinates = 4;

    /// <summary>The most boxes of a label that are compared with each other.</summary>
    private const int MostOfLabel = 1000;

    /// <summary>The name of the only output.</summary>
    /// <exception cref="InvalidInputException">There are several, or it is no list of boxes.</exception>
    public static string Find(OnnxSession session)
    {
        if (session.Outputs.Count != 1 || session.Outputs.Values.Single().Dimensions.Length != 3)
        {
            throw session.Invalid(
                $"The model has the outputs {string.Join(", ", session.Outputs.Select(output => $"{output.Key} [{string.Join(", ", output.Value.Dimensions)}]"))}.",
                "Export it with one output [batch, 4 + labels, boxes], without its own suppression."
            );
        }

        return session.Outputs.Keys.Single();
    }

    /// <summary>The boxes of labels that have a hazard, the highest first.</summary>
    public List<FoundBox> Read(ReadOnlySpan<float> outputs, ReadOnlySpan<long> shape)
    {
        var width = Coordinates + labels.Labels.Count;
        if (shape.Length != 3 || shape[0] != 1 || (shape[1] != width && shape[2] != width))
        {
            throw session.Invalid(
                $"The model gives [{string.Join(", ", shape.ToArray())}], but {labels.Labels.Count} labels need [1, {width}, boxes].",
                "Name one label for each output, in their order."
            );
        }

        var boxes = (int)(shape[1] == width ? shape[2] : shape[1]);
        var (ofField, ofBox) = shape[1] == width ? (boxes, 1) : (1, width);
        var kept = new List<FoundBox>();
        for (var label = 0; label < labels.Labels.Count; label++)
        {
            if (labels.CodeOf(label) is not null)
            {
                kept.AddRange(Suppress(OfLabel(outputs, label, boxes, ofField, ofBox)));
            }
        }

        return [.. kept.OrderByDescending(box => box.Score)];
    }

    private IEnumerable<FoundBox> OfLabel(ReadOnlySpan<float> outputs, int label, int boxes, int ofField, int ofBox)
    {
        var found = new List<FoundBox>();
        for (var box = 0; box < boxes; box++)
        {
            var at = box * ofBox;
            var score = LabelHazards.ScoreOf(outputs[at + ((Coordinates + label) * ofField)], scores);
            if (score >= options.LeastBoxScore)
            {
                found.Add(Box(outputs[at], outputs[at + ofField], outputs[at + (2 * ofField)], outputs[at + (3 * ofField)], label, score));
            }
        }

        // Stable: boxes of one score keep the model's order.
        return found.OrderByDescending(box => box.Score).Take(MostOfLabel);
    }

    private FoundBox Box(float x, float y, float width, float height, int label, double score) =>
        float.IsFinite(x) && float.IsFinite(y) && float.IsFinite(width) && float.IsFinite(height)
            ? new FoundBox(x - (width / 2), y - (height / 2), x + (width / 2), y + (height / 2), label, score)
            : throw session.Invalid("The model gives a box that is not finite.", "Export the model again, with 32-bit weights.");

    private List<FoundBox> Suppress(IEnumerable<FoundBox> boxes)
    {
        var kept = new List<FoundBox>();
        foreach (var box in boxes)
        {
            if (kept.TrueForAll(higher => higher.Overlap(box) <= options.MostOverlap))
            {
                kept.Add(box);
            }
        }

        return kept;
    }
}
