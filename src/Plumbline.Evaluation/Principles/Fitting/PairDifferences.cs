namespace Plumbline.Evaluation.Principles.Fitting;

/// <summary>
/// What the chosen answers have more of than the rejected ones: a column for each feature, a row for each pair. Columns are divided by their root mean square and not centred: a pair and
/// its mirror image are one example, so 0 has to stay 0.
/// </summary>
internal sealed class PairDifferences
{
    private PairDifferences(double[][] raw, double[][] scaled, double[] scales, IReadOnlyList<int> groups)
    {
        Raw = raw;
        Scaled = scaled;
        Scales = scales;
        Groups = groups;
        GroupCount = groups.Count == 0 ? 0 : groups.Max() + 1;
        Rows = new SparseRows(scaled, groups.Count);
    }

    /// <summary>The differences, by column.</summary>
    public double[][] Raw { get; }

    /// <summary>The differences over their root mean square, by column; 0 where a column is 0 throughout.</summary>
    public double[][] Scaled { get; }

    /// <summary>The same by pair.</summary>
    public SparseRows Rows { get; }

    /// <summary>The root mean squares.</summary>
    public double[] Scales { get; }

    /// <summary>The prompt of each pair, numbered from 0.</summary>
    public IReadOnlyList<int> Groups { get; }

    public int GroupCount { get; }

    public int Pairs => Groups.Count;

    public int Columns => Raw.Length;

    /// <summary>Takes differences.</summary>
    /// <param name="columns">A finite difference for each pair, by column.</param>
    /// <param name="groups">The prompt of each pair, numbered from 0 without gaps.</param>
    public static PairDifferences Of(double[][] columns, IReadOnlyList<int> groups)
    {
        var scales = columns.Select(column => Math.Sqrt(column.Sum(value => value * value) / Math.Max(1, column.Length))).ToArray();
        var scaled = columns.Zip(scales, (column, scale) => column.Select(value => scale == 0 ? 0 : value / scale).ToArray()).ToArray();
        return new PairDifferences(columns, scaled, scales, groups);
    }

    /// <summary>Some of the columns.</summary>
    public PairDifferences Only(IEnumerable<int> columns)
    {
        var kept = columns.ToArray();
        return new PairDifferences(
            [.. kept.Select(column => Raw[column])],
            [.. kept.Select(column => Scaled[column])],
            [.. kept.Select(column => Scales[column])],
            Groups
        );
    }

    /// <summary>All columns but one.</summary>
    public PairDifferences Without(int column) => Only(Enumerable.Range(0, Columns).Where(other => other != column));

    /// <summary>These columns, and then those of others about the same pairs.</summary>
    public PairDifferences With(PairDifferences others) =>
        new([.. Raw, .. others.Raw], [.. Scaled, .. others.Scaled], [.. Scales, .. others.Scales], Groups);

    /// <summary>β · x of a pair: the log-odds that its first answer is preferred.</summary>
    public double Lead(int pair, double[] coefficients) => Rows.Times(pair, coefficients);
}
