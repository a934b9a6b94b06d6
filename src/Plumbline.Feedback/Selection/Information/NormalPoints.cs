using Plumbline.Evaluation.Statistics;
using Plumbline.Feedback.Selection.Rewards;

namespace Plumbline.Feedback.Selection.Information;

/// <summary>
/// Points that stand for a standard normal distribution: Halton's sequence (1960) through the normal quantile, each point with its mirror image, stretched so that mean
/// and covariance are exactly 0 and I.
/// </summary>
internal static class NormalPoints
{
    private static readonly int[] Primes = [2, 3, 5, 7, 11, 13, 17, 19];

    /// <summary>The points, row by row [count, dimension].</summary>
    /// <param name="count">An even number, at least four times the dimension.</param>
    /// <param name="dimension">1 to 8.</param>
    public static double[] Of(int count, int dimension)
    {
        var points = new double[count * dimension];
        for (var i = 0; i < count / 2; i++)
        {
            for (var j = 0; j < dimension; j++)
            {
                // The 0th point is 0 in all bases.
                var value = NormalDistribution.Quantile(RadicalInverse(i + 1, Primes[j]));
                (points[(2 * i * dimension) + j], points[(((2 * i) + 1) * dimension) + j]) = (value, -value);
            }
        }

        Stretch(points, count, dimension);
        return points;
    }

    private static void Stretch(double[] points, int count, int dimension)
    {
        var covariance = new double[dimension * dimension];
        for (var i = 0; i < count; i++)
        {
            var row = points.AsSpan(i * dimension, dimension);
            for (var j = 0; j < dimension; j++)
            {
                VectorArithmetic.AddScaled(covariance.AsSpan(j * dimension, dimension), row[j] / count, row);
            }
        }

        Cholesky.Factor(covariance, dimension);
        var inverse = Cholesky.InverseOfLower(covariance, dimension);
        var before = new double[dimension];
        for (var i = 0; i < count; i++)
        {
            var row = points.AsSpan(i * dimension, dimension);
            row.CopyTo(before);
            for (var j = 0; j < dimension; j++)
            {
                row[j] = VectorArithmetic.Dot(inverse.AsSpan(j * dimension, dimension), before);
            }
        }
    }

    private static double RadicalInverse(int number, int prime)
    {
        var (value, digit) = (0.0, 1.0);
        for (; number > 0; number /= prime)
        {
            digit /= prime;
            value += digit * (number % prime);
        }

        return value;
    }
}
