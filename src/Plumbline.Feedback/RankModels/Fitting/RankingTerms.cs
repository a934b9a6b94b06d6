namespace Plumbline.Feedback.RankModels.Fitting;

/// <summary>The derivatives of one ranking's log-probability by the utilities of its items, in the order of the ranking, and by shared parameters. Buffers that are used again and again.</summary>
/// <param name="shared">How many shared parameters there are.</param>
internal sealed class RankingTerms(int shared)
{
    private double[] gradient = [];
    private double[] pairs = [];

    /// <summary>How many items the ranking has.</summary>
    public int Items { get; private set; }

    /// <summary>By each item's utility.</summary>
    public Span<double> Gradient => gradient.AsSpan(0, Items);

    /// <summary>The curvature's weight of each pair i &lt; j, at <see cref="Pair"/>.</summary>
    public Span<double> Pairs => pairs.AsSpan(0, Items * (Items - 1) / 2);

    /// <summary>By each shared parameter.</summary>
    public double[] SharedGradient { get; } = new double[shared];

    /// <summary>[shared][items]: minus the second derivatives by a shared parameter and a utility.</summary>
    public double[][] Border { get; } = [.. Enumerable.Range(0, shared).Select(_ => Array.Empty<double>())];

    /// <summary>[shared, shared]: minus the second derivatives by shared parameters.</summary>
    public double[,] Corner { get; } = new double[shared, shared];

    /// <summary>Where the pair i &lt; j stands.</summary>
    public int Pair(int i, int j) => (i * ((2 * Items) - i - 1) / 2) + j - i - 1;

    /// <summary>Sets all to 0 for a ranking of so many items.</summary>
    public void Clear(int items)
    {
        Items = items;
        if (gradient.Length < items)
        {
            gradient = new double[items];
            pairs = new double[items * (items - 1) / 2];
            for (var at = 0; at < Border.Length; at++)
            {
                Border[at] = new double[items];
            }
        }

        Gradient.Clear();
        Pairs.Clear();
        Array.Clear(SharedGradient);
        Array.Clear(Corner);
        foreach (var row in Border)
        {
            Array.Clear(row);
        }
    }
}

/// <summary>A probability of rankings, given utilities. Holds buffers: one for each thread.</summary>
internal interface IRankingProbability
{
    /// <summary>The logarithm of a ranking's probability and its derivatives.</summary>
    /// <param name="ranking">The ranking.</param>
    /// <param name="utilities">The utility of each of its items, in its order.</param>
    /// <param name="shared">The shared parameters.</param>
    /// <param name="terms">Overwritten by the derivatives; null where only the value is asked for.</param>
    double Evaluate(Ranking ranking, ReadOnlySpan<double> utilities, ReadOnlySpan<double> shared, RankingTerms? terms);
}
