namespace Plumbline.Feedback.RankModels.Fitting;

/// <summary>Groups the items, maximises the likelihood and measures strengths from the mean of each group.</summary>
internal static class StrengthEstimation
{
    /// <summary>Strengths without intervals.</summary>
    /// <param name="data">Comparisons or rankings.</param>
    /// <param name="weights">The weight of each observation; 0 leaves it out.</param>
    /// <param name="options">The prior.</param>
    /// <param name="start">Log-strengths to start from; empty for 0.</param>
    public static EstimatedStrengths Estimate(
        IStrengthData data,
        ReadOnlySpan<double> weights,
        StrengthOptions options,
        ReadOnlySpan<double> start
    )
    {
        var wins = new List<(int, int)>();
        data.AddWins(weights, wins);
        var grouping = Grouping.Of(data.Items, wins, options.PriorDeviation is not null);
        var likelihood = data.Likelihood(weights, grouping.GroupOf);
        var from = new double[data.Items + likelihood.TieSizes.Count];
        start.CopyTo(from);
        Centre(from, grouping);
        var maximum = NewtonMethod.Maximise(likelihood, from, grouping.GroupOf, options.Precision);
        Centre(maximum.At, grouping);
        return new EstimatedStrengths(grouping, likelihood, maximum);
    }

    private static void Centre(double[] at, Grouping grouping)
    {
        foreach (var group in grouping.Groups)
        {
            var mean = group.Items.Average(item => at[item]);
            foreach (var item in group.Items)
            {
                at[item] -= mean;
            }
        }
    }
}

/// <summary>Estimated strengths.</summary>
/// <param name="Grouping">Which items can be measured against each other.</param>
/// <param name="Likelihood">What was maximised.</param>
/// <param name="Maximum">Log-strengths, of mean 0 in each group, and log-prevalences of ties.</param>
internal sealed record EstimatedStrengths(Grouping Grouping, IStrengthLikelihood Likelihood, Maximum Maximum);
