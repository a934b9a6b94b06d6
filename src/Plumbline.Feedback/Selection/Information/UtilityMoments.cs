using Plumbline.Feedback.Selection.Rewards;

namespace Plumbline.Feedback.Selection.Information;

/// <summary>Means and covariances of the utilities of one task's answers, in arrays that are used again and again.</summary>
internal sealed class UtilityMoments
{
    /// <summary>How many answers there are.</summary>
    public int Count { get; set; }

    /// <summary>The means; the first <see cref="Count"/> count.</summary>
    public double[] Means { get; } = new double[ObservedRanking.MostAnswers];

    /// <summary>The covariances, row by row without gaps; the first <see cref="Count"/> squared count.</summary>
    public double[] Covariance { get; } = new double[ObservedRanking.MostAnswers * ObservedRanking.MostAnswers];
}
