namespace Plumbline.Feedback.RankModels.Fitting;

/// <summary>A concave log-likelihood of the items' log-strengths and of parameters that all items share.</summary>
internal interface IStrengthLikelihood
{
    /// <summary>The pairs of items that were compared.</summary>
    PairIndex Pairs { get; }

    /// <summary>The sizes of ties that have a prevalence, each a shared parameter log δ; empty where a model has none.</summary>
    IReadOnlyList<int> TieSizes { get; }

    /// <summary>Computes value and derivatives.</summary>
    /// <param name="at">[items + shared].</param>
    /// <param name="gradient">The same shape, overwritten.</param>
    /// <param name="curvature">Overwritten but for its ridge.</param>
    /// <returns>The log-likelihood.</returns>
    double Evaluate(ReadOnlySpan<double> at, Span<double> gradient, Curvature curvature);

    /// <summary>Adds to each observation's slot how fast the log-likelihood of one such observation changes along a direction.</summary>
    /// <param name="at">[items + shared].</param>
    /// <param name="direction">The same shape.</param>
    /// <param name="slopes">[observations].</param>
    void AddSlopes(ReadOnlySpan<double> at, ReadOnlySpan<double> direction, Span<double> slopes);
}

/// <summary>Data about strengths: comparisons or rankings.</summary>
internal interface IStrengthData
{
    /// <summary>How many items there are.</summary>
    int Items { get; }

    /// <summary>How often each observation was made.</summary>
    IReadOnlyList<int> Counts { get; }

    /// <summary>Adds who was seen above whom, from the observations whose weight is not 0; ties of which the model learns count both ways.</summary>
    void AddWins(ReadOnlySpan<double> weights, ICollection<(int Above, int Below)> wins);

    /// <summary>The log-likelihood of what was said within groups; what was said across groups is left out.</summary>
    /// <param name="weights">The weight of each observation.</param>
    /// <param name="groupOf">Each item's group.</param>
    IStrengthLikelihood Likelihood(ReadOnlySpan<double> weights, int[] groupOf);
}
