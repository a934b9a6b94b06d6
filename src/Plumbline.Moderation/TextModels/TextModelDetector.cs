using Plumbline.Findings;

namespace Plumbline.Moderation.TextModels;

/// <summary>Asks a text model. A label that speaks for no hazard, such as that something is wrong, speaks for the likeliest one.</summary>
/// <param name="model">The model.</param>
/// <param name="least">Scores below are no findings; in [0, 1].</param>
public sealed class TextModelDetector(TextModel model, double least = TextModelDetector.LeastScore) : IDetector
{
    /// <summary>The score below which nothing is found by default.</summary>
    public const double LeastScore = 0.05;

    private static readonly IReadOnlyList<Finding> Nothing = [];

    /// <inheritdoc/>
    public string Name => "text";

    /// <inheritdoc/>
    public string Version => model.Hash;

    /// <inheritdoc/>
    public DetectorCost Cost => DetectorCost.Cheap;

    /// <inheritdoc/>
    public DetectorReading Reads => DetectorReading.Views;

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Hazards { get; } =
    [.. model.Labels.Select(label => label.Hazard).OfType<string>().Distinct(StringComparer.Ordinal)];

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Finding>> DetectAsync(DetectorInput input, CancellationToken cancellationToken)
    {
        Span<float> probabilities = stackalloc float[TextModel.MostLabels];
        Span<TextSpan> windows = stackalloc TextSpan[TextModel.MostLabels];
        model.Score(input.Text, probabilities, windows);
        return ValueTask.FromResult(Findings(probabilities, windows));
    }

    private IReadOnlyList<Finding> Findings(ReadOnlySpan<float> probabilities, ReadOnlySpan<TextSpan> windows)
    {
        List<Finding>? findings = null;
        for (var label = 0; label < model.Labels.Count; label++)
        {
            if (probabilities[label] >= least)
            {
                (findings ??= []).Add(
                    new Finding
                    {
                        Hazard = model.Labels[label].Hazard ?? Likeliest(probabilities),
                        Kind = model.Labels[label].Name,
                        Score = probabilities[label],
                        Span = windows[label],
                    }
                );
            }
        }

        return findings ?? Nothing;
    }

    private string Likeliest(ReadOnlySpan<float> probabilities)
    {
        var best = -1;
        for (var label = 0; label < model.Labels.Count; label++)
        {
            if (model.Labels[label].Hazard is not null && (best < 0 || probabilities[label] > probabilities[best]))
            {
                best = label;
            }
        }

        return model.Labels[best].Hazard!;
    }
}
