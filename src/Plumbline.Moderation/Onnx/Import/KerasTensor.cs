namespace Plumbline.Moderation.Onnx.Import;

/// <summary>A value of the graph that is being made.</summary>
/// <param name="Name">Its name in the ONNX graph.</param>
/// <param name="Shape">Its shape as Keras has it, without the batch: <c>[height, width, channels]</c> for pictures.</param>
internal sealed record KerasTensor(string Name, int[] Shape)
{
    /// <summary>Whether it lies in memory as <c>[batch, channels, height, width]</c>, which is how ONNX's operators want pictures.</summary>
    public bool IsChannelsFirst { get; init; }

    /// <summary>What its numbers are, where it is the end of a softmax or a sigmoid; null elsewhere.</summary>
    public LabelScores? Scores { get; init; }

    /// <summary>Whether it is a picture or a map of features.</summary>
    public bool IsMap => Shape.Length == 3;

    /// <summary>How many channels it has.</summary>
    public int Channels => Shape[^1];
}
