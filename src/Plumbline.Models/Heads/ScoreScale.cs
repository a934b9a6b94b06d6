namespace Plumbline.Models.Heads;

/// <summary>
/// Where the scores of reference answers lie. Comparisons leave the level of scores open, and training their spread: on this scale reference answers have mean 0 and
/// deviation 1 (arXiv 1909.08593, section 2.1), so that scores of several models can be averaged and a reward means the same from run to run.
/// </summary>
/// <param name="Mean">Mean score, finite.</param>
/// <param name="Deviation">Standard deviation of the scores, above 0 and finite.</param>
public readonly record struct ScoreScale(double Mean, double Deviation)
{
    /// <summary>The scale of measured scores.</summary>
    /// <param name="scores">Scores of reference answers: at least 2, not all the same.</param>
    /// <exception cref="InvalidInputException">Nothing can be measured on them.</exception>
    public static ScoreScale Of(IReadOnlyList<double> scores)
    {
        var mean = scores.Count == 0 ? 0 : scores.Average();
        var deviation = scores.Count < 2 ? 0 : Math.Sqrt(scores.Sum(score => (score - mean) * (score - mean)) / (scores.Count - 1));
        return deviation > 0 && double.IsFinite(deviation)
            ? new ScoreScale(mean, deviation)
            : throw new InvalidInputException(
                $"The scores of {scores.Count} reference answers have no spread to measure.",
                "Give at least two answers that differ, or leave the scores as they are."
            );
    }

    /// <summary>(score − mean) / deviation.</summary>
    /// <param name="score">As the model gives it.</param>
    public double Normalised(double score) => (score - Mean) / Deviation;
}
