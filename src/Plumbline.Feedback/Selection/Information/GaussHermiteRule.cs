namespace Plumbline.Feedback.Selection.Information;

/// <summary>Quadrature against the standard normal density: E f(z) ≈ Σ_k w_k·f(z_k), exact for polynomials up to degree 2·count − 1. The weights add up to 1.</summary>
/// <remarks>
/// Golub and Welsch (1969): the nodes are the eigenvalues of the tridiagonal matrix of the Hermite polynomials' recurrence, here found by bisection on Sturm's count;
/// the weights are Christoffel's numbers.
/// </remarks>
internal sealed class GaussHermiteRule
{
    private const int Bisections = 80;

    private readonly double[] nodes;
    private readonly double[] weights;

    /// <summary>A rule of <paramref name="count"/> nodes, 2 to 128.</summary>
    public GaussHermiteRule(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 128);
        (nodes, weights) = (new double[count], new double[count]);
        for (var i = 0; i < count; i++)
        {
            nodes[i] = Node(i, count);
            weights[i] = Weight(nodes[i], count);
        }

        var sum = weights.Sum();
        for (var i = 0; i < count; i++)
        {
            weights[i] /= sum;
        }
    }

    /// <summary>z_k, ascending.</summary>
    public ReadOnlySpan<double> Nodes => nodes;

    /// <summary>w_k, above 0.</summary>
    public ReadOnlySpan<double> Weights => weights;

    private static double Node(int index, int count)
    {
        // All roots of He_n lie within ±2·√n.
        var high = 2 * Math.Sqrt(count);
        var low = -high;
        for (var i = 0; i < Bisections; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = RootsBelow(middle, count) > index ? (low, middle) : (middle, high);
        }

        return (low + high) / 2;
    }

    // Negative pivots of (matrix − x·I), whose diagonal is −x and whose squared off-diagonals are 1, 2, 3, …
    private static int RootsBelow(double x, int count)
    {
        var (below, pivot) = (0, 1.0);
        for (var k = 0; k < count; k++)
        {
            pivot = -x - (k / pivot);
            pivot = pivot == 0 ? -double.Epsilon : pivot;
            below += pivot < 0 ? 1 : 0;
        }

        return below;
    }

    private static double Weight(double x, int count)
    {
        // Orthonormal: √(k+1)·h_{k+1} = x·h_k − √k·h_{k−1}.
        var (before, polynomial, sum) = (0.0, 1.0, 0.0);
        for (var k = 0; k < count; k++)
        {
            sum += polynomial * polynomial;
            (before, polynomial) = (polynomial, ((x * polynomial) - (Math.Sqrt(k) * before)) / Math.Sqrt(k + 1));
        }

        return 1 / sum;
    }
}
