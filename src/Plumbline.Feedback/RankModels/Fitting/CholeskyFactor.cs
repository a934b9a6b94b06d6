using System.Numerics;

namespace Plumbline.Feedback.RankModels.Fitting;

/// <summary>The factor L of a positive definite matrix A = L·Lᵀ, kept row by row. Sums run along rows, in vectors of the machine's width.</summary>
internal sealed class CholeskyFactor
{
    private readonly double[][] rows;

    private CholeskyFactor(double[][] rows) => this.rows = rows;

    /// <summary>log |A|.</summary>
    public double LogDeterminant
    {
        get
        {
            var sum = 0.0;
            for (var i = 0; i < rows.Length; i++)
            {
                sum += 2 * Math.Log(rows[i][i]);
            }

            return sum;
        }
    }

    /// <summary>Factors a matrix; null where it is not positive definite.</summary>
    /// <param name="matrix">[n][n], of which the lower half is read; it is overwritten by the factor.</param>
    public static CholeskyFactor? Of(double[][] matrix)
    {
        for (var i = 0; i < matrix.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                matrix[i][j] = (matrix[i][j] - Dot(matrix[i], matrix[j], 0, j)) / matrix[j][j];
            }

            var rest = matrix[i][i] - Dot(matrix[i], matrix[i], 0, i);
            if (!(rest > 1e-14 * Math.Abs(matrix[i][i])))
            {
                return null;
            }

            matrix[i][i] = Math.Sqrt(rest);
        }

        return new CholeskyFactor(matrix);
    }

    /// <summary>Solves A·x = b.</summary>
    public double[] Solve(ReadOnlySpan<double> right)
    {
        var solution = right.ToArray();
        for (var i = 0; i < rows.Length; i++)
        {
            solution[i] = (solution[i] - Dot(rows[i], solution, 0, i)) / rows[i][i];
        }

        SolveTransposed(solution);
        return solution;
    }

    /// <summary>Solves Lᵀ·x = b in place: independent standard normal b give x with covariance A⁻¹.</summary>
    public void SolveTransposed(Span<double> right)
    {
        for (var i = rows.Length - 1; i >= 0; i--)
        {
            right[i] /= rows[i][i];
            for (var j = 0; j < i; j++)
            {
                right[j] -= rows[i][j] * right[i];
            }
        }
    }

    /// <summary>A⁻¹.</summary>
    /// <returns>[n][n].</returns>
    public double[][] Inverse()
    {
        var size = rows.Length;
        // Row j of the transposed inverse of L: what is above the diagonal.
        var columns = new double[size][];
        for (var j = 0; j < size; j++)
        {
            columns[j] = new double[size];
            columns[j][j] = 1 / rows[j][j];
            for (var i = j + 1; i < size; i++)
            {
                columns[j][i] = -Dot(rows[i], columns[j], j, i) / rows[i][i];
            }
        }

        var inverse = new double[size][];
        for (var i = 0; i < size; i++)
        {
            inverse[i] = new double[size];
            for (var j = 0; j <= i; j++)
            {
                inverse[i][j] = inverse[j][i] = Dot(columns[i], columns[j], i, size);
            }
        }

        return inverse;
    }

    private static double Dot(double[] left, double[] right, int from, int end)
    {
        var sums = Vector<double>.Zero;
        var at = from;
        for (; at <= end - Vector<double>.Count; at += Vector<double>.Count)
        {
            sums += new Vector<double>(left, at) * new Vector<double>(right, at);
        }

        var sum = Vector.Sum(sums);
        for (; at < end; at++)
        {
            sum += left[at] * right[at];
        }

        return sum;
    }
}
