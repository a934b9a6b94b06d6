namespace Plumbline.Feedback.RankModels.Raters;

/// <summary>A ranking within one prompt's answers.</summary>
/// <param name="Rater">Who said it.</param>
/// <param name="Ranking">What was said.</param>
/// <param name="Places">For each ranked item its place among the prompt's answers.</param>
/// <param name="Fronts">For each ranked item how far to the front it was shown.</param>
internal sealed record Judgement(int Rater, Ranking Ranking, int[] Places, double[] Fronts)
{
    /// <summary>The rater's place among those who judged the prompt; given by the <see cref="StrengthPosterior"/>.</summary>
    public int Seat { get; set; }

    /// <summary>Whether one answer is put above one other.</summary>
    public bool IsPair { get; } = Places.Length == 2 && Ranking.LevelEnds.Count == 2;

    /// <summary>The utility of each ranked item: sensitivity times strength, and the side bias's share.</summary>
    public void Utilities(ReadOnlySpan<double> parameters, ReadOnlySpan<double> strengths, Span<double> utilities)
    {
        var (sensitivity, bias) = (parameters[2 * Rater], parameters[(2 * Rater) + 1]);
        for (var i = 0; i < utilities.Length; i++)
        {
            utilities[i] = (sensitivity * strengths[Places[i]]) + (bias * Fronts[i]);
        }
    }
}
