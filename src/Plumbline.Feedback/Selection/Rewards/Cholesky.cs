namespace Plumbline.Feedback.Selection.Rewards;

/// <summary>Cholesky's decomposition of square matrices that lie row by row in one array.</summary>
internal static class Cholesky
{
    // Below this share of its diagonal a pivot is rounding: the matrix is singular there.
    private const double SingularShare = 1e-12;

    /// <summary>Replaces a matrix by its factor R, lower triangular with R·Rᵀ = A; what stands above the diagonal becomes 0.</summary>
    /// <param name="matrix">A [size, size], of which the lower half is read.</param>
    /// <param name="size">Rows and columns.</param>
    /// <exception cref="ArgumentException">The matrix is not positive definite.</exception>
    public static void Factor(Span<double> matrix, int size)
    {
        for (var i = 0; i < size; i++)
        {
            var row = matrix.Slice(i * size, size);
            for (var j = 0; j <= i; j++)
            {
                var rest = row[j] - VectorArithmetic.Dot(row[..j], matrix.Slice(j * size, j));
                if (i == j && !(rest > 0))
                {
                    throw new ArgumentException("The matrix is not positive definite.", nameof(matrix));
                }

                row[j] = i == j ? Math.Sqrt(rest) : rest / matrix[(j * size) + j];
            }

            row[(i + 1)..].Clear();
        }
    }

    /// <summary>As <see cref="Factor"/> for a small matrix that may be singular: columns without a pivot become 0.</summary>
    public static void FactorSemidefinite(Span<double> matrix, int size)
    {
        for (var j = 0; j < size; j++)
        {
            var diagonal = matrix[(j * size) + j];
            var rest = diagonal;
            for (var k = 0; k < j; k++)
            {
                rest -= matrix[(j * size) + k] * matrix[(j * size) + k];
            }

            var pivot = rest > SingularShare * diagonal ? Math.Sqrt(rest) : 0;
            for (var i = j + 1; i < size; i++)
            {
                var value = matrix[(i * size) + j];
                for (var k = 0; k < j; k++)
                {
                    value -= matrix[(i * size) + k] * matrix[(j * size) + k];
                }

                matrix[(i * size) + j] = pivot == 0 ? 0 : value / pivot;
                matrix[(j * size) + i] = 0;
            }

            matrix[(j * size) + j] = pivot;
        }
    }

    /// <summary>The inverse of a lower triangular matrix, lower triangular too.</summary>
    public static double[] InverseOfLower(ReadOnlySpan<double> lower, int size)
    {
        var inverse = new double[size * size];
        for (var i = 0; i < size; i++)
        {
            var row = inverse.AsSpan(i * size, size);
            for (var k = 0; k < i; k++)
            {
                VectorArithmetic.AddScaled(row[..(k + 1)], -lower[(i * size) + k], inverse.AsSpan(k * size, k + 1));
            }

            row[i] = 1;
            foreach (ref var value in row[..(i + 1)])
            {
                value /= lower[(i * size) + i];
            }
        }

        return inverse;
    }
}
