using Plumbline.Findings;

namespace Plumbline.Moderation.TextModels;

/// <summary>
/// Asks a text model. A label that speaks for no hazard, such as that something is wrong, speaks for the likeliest one, and by default only where it is likelier than not: clauses that a low score breaks
/// mean a low score of their own hazard.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="least">Scores below are no findings; in [0, 1].</param>
/// <param name="leastGeneral">Scores below are no findings of a label that speaks for no hazard; in [0, 1].</param>
/// <exception cref="InvalidInputException">No label of the model speaks for a hazard.</exception>
public sealed class TextModelDetector(
    TextModel model,
    double least = TextModelDetector.LeastScore,
    double leastGeneral = TextModelDetector.LeastGeneralScore
) : IDetector
{
    /// <summary>The score below which nothing is found by default.</summary>
    public const double LeastScore = 0.05;

    /// <summary>The score below which a label that speaks for no hazard finds nothing by default.</summary>
    public const double LeastGeneralScore = 0.5;

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
    public IReadOnlyCollection<string> Hazards { get; } = HazardsOf(model);

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
            var hazard = model.Labels[label].Hazard;
            if (probabilities[label] >= least && (hazard is not null || probabilities[label] >= leastGeneral))
            {
                (findings ??= []).Add(
                    new Finding
                    {
                        Hazard = hazard ?? Likeliest(probabilities),
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

    private static string[] HazardsOf(TextModel model)
    {
        string[] hazards = [.. model.Labels.Select(label => label.Hazard).OfType<string>().Distinct(StringComparer.Ordinal)];
        return hazards.Length > 0
            ? hazards
            : throw new InvalidInputException(
                $"The text model {model.Hash[..16]} speaks for no hazard: its labels are {string.Join(", ", model.Labels.Select(label => label.Name))}.",
                "Give the guard a model whose recipe names a hazard for at least one label."
            );
    }
}
