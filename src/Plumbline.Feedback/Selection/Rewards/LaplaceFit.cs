namespace Plumbline.Feedback.Selection.Rewards;

/// <summary>Laplace's approximation of the posterior of the weights: the mode by Newton's method, and the curvature there.</summary>
internal static class LaplaceFit
{
    private const int MostHalvings = 40;

    /// <summary>N(θ*, Λ⁻¹) with Λ = I/τ² + Σ Xᵀ·W·X, X the features of a ranking's answers and W the curvature of its log-likelihood in their utilities.</summary>
    /// <param name="rankings">What was observed.</param>
    /// <param name="variance">τ².</param>
    /// <param name="options">When to end.</param>
    /// <param name="start">Where Newton's method starts [dimension].</param>
    /// <param name="evidence">log P(rankings) under the approximation: ℓ(θ*) − |θ*|²/2τ² − dimension/2·log τ² − ½·log det Λ.</param>
    /// <remarks>
    /// The log posterior is strictly concave, so the mode is the only one and a step that is halved until it gains always finds it. One step costs
    /// about (answers − 1)·dimension²/2 multiplications a ranking and dimension³/3 besides.
    /// </remarks>
    public static RewardPosterior Of(
        IReadOnlyList<ObservedRanking> rankings,
        double variance,
        LinearRewardOptions options,
        ReadOnlySpan<double> start,
        out double evidence
    )
    {
        var dimension = start.Length;
        var weights = start.ToArray();
        var gradient = new double[dimension];
        var precision = new double[dimension * dimension];
        var value = Curve(rankings, variance, weights, gradient, precision);
        for (var step = 0; ; step++)
        {
            Cholesky.Factor(precision, dimension);
            var inverse = Cholesky.InverseOfLower(precision, dimension);
            var direction = Direction(inverse, gradient);
            var promised = VectorArithmetic.Dot(direction, gradient);
            // The promise of Newton's quadratic is half the product. NaN promises nothing either.
            if (!(promised / 2 > options.Tolerance) || step == options.MaximumSteps)
            {
                evidence = value - (dimension * Math.Log(variance) / 2);
                for (var i = 0; i < dimension; i++)
                {
                    evidence += Math.Log(inverse[(i * dimension) + i]);
                }

                return new RewardPosterior(weights, inverse, isTriangular: true);
            }

            value = Advance(rankings, variance, weights, direction, value);
            value = Curve(rankings, variance, weights, gradient, precision);
        }
    }

    private static double Advance(
        IReadOnlyList<ObservedRanking> rankings,
        double variance,
        double[] weights,
        double[] direction,
        double value
    )
    {
        var before = weights.ToArray();
        var scale = 1.0;
        for (var halving = 0; ; halving++)
        {
            before.CopyTo(weights, 0);
            VectorArithmetic.AddScaled(weights, scale, direction);
            var reached = Curve(rankings, variance, weights, [], []);
            if (reached >= value || halving == MostHalvings)
            {
                return reached;
            }

            scale /= 2;
        }
    }

    // Λ⁻¹·gradient through the factor of the inverse.
    private static double[] Direction(double[] inverse, double[] gradient)
    {
        var size = gradient.Length;
        var direction = new double[size];
        for (var i = 0; i < size; i++)
        {
            var row = inverse.AsSpan(i * size, i + 1);
            VectorArithmetic.AddScaled(direction.AsSpan(0, i + 1), VectorArithmetic.Dot(row, gradient.AsSpan(0, i + 1)), row);
        }

        return direction;
    }

    /// <summary>The log posterior without its constant; with its gradient and the lower half of its negative Hessian where they are given.</summary>
    private static double Curve(
        IReadOnlyList<ObservedRanking> rankings,
        double variance,
        double[] weights,
        Span<double> gradient,
        Span<double> precision
    )
    {
        var dimension = weights.Length;
        var value = -VectorArithmetic.Dot(weights, weights) / (2 * variance);
        gradient.Clear();
        precision.Clear();
        if (!gradient.IsEmpty)
        {
            VectorArithmetic.AddScaled(gradient, -1 / variance, weights);
            for (var i = 0; i < dimension; i++)
            {
                precision[(i * dimension) + i] = 1 / variance;
            }
        }

        Span<double> utilities = stackalloc double[ObservedRanking.MostAnswers];
        Span<double> slope = stackalloc double[ObservedRanking.MostAnswers];
        Span<double> curvature = stackalloc double[ObservedRanking.MostAnswers * ObservedRanking.MostAnswers];
        var row = new double[dimension];
        foreach (var ranking in rankings)
        {
            var count = ranking.Answers.Count;
            for (var i = 0; i < count; i++)
            {
                utilities[i] = VectorArithmetic.Dot(ranking.Answers[i], weights);
            }

            var square = gradient.IsEmpty ? [] : curvature[..(count * count)];
            value += RankingLikelihood.Of(utilities[..count], ranking, slope[..count], square);
            if (!gradient.IsEmpty)
            {
                AddRanking(ranking.Answers, slope, square, row, gradient, precision);
            }
        }

        return value;
    }

    private static void AddRanking(
        IReadOnlyList<double[]> answers,
        ReadOnlySpan<double> slope,
        Span<double> curvature,
        double[] row,
        Span<double> gradient,
        Span<double> precision
    )
    {
        var (count, dimension) = (answers.Count, row.Length);
        for (var i = 0; i < count; i++)
        {
            VectorArithmetic.AddScaled(gradient, slope[i], answers[i]);
        }

        Cholesky.FactorSemidefinite(curvature, count);
        for (var column = 0; column < count; column++)
        {
            if (RankingDirections.Of(answers, curvature, column, row))
            {
                for (var i = 0; i < dimension; i++)
                {
                    VectorArithmetic.AddScaled(precision.Slice(i * dimension, i + 1), row[i], row.AsSpan(0, i + 1));
                }
            }
        }
    }
}
