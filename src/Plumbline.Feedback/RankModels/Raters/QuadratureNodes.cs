using Plumbline.Evaluation.Statistics;
using Plumbline.Randomness;

namespace Plumbline.Feedback.RankModels.Raters;

/// <summary>
/// Places at which an integral over R^d is looked at, for an integrand that is near the standard normal density: ∫ f ≈ Σ sign · e^weight · f(place).
/// </summary>
/// <param name="Places">[nodes][d].</param>
/// <param name="LogWeights">[nodes].</param>
/// <param name="Signs">[nodes]: 1 or −1.</param>
internal sealed record QuadratureNodes(double[][] Places, double[] LogWeights, double[] Signs)
{
    private const int GridNodes = 31;
    private const double GridStep = 0.6;

    /// <summary>
    /// One dimension: the trapezoidal rule, whose error for such integrands falls exponentially with the number of nodes (Trefethen and Weideman 2014). More: the centre and two spheres of nodes, in all
    /// 2(d + 1)(d + 2) + 1. Along the radius the rule is exact to degree 9 (Gauss, Radau and Laguerre), on the spheres to degree 5: the corners of a regular simplex, the middles of its edges, and their
    /// mirror images (Mysovskikh 1980, as used by Genz and Monahan 1999), turned at random so that what is left of the error has no preferred direction and differs between rules.
    /// </summary>
    /// <param name="dimensions">d, at least 1.</param>
    /// <param name="random">Where the rotation comes from.</param>
    public static QuadratureNodes Of(int dimensions, RandomSource random)
    {
        if (dimensions == 1)
        {
            double[][] grid = [.. Enumerable.Range(0, GridNodes).Select(at => (double[])[GridStep * (at - (GridNodes / 2))])];
            return new QuadratureNodes(grid, [.. Enumerable.Repeat(Math.Log(GridStep), GridNodes)], [.. Enumerable.Repeat(1.0, GridNodes)]);
        }

        // Half the squared radius has the gamma distribution of shape d/2; the nodes besides 0 are the roots of a Laguerre polynomial, and their weights give its first two moments.
        var shape = dimensions / 2.0;
        var (near, far) = (shape + 2 - Math.Sqrt(shape + 2), shape + 2 + Math.Sqrt(shape + 2));
        var nearWeight = shape * (far - shape - 1) / (near * (far - near));
        var farWeight = shape * (shape + 1 - near) / (far * (far - near));
        var points = new List<(double[] Place, double Weight)> { (new double[dimensions], 1 - nearWeight - farWeight) };
        foreach (var (direction, share) in Directions(dimensions, random))
        {
            points.Add(([.. direction.Select(x => Math.Sqrt(2 * near) * x)], nearWeight * share));
            points.Add(([.. direction.Select(x => Math.Sqrt(2 * far) * x)], farWeight * share));
        }

        var kept = points.Where(point => point.Weight != 0).ToArray();
        return new QuadratureNodes(
            [.. kept.Select(point => point.Place)],
            [.. kept.Select(point => Math.Log(Math.Abs(point.Weight)) - LogNormal(point.Place))],
            [.. kept.Select(point => (double)Math.Sign(point.Weight))]
        );
    }

    /// <summary>
    /// As many nodes as one likes, for a second opinion: multiples of an irrational vector, shifted at random, pushed through the normal quantile, each with its mirror image, and a little wider than the
    /// density, so that no weight gets large in the tails. One dimension has its grid.
    /// </summary>
    /// <param name="dimensions">d, at least 1.</param>
    /// <param name="count">How many, even.</param>
    /// <param name="random">Where the shift comes from.</param>
    public static QuadratureNodes Spread(int dimensions, int count, RandomSource random)
    {
        const double Widening = 1.1;
        if (dimensions == 1)
        {
            return Of(1, random);
        }

        var steps = Steps(dimensions);
        double[] shift = [.. steps.Select(_ => random.NextDouble())];
        var (places, weights) = (new double[count][], new double[count]);
        for (var at = 0; at < count / 2; at++)
        {
            double[] normal = [.. steps.Select((step, i) => NormalDistribution.Quantile(Open(shift[i] + ((at + 1) * step))))];
            places[at] = [.. normal.Select(value => Widening * value)];
            places[at + (count / 2)] = [.. places[at].Select(value => -value)];
            weights[at] = weights[at + (count / 2)] = (dimensions * Math.Log(Widening)) - Math.Log(count) - LogNormal(normal);
        }

        return new QuadratureNodes(places, weights, [.. Enumerable.Repeat(1.0, count)]);
    }

    // Unit vectors with weights that sum to 1.
    private static IEnumerable<(double[] Direction, double Weight)> Directions(int dimensions, RandomSource random)
    {
        double d = dimensions;
        var corner = d * (7 - d) / (2 * (d + 1) * (d + 1) * (d + 2));
        var middle = 2 * (d - 1) * (d - 1) / (d * (d + 1) * (d + 1) * (d + 2));
        var (basis, turns) = (StrengthPosterior.Basis(dimensions + 1), Rotation(dimensions, random));
        // The corners of a regular simplex around 0: unit vectors of R^(d+1), seen in the space of what sums to 0.
        double[][] corners = [.. Enumerable.Range(0, dimensions + 1).Select(at => Turned(basis.Select(row => row[at]).ToArray(), turns))];
        for (var i = 0; i <= dimensions; i++)
        {
            yield return (Unit(corners[i], 1), corner);
            yield return (Unit(corners[i], -1), corner);
            for (var j = 0; j < i; j++)
            {
                double[] edge = [.. corners[i].Zip(corners[j], (a, b) => a + b)];
                yield return (Unit(edge, 1), middle);
                yield return (Unit(edge, -1), middle);
            }
        }
    }

    private static double[] Turned(double[] vector, double[][] turns) => [.. turns.Select(row => row.Zip(vector, (a, b) => a * b).Sum())];

    private static double[] Unit(double[] vector, double sign)
    {
        var length = sign * Math.Sqrt(vector.Sum(x => x * x));
        return [.. vector.Select(x => x / length)];
    }

    // Random normal vectors made orthonormal one after the other (Gram and Schmidt) are a rotation, or a reflection, without preferred direction.
    private static double[][] Rotation(int dimensions, RandomSource random)
    {
        var rows = new double[dimensions][];
        for (var i = 0; i < dimensions; i++)
        {
            double[] row = [.. Enumerable.Range(0, dimensions).Select(_ => random.NextNormal())];
            for (var j = 0; j < i; j++)
            {
                var along = row.Zip(rows[j], (a, b) => a * b).Sum();
                row = [.. row.Zip(rows[j], (a, b) => a - (along * b))];
            }

            rows[i] = Unit(row, 1);
        }

        return rows;
    }

    // Powers of 1/φ_d, φ_d the root of x^(d+1) = x + 1 (the golden ratio for one dimension): the multiples of this vector spread well.
    private static double[] Steps(int dimensions)
    {
        var root = 2.0;
        for (var i = 0; i < 64; i++)
        {
            root = Math.Pow(1 + root, 1.0 / (dimensions + 1));
        }

        return [.. Enumerable.Range(1, dimensions).Select(power => Math.Pow(root, -power))];
    }

    private static double LogNormal(double[] place) => -place.Sum(x => (x * x) + Math.Log(2 * Math.PI)) / 2;

    private static double Open(double value) => Math.Clamp(value - Math.Floor(value), 1e-12, 1 - 1e-12);
}
