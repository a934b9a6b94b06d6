namespace Plumbline.Feedback.RankModels.Fitting;

/// <summary>
/// Solves C·x = b for a positive semidefinite curvature by conjugate gradients with the diagonal as preconditioner (Hestenes and Stiefel 1952). Where C has a null space (a likelihood does not see what is
/// added to all strengths) b has no part in it and neither has x.
/// </summary>
internal static class ConjugateGradients
{
    private const double Tolerance = 1e-8;
    private const double Flat = 1e-13;

    /// <summary>The solution, up to a relative residual of 1e-8.</summary>
    public static double[] Solve(Curvature curvature, ReadOnlySpan<double> right)
    {
        var size = right.Length;
        var (solution, residual, image) = (new double[size], right.ToArray(), new double[size]);
        curvature.Project(residual);
        var (scaled, inverse) = (new double[size], new double[size]);
        curvature.Diagonal(inverse);
        for (var i = 0; i < size; i++)
        {
            inverse[i] = inverse[i] > 0 ? 1 / inverse[i] : 0;
            scaled[i] = inverse[i] * residual[i];
        }

        var direction = scaled.ToArray();
        var norm = Dot(residual, scaled);
        var goal = norm * Tolerance * Tolerance;
        for (var step = 0; step < (2 * size) + 100 && norm > goal && norm > 0; step++)
        {
            curvature.Multiply(direction, image);
            var bend = Dot(direction, image);
            if (bend <= Flat * Size(direction, inverse))
            {
                // What is left of the residual is rounding in the null space.
                break;
            }

            var length = norm / bend;
            for (var i = 0; i < size; i++)
            {
                solution[i] += length * direction[i];
                residual[i] -= length * image[i];
                scaled[i] = inverse[i] * residual[i];
            }

            var before = norm;
            norm = Dot(residual, scaled);
            for (var i = 0; i < size; i++)
            {
                direction[i] = scaled[i] + (norm / before * direction[i]);
            }
        }

        return solution;
    }

    // The square of a direction's length by the diagonal.
    private static double Size(double[] direction, double[] inverse)
    {
        var sum = 0.0;
        for (var i = 0; i < direction.Length; i++)
        {
            sum += inverse[i] > 0 ? direction[i] * direction[i] / inverse[i] : 0;
        }

        return sum;
    }

    private static double Dot(double[] left, double[] right)
    {
        var sum = 0.0;
        for (var i = 0; i < left.Length; i++)
        {
            sum += left[i] * right[i];
        }

        return sum;
    }
}
