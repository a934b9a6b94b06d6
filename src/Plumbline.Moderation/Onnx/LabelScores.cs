namespace Plumbline.Moderation.Onnx;

/// <summary>How a classifier's outputs become scores in [0, 1].</summary>
public enum LabelScores
{
    /// <summary>Logits of labels that exclude each other: exp(x) over the sum of all. Labels of one hazard add up.</summary>
    Softmax,

    /// <summary>Logits of labels that may hold together: 1 / (1 + exp(-x)). Of a hazard's labels the highest counts.</summary>
    Sigmoid,

    /// <summary>Probabilities of labels that exclude each other, taken as they are. Labels of one hazard add up.</summary>
    ExclusiveProbabilities,

    /// <summary>Probabilities of labels that may hold together, taken as they are. Of a hazard's labels the highest counts.</summary>
    IndependentProbabilities,
}
