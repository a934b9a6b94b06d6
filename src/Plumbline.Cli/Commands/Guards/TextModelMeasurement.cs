using Plumbline.Evaluation.Detection;
using Plumbline.Findings;
using Plumbline.Moderation.TextModels;
using Plumbline.Moderation.TextModels.Training;
using Plumbline.Randomness;

namespace Plumbline.Cli.Commands.Guards;

/// <summary>How a text model or a probe did on its recipe's tests, at a score of a half.</summary>
/// <param name="Rows">The figures of each source, language and label, in the recipe's order.</param>
/// <param name="Groups">How unevenly each source's harmless texts about groups are stopped, by source and label.</param>
internal sealed record TextModelMeasurement(
    IReadOnlyList<(string Source, string? Language, string Label, DetectionFigures Figures)> Rows,
    IReadOnlyList<(string Source, string Label, DropRates Rates)> Groups
)
{
    internal const double Threshold = 0.5;

    // Rates of fewer texts say nothing.
    private const int LeastOfGroup = 20;

    internal static TextModelMeasurement Of(TextModel model, IReadOnlyList<LabelledText> texts, TextModelRecipe recipe)
    {
        var scores = new float[model.Labels.Count];
        var windows = new TextSpan[model.Labels.Count];
        var cases = new List<DetectionCase>();
        foreach (var text in texts)
        {
            model.Score(text.Text, scores, windows);
            for (var label = 0; label < model.Labels.Count; label++)
            {
                if (text.Labels.TryGetValue(model.Labels[label].Name, out var holds))
                {
                    cases.Add(new DetectionCase(text.Source, model.Labels[label].Name, text.Language, text.Group, scores[label], holds));
                }
            }
        }

        return Of(cases, recipe.Seed);
    }

    internal static TextModelMeasurement Of(IReadOnlyList<DetectionCase> cases, Seed seed)
    {
        var rows = cases
            .GroupBy(one => (one.Source, one.Language, one.Label))
            .Select(group => (group.Key.Source, group.Key.Language, group.Key.Label, DetectionFigures.Of([.. group], Threshold, seed)))
            .ToList();
        var groups = cases
            .GroupBy(one => (one.Source, one.Label))
            .Select(group => (group.Key.Source, group.Key.Label, Rates: DropRates.Of(group, Threshold, LeastOfGroup)))
            .Where(group => group.Rates.Ratio is not null)
            .ToList();
        return new TextModelMeasurement(rows, groups);
    }
}
