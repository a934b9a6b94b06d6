namespace Plumbline.Models.Probes.Training;

/// <summary>A probe, and how it and those that were not taken did on the validation texts.</summary>
/// <param name="Probe">The probe of the layer with the lowest validation loss.</param>
/// <param name="Layers">Every layer that was tried, ascending.</param>
public sealed record TrainedProbe(HiddenStateProbe Probe, IReadOnlyList<TriedLayer> Layers);

/// <summary>What a layer told on the validation texts.</summary>
/// <param name="Layer">The number of the block, from 1.</param>
/// <param name="Labels">Each label, with the weight decay that was best for it.</param>
public sealed record TriedLayer(int Layer, IReadOnlyList<TriedLabel> Labels)
{
    /// <summary>The mean over the labels of their validation losses: what the layer was chosen by.</summary>
    public double Loss => Labels.Average(label => label.Loss);
}

/// <summary>A label at a layer.</summary>
/// <param name="Name">The label.</param>
/// <param name="L2">The weight decay with the lowest loss, the highest of equals.</param>
/// <param name="Loss">The mean of ln(1 + e^(−y·log-odds)) over the validation texts, weighted as they are.</param>
/// <param name="Scores">The log-odds of each validation text, before calibration.</param>
/// <param name="Holds">What each of them is.</param>
public sealed record TriedLabel(string Name, double L2, double Loss, IReadOnlyList<double> Scores, IReadOnlyList<bool> Holds);
