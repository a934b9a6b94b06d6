using Plumbline.Configuration;
using Plumbline.Randomness;
using Plumbline.Runs;
using Plumbline.Scoring;

namespace Plumbline.Models.Probes.Training;

/// <summary>
/// Trains a probe: reads the hidden states of all texts behind several layers in one go, fits a logistic regression for each layer, label and weight decay on one
/// part of the texts, and chooses and calibrates on the other. The same texts, options, seed and number of threads give the same bits.
/// </summary>
/// <remarks>The best layer differs from model to model and from label to label (Nordby et al. 2026, arXiv 2604.13386); a probe has one, so that it costs one pass up to there.</remarks>
public sealed class ProbeTrainer
{
    // Fewer say nothing of a label.
    private const int LeastTexts = 4;

    private readonly HiddenStateReader reader;
    private readonly IReadOnlyList<(string Name, string Hazard)> labels;
    private readonly ProbeTrainingOptions options;
    private readonly Seed seed;
    private readonly int[] layers;

    /// <summary>Prepares training.</summary>
    /// <param name="reader">The model; not owned.</param>
    /// <param name="labels">What is learnt: labels, and the codes of the hazards that they speak for; 1 to 64.</param>
    /// <param name="options">How.</param>
    /// <param name="seed">Which texts are for validation.</param>
    /// <exception cref="InvalidInputException">An option is out of its range, or there are too few or many labels.</exception>
    public ProbeTrainer(
        HiddenStateReader reader,
        IReadOnlyList<(string Name, string Hazard)> labels,
        ProbeTrainingOptions options,
        Seed seed
    )
    {
        (this.reader, this.labels, this.seed) = (reader, labels, seed);
        this.options = OptionsValidation.ThrowIfInvalid(options);
        layers = options.LayersOf(reader.LayerCount);
        if (labels.Count is < 1 or > HiddenStateProbe.MostLabels)
        {
            throw new InvalidInputException(
                $"{labels.Count} labels speak for a hazard.",
                $"Give 1 to {HiddenStateProbe.MostLabels} labels the code of a hazard, such as S10."
            );
        }
    }

    /// <summary>Learns from texts.</summary>
    /// <param name="examples">The texts, in an order that does not change the result's meaning, but its last bits.</param>
    /// <param name="progress">Told how far it is; null for nobody.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="InvalidInputException">A label has too few texts, or the states are no numbers or too many.</exception>
    public Task<TrainedProbe> TrainAsync(
        IReadOnlyList<ProbeExample> examples,
        IProgressSink? progress = null,
        CancellationToken cancellation = default
    ) => reader.UseAsync(() => Train(examples, progress, cancellation), cancellation);

    private TrainedProbe Train(IReadOnlyList<ProbeExample> examples, IProgressSink? progress, CancellationToken cancellation)
    {
        ThrowIfTooFew(examples, Enumerable.Range(0, examples.Count));
        var features = ProbeFeatures.Read(
            reader,
            examples,
            layers,
            options,
            done => progress?.Report(new ProgressUpdate("reading hidden states", done, examples.Count, done, "texts")),
            cancellation
        );
        var read = Enumerable.Range(0, examples.Count).Where(text => features[text].Count > 0).ToList();
        ThrowIfTooFew(examples, read);
        var (training, validation) = (
            read.Where(text => !IsHeldOut(examples[text])).ToList(),
            read.Where(text => IsHeldOut(examples[text])).ToList()
        );
        (LayerFit Fit, (double[] Weights, TriedLabel Tried)[] Labels, TriedLayer Tried)? best = null;
        var tried = new List<TriedLayer>();
        for (var layer = 0; layer < layers.Length; layer++)
        {
            var fit = new LayerFit(features, examples, training, layer);
            var fitted = new (double[] Weights, TriedLabel Tried)[labels.Count];
            for (var label = 0; label < labels.Count; label++)
            {
                var name = labels[label].Name;
                fitted[label] = fit.Fit(name, Known(examples, training, name), Known(examples, validation, name), options.L2, cancellation);
                var done = (layer * labels.Count) + label + 1;
                progress?.Report(new ProgressUpdate("fitting", done, layers.Length * labels.Count, done, "probes"));
            }

            tried.Add(new TriedLayer(layers[layer], [.. fitted.Select(one => one.Tried)]));
            // Of equals the lowest: it costs least.
            best = best is null || tried[^1].Loss < best.Value.Tried.Loss ? (fit, fitted, tried[^1]) : best;
        }

        var (chosen, probes, at) = best!.Value;
        return new TrainedProbe(Probe(chosen, probes, at.Layer, examples, training, validation), tried);
    }

    private HiddenStateProbe Probe(
        LayerFit fit,
        (double[] Weights, TriedLabel Tried)[] probes,
        int layer,
        IReadOnlyList<ProbeExample> examples,
        List<int> training,
        List<int> validation
    )
    {
        var described = labels.Select(
            (label, i) =>
            {
                var tried = probes[i].Tried;
                var weights = Known(examples, validation, label.Name).Select(text => (double)examples[text].Weight);
                var (slope, offset) = PlattScaling.Fit([
                    .. tried.Scores.Zip(tried.Holds, weights).Select(one => (one.First, one.Second, one.Third)),
                ]);
                var known = Known(examples, training, label.Name);
                var positives = known.Count(text => examples[text].Labels[label.Name]);
                return new ProbeLabel(label.Name, label.Hazard, slope, offset, tried.L2, positives, known.Count - positives);
            }
        );
        return new HiddenStateProbe(
            new ProbeDescription
            {
                Version = ProbeDescription.CurrentVersion,
                Model = reader.ModelHash,
                Layer = layer,
                Reading = options.Reading,
                Labels = [.. described],
                Training = options with { Layers = layers },
                Seed = seed.Value,
            },
            [.. probes.Select(one => one.Weights[..^1])],
            [.. probes.Select(one => one.Weights[^1])],
            fit.Mean,
            fit.Scale
        );
    }

    private static List<int> Known(IReadOnlyList<ProbeExample> examples, IEnumerable<int> texts, string label) =>
        [.. texts.Where(text => examples[text].Labels.ContainsKey(label))];

    // By the text itself, so that one that occurs twice is never on both sides.
    private bool IsHeldOut(ProbeExample example) =>
        seed.Derive("validation").Derive(example.Text).Value < options.ValidationShare * ulong.MaxValue;

    private void ThrowIfTooFew(IReadOnlyList<ProbeExample> examples, IEnumerable<int> texts)
    {
        var sides = texts.ToLookup(text => IsHeldOut(examples[text]));
        foreach (var (label, _) in labels)
        {
            foreach (var heldOut in (bool[])[false, true])
            {
                var known = Known(examples, sides[heldOut], label);
                var positives = known.Count(text => examples[text].Labels[label]);
                if (positives < LeastTexts || known.Count - positives < LeastTexts)
                {
                    throw new InvalidInputException(
                        $"The label {label} holds of {positives} {(heldOut ? "validation" : "training")} texts and not of {known.Count - positives}, where {LeastTexts} of each are needed.",
                        "Add sources that say of more texts whether it holds, or take the label out of the recipe."
                    );
                }
            }
        }
    }
}
