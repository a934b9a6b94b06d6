namespace Plumbline.Evaluation.Principles.Fitting;

/// <summary>The rows of a matrix without their zeros: most features are alike in most pairs.</summary>
internal sealed class SparseRows
{
    private readonly int[] starts;
    private readonly int[] columns;
    private readonly double[] values;

    /// <summary>Takes a matrix.</summary>
    /// <param name="matrix">Its columns, all of one length.</param>
    /// <param name="count">How many rows it has.</param>
    public SparseRows(double[][] matrix, int count)
    {
        starts = new int[count + 1];
        var (keptColumns, keptValues) = (new List<int>(), new List<double>());
        for (var row = 0; row < count; row++)
        {
            for (var column = 0; column < matrix.Length; column++)
            {
                if (matrix[column][row] != 0)
                {
                    keptColumns.Add(column);
                    keptValues.Add(matrix[column][row]);
                }
            }

            starts[row + 1] = keptColumns.Count;
        }

        (columns, values) = ([.. keptColumns], [.. keptValues]);
    }

    public int Count => starts.Length - 1;

    /// <summary>The columns of a row that are not 0, ascending.</summary>
    public ReadOnlySpan<int> Columns(int row) => columns.AsSpan(starts[row]..starts[row + 1]);

    /// <summary>What stands in them.</summary>
    public ReadOnlySpan<double> Values(int row) => values.AsSpan(starts[row]..starts[row + 1]);

    /// <summary>A row times a vector.</summary>
    public double Times(int row, double[] vector)
    {
        var own = Values(row);
        var at = Columns(row);
        var sum = 0.0;
        for (var i = 0; i < own.Length; i++)
        {
            sum += own[i] * vector[at[i]];
        }

        return sum;
    }
}
