namespace Plumbline.Evaluation.Principles.Fitting;

/// <summary>Linear equations with a positive definite matrix.</summary>
internal static class PositiveDefinite
{
    /// <summary>Solves A·x = b by Cholesky's decomposition.</summary>
    /// <param name="matrix">A, of which the lower half is read; symmetric and positive definite.</param>
    /// <param name="right">b.</param>
    /// <exception cref="ArgumentException">The matrix is not positive definite.</exception>
    public static double[] Solve(double[,] matrix, double[] right)
    {
        var count = right.Length;
        var lower = new double[count, count];
        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var rest = matrix[i, j];
                for (var k = 0; k < j; k++)
                {
                    rest -= lower[i, k] * lower[j, k];
                }

                if (i == j && !(rest > 0))
                {
                    throw new ArgumentException("The matrix is not positive definite.", nameof(matrix));
                }

                lower[i, j] = i == j ? Math.Sqrt(rest) : rest / lower[j, j];
            }
        }

        double[] solution = [.. right];
        for (var i = 0; i < count; i++)
        {
            for (var k = 0; k < i; k++)
            {
                solution[i] -= lower[i, k] * solution[k];
            }

            solution[i] /= lower[i, i];
        }

        for (var i = count - 1; i >= 0; i--)
        {
            for (var k = i + 1; k < count; k++)
            {
                solution[i] -= lower[k, i] * solution[k];
            }

            solution[i] /= lower[i, i];
        }

        return solution;
    }
}
