namespace Plumbline.Feedback.Selection.Rewards;

/// <summary>What a ranking changes in a posterior, in its whitened coordinates.</summary>
/// <param name="Shift">t: the mean moves by Bᵀ·t [dimension]. It is applied first.</param>
/// <param name="Directions">The g of each rank-one step, one after the other: Σ becomes Bᵀ·(I − g·gᵀ/(1 + g·g))·B. Each is whitened by the steps before it.</param>
internal sealed record PosteriorUpdate(double[] Shift, IReadOnlyList<double[]> Directions)
{
    private const int MostSteps = 100;
    private const int MostHalvings = 40;
    private const double Enough = 1e-20;

    /// <summary>γ with (I − γ·g·gᵀ)² = I − g·gᵀ/(1 + g·g).</summary>
    public static double Shrinkage(ReadOnlySpan<double> direction)
    {
        var root = Math.Sqrt(1 + VectorArithmetic.Dot(direction, direction));
        return 1 / (root * (root + 1));
    }

    /// <summary>The update by a ranking.</summary>
    public static PosteriorUpdate Of(RewardPosterior posterior, ObservedRanking ranking)
    {
        var count = ranking.Answers.Count;
        var whitened = new double[count][];
        var means = new double[count];
        var covariance = new double[count * count];
        for (var i = 0; i < count; i++)
        {
            whitened[i] = new double[posterior.Dimension];
            posterior.Whiten(ranking.Answers[i], whitened[i]);
            means[i] = posterior.Utility(ranking.Answers[i]);
            for (var j = 0; j <= i; j++)
            {
                covariance[(i * count) + j] = covariance[(j * count) + i] = VectorArithmetic.Dot(whitened[i], whitened[j]);
            }
        }

        var pull = Mode(ranking, means, covariance, out var curvature);
        var shift = new double[posterior.Dimension];
        for (var i = 0; i < count; i++)
        {
            VectorArithmetic.AddScaled(shift, pull[i], whitened[i]);
        }

        return new PosteriorUpdate(shift, DirectionsOf(whitened, curvature));
    }

    /// <summary>The rank-one steps of a curvature in the utilities of whitened answers.</summary>
    /// <param name="whitened">The whitened features of each answer.</param>
    /// <param name="curvature">W [answers, answers]; overwritten by its factor.</param>
    public static IReadOnlyList<double[]> DirectionsOf(IReadOnlyList<double[]> whitened, Span<double> curvature)
    {
        var (count, dimension) = (whitened.Count, whitened[0].Length);
        Cholesky.FactorSemidefinite(curvature, count);
        var directions = new List<double[]>();
        for (var column = 0; column < count; column++)
        {
            var direction = new double[dimension];
            if (!RankingDirections.Of(whitened, curvature, column, direction))
            {
                continue;
            }

            foreach (var before in directions)
            {
                Apply(before, Shrinkage(before), direction);
            }

            directions.Add(direction);
        }

        return directions;
    }

    /// <summary>What a rank-one step does to the whitened features of an answer.</summary>
    public static void Apply(ReadOnlySpan<double> direction, double shrinkage, Span<double> whitened) =>
        VectorArithmetic.AddScaled(whitened, -shrinkage * VectorArithmetic.Dot(direction, whitened), direction);

    /// <summary>The a with u* = m + C·a the mode of ℓ(u) − (u − m)ᵀ·C⁻¹·(u − m)/2; C may be singular.</summary>
    /// <remarks>At the mode a is the slope of ℓ. Newton's step δ solves (I + W·C)·δ = slope − a.</remarks>
    private static double[] Mode(ObservedRanking ranking, double[] means, double[] covariance, out double[] curvature)
    {
        var count = means.Length;
        var pull = new double[count];
        var (slope, system) = (new double[count], new double[count * count]);
        curvature = new double[count * count];
        for (var step = 0; ; step++)
        {
            var value = Value(ranking, means, covariance, pull, slope, curvature);
            for (var i = 0; i < count; i++)
            {
                for (var j = 0; j < count; j++)
                {
                    system[(i * count) + j] = i == j ? 1 : 0;
                    for (var k = 0; k < count; k++)
                    {
                        system[(i * count) + j] += curvature[(i * count) + k] * covariance[(k * count) + j];
                    }
                }

                slope[i] -= pull[i];
            }

            LinearEquations.Solve(system, slope);
            if (Quadratic(covariance, slope) < Enough || step == MostSteps)
            {
                return pull;
            }

            Advance(ranking, means, covariance, pull, slope, value);
        }
    }

    private static void Advance(ObservedRanking ranking, double[] means, double[] covariance, double[] pull, double[] step, double value)
    {
        var (before, scale) = (pull.ToArray(), 1.0);
        for (var halving = 0; halving < MostHalvings; halving++, scale /= 2)
        {
            before.CopyTo(pull, 0);
            VectorArithmetic.AddScaled(pull, scale, step);
            if (Value(ranking, means, covariance, pull, new double[pull.Length], []) >= value)
            {
                return;
            }
        }
    }

    private static double Value(
        ObservedRanking ranking,
        double[] means,
        double[] covariance,
        double[] pull,
        Span<double> slope,
        Span<double> curvature
    )
    {
        var utilities = means.ToArray();
        for (var i = 0; i < utilities.Length; i++)
        {
            utilities[i] += VectorArithmetic.Dot(covariance.AsSpan(i * pull.Length, pull.Length), pull);
        }

        return RankingLikelihood.Of(utilities, ranking, slope, curvature) - (Quadratic(covariance, pull) / 2);
    }

    private static double Quadratic(double[] matrix, double[] vector)
    {
        var sum = 0.0;
        for (var i = 0; i < vector.Length; i++)
        {
            sum += vector[i] * VectorArithmetic.Dot(matrix.AsSpan(i * vector.Length, vector.Length), vector);
        }

        return sum;
    }
}
