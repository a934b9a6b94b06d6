using Plumbline.Configuration;
using Plumbline.Randomness;
using Plumbline.Scoring;

namespace Plumbline.Moderation.TextModels.Training;

/// <summary>
/// Learns a text model: logistic regression for each label on what is known of it, over the highest window of each text, by AdaGrad, on one thread. The same texts in the same order, options
/// and seed give the same bits.
/// </summary>
/// <param name="labels">What to learn, with the hazard each label speaks for.</param>
/// <param name="options">How.</param>
/// <param name="seed">The order of the texts, and which of them scores are calibrated on.</param>
public sealed class TextModelTrainer(IReadOnlyList<(string Name, string? Hazard)> labels, TextModelOptions options, Seed seed)
{
    private readonly int shift = 64 - options.TableBits;

    /// <summary>Learns.</summary>
    /// <param name="texts">The texts, canonical.</param>
    /// <param name="progress">Told the epoch that begins, from 0, after each thousand texts.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="InvalidInputException">Options are out of range, there are too many labels, or a label is never or always known to hold.</exception>
    public TextModel Train(IReadOnlyList<LabelledText> texts, Action<int, int>? progress = null, CancellationToken cancellation = default)
    {
        OptionsValidation.ThrowIfInvalid(options);
        ThrowUnlessLearnable(texts);
        var held = texts.Select(text => seed.Derive(text.Text).Source().NextBool(options.CalibrationShare)).ToArray();
        var owners = Owners(texts);
        var examples = new List<TrainingText>();
        var calibration = new List<TrainingText>();
        for (var i = 0; i < texts.Count; i++)
        {
            var example = new TrainingText(TextDocument.Of(texts[i].Text, owners, shift), Signs(texts[i]), texts[i].Weight);
            (held[i] ? calibration : examples).Add(example);
        }

        var weights = new TextModelWeights(owners.Length, labels.Count, options);
        var order = examples.ToArray();
        for (var epoch = 0; epoch < options.Epochs; epoch++)
        {
            seed.Derive("order", epoch).Source().Shuffle<TrainingText>(order);
            for (var i = 0; i < order.Length; i++)
            {
                if (i % 1000 == 0)
                {
                    cancellation.ThrowIfCancellationRequested();
                    progress?.Invoke(epoch, i);
                }

                weights.Learn(order[i]);
            }
        }

        var table = weights.Quantized(owners);
        return Calibrated(table, calibration);
    }

    // What is quantised is what is calibrated: the scores here are those that detectors will see.
    private TextModel Calibrated(TextModelTable table, List<TrainingText> calibration)
    {
        var scores = calibration.Select(text => table.Scores(text.Document)).ToList();
        var calibrated = labels.Select(
            (label, index) =>
            {
                var missCost = label.Hazard is null ? options.MissCost : 1;
                var known = calibration
                    .Select((text, i) => (Score: (double)scores[i][index], Sign: text.Signs[index], text.Weight))
                    .Where(example => example.Sign != 0)
                    .Select(example => (example.Score, example.Sign > 0, example.Weight * (example.Sign > 0 ? missCost : 1)));
                var (slope, offset) = PlattScaling.Fit([.. known]);
                return new TextModelLabel(label.Name, label.Hazard, (float)slope, (float)offset);
            }
        );
        return TextModelFile.Sealed(table, [.. calibrated]);
    }

    /// <summary>Which feature each record belongs to: of those that meet in it, the one that stands in the most texts.</summary>
    private short[] Owners(IReadOnlyList<LabelledText> texts)
    {
        var records = 1 << options.TableBits;
        var documents = new ushort[records << 8];
        var features = new HashSet<ulong>();
        foreach (var text in texts)
        {
            TextDocument.Distinct(text.Text, features);
            foreach (var feature in features)
            {
                ref var count = ref documents[((int)(feature >> shift) << 8) | (byte)feature];
                count = (ushort)Math.Min(count + 1, ushort.MaxValue);
            }
        }

        var owners = new short[records];
        for (var record = 0; record < records; record++)
        {
            var counts = documents.AsSpan(record << 8, 256);
            var best = 0;
            for (var check = 1; check < counts.Length; check++)
            {
                best = counts[check] > counts[best] ? check : best;
            }

            owners[record] = counts[best] >= options.MinDocuments ? (short)best : (short)-1;
        }

        return owners;
    }

    private sbyte[] Signs(LabelledText text) =>
        [.. labels.Select(label => text.Labels.TryGetValue(label.Name, out var holds) ? (sbyte)(holds ? 1 : -1) : (sbyte)0)];

    private void ThrowUnlessLearnable(IReadOnlyList<LabelledText> texts)
    {
        if (labels.Count is 0 or > TextModel.MostLabels)
        {
            throw new InvalidInputException($"There are {labels.Count} labels.", $"A text model has 1 to {TextModel.MostLabels} of them.");
        }

        foreach (var (name, _) in labels)
        {
            var known = texts.Where(text => text.Labels.ContainsKey(name)).Select(text => text.Labels[name]).Distinct().Count();
            if (known < 2)
            {
                throw new InvalidInputException(
                    $"The label {name} holds of {(known == 0 ? "no text that says so" : "all texts or of none that know it")}.",
                    "A label needs texts of which it holds and texts of which it does not."
                );
            }
        }
    }
}

/// <summary>A text to learn from.</summary>
/// <param name="Document">Its features.</param>
/// <param name="Signs">Label by label: 1 where it holds, -1 where it does not, 0 where that is not known.</param>
/// <param name="Weight">How much it counts.</param>
internal sealed record TrainingText(TextDocument Document, sbyte[] Signs, float Weight);
