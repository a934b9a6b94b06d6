namespace Plumbline.Feedback.Selection.Rewards;

/// <summary>What is known of the weights of a linear reward, N(μ, Σ): utility u(x) = θ·x with θ ~ N(μ, Σ). Immutable.</summary>
/// <remarks>
/// Σ is kept as a square root B with Σ = Bᵀ·B, so that it stays positive semidefinite whatever rounding does (Potter 1963). B·x are an answer's whitened features:
/// the covariance of two utilities is their dot product.
/// </remarks>
public sealed class RewardPosterior
{
    private readonly double[] mean;
    private readonly double[] root;
    private readonly bool isTriangular;

    internal RewardPosterior(double[] mean, double[] root, bool isTriangular)
    {
        this.mean = mean;
        this.root = root;
        this.isTriangular = isTriangular;
    }

    /// <summary>How many features there are.</summary>
    public int Dimension => mean.Length;

    /// <summary>μ, the most plausible weights.</summary>
    public ReadOnlySpan<double> Mean => mean;

    /// <summary>N(0, τ²·I).</summary>
    /// <param name="dimension">How many features, at least 1.</param>
    /// <param name="variance">τ², above 0.</param>
    public static RewardPosterior Prior(int dimension, double variance)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(variance);
        var diagonal = new double[dimension * dimension];
        for (var i = 0; i < dimension; i++)
        {
            diagonal[(i * dimension) + i] = Math.Sqrt(variance);
        }

        return new RewardPosterior(new double[dimension], diagonal, isTriangular: true);
    }

    /// <summary>The expected utility of an answer.</summary>
    /// <param name="answer">Its features [dimension].</param>
    public double Utility(ReadOnlySpan<double> answer) => VectorArithmetic.Dot(Checked(answer), mean);

    /// <summary>The covariance of two answers' utilities; the variance where both are the same.</summary>
    public double Covariance(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        var (left, right) = (new double[Dimension], new double[Dimension]);
        Whiten(Checked(first), left);
        Whiten(Checked(second), right);
        return VectorArithmetic.Dot(left, right);
    }

    /// <summary>The posterior after one more ranking.</summary>
    /// <remarks>
    /// Laplace's approximation with this posterior as the prior: the mode in the ranking's utilities by Newton's method, and the curvature there, which takes
    /// (answers − 1) rank-one steps of dimension² each. Exact for a quadratic likelihood; otherwise a fit to all rankings (<see cref="LinearRewardModel.Refit"/>) is a
    /// little better, since it curves every ranking at the latest mode.
    /// </remarks>
    public RewardPosterior After(ObservedRanking ranking) => After(ranking, out _);

    internal RewardPosterior After(ObservedRanking ranking, out PosteriorUpdate update)
    {
        foreach (var answer in ranking.Answers)
        {
            Checked(answer);
        }

        update = PosteriorUpdate.Of(this, ranking);
        return After(update);
    }

    internal RewardPosterior After(PosteriorUpdate update)
    {
        var (newMean, newRoot) = (mean.ToArray(), root.ToArray());
        for (var i = 0; i < Dimension; i++)
        {
            VectorArithmetic.AddScaled(newMean, update.Shift[i], root.AsSpan(i * Dimension, Dimension));
        }

        var row = new double[Dimension];
        foreach (var direction in update.Directions)
        {
            // B' = (I − γ·g·gᵀ)·B.
            Array.Clear(row);
            for (var i = 0; i < Dimension; i++)
            {
                VectorArithmetic.AddScaled(row, direction[i], newRoot.AsSpan(i * Dimension, Dimension));
            }

            var shrinkage = PosteriorUpdate.Shrinkage(direction);
            for (var i = 0; i < Dimension; i++)
            {
                VectorArithmetic.AddScaled(newRoot.AsSpan(i * Dimension, Dimension), -shrinkage * direction[i], row);
            }
        }

        return new RewardPosterior(newMean, newRoot, isTriangular: false);
    }

    /// <summary>Writes B·x.</summary>
    internal void Whiten(ReadOnlySpan<double> answer, Span<double> whitened)
    {
        for (var i = 0; i < whitened.Length; i++)
        {
            var length = isTriangular ? i + 1 : Dimension;
            whitened[i] = VectorArithmetic.Dot(root.AsSpan(i * Dimension, length), answer[..length]);
        }
    }

    private ReadOnlySpan<double> Checked(ReadOnlySpan<double> answer) =>
        answer.Length == Dimension
            ? answer
            : throw new ArgumentException($"The answer has {answer.Length} features, the reward {Dimension}.", nameof(answer));
}
