using Plumbline.Evaluation.Detection;
using Plumbline.Findings;
using Plumbline.Moderation.TextModels;
using Plumbline.Moderation.TextModels.Training;

namespace Plumbline.Cli.Commands.Guards;

/// <summary>Measures a text model on its recipe's tests, at a score of a half.</summary>
internal static class TextModelMeasurement
{
    internal const double Threshold = 0.5;

    internal static DetectionMeasurement Of(TextModel model, IReadOnlyList<LabelledText> texts, TextModelRecipe recipe)
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
                    var score = scores[label];
                    cases.Add(
                        new DetectionCase(
                            text.Source,
                            model.Labels[label].Name,
                            text.Language,
                            text.Group,
                            score,
                            score >= Threshold,
                            holds
                        )
                    );
                }
            }
        }

        return DetectionMeasurement.Of(cases, recipe.Seed);
    }
}
