namespace Plumbline.Feedback.Selection.Rewards;

/// <summary>A ranking's curvature as a sum of squares: Xᵀ·W·X = Σ_c a_c·a_cᵀ with a_c = Xᵀ·l_c and W = Σ_c l_c·l_cᵀ, at most one less than there are answers.</summary>
internal static class RankingDirections
{
    /// <summary>Writes a_c.</summary>
    /// <param name="answers">The rows of X.</param>
    /// <param name="factor">The factor of W (<see cref="Cholesky.FactorSemidefinite"/>) [answers, answers].</param>
    /// <param name="column">c.</param>
    /// <param name="direction">Where a_c goes [dimension].</param>
    /// <returns>False where l_c is 0.</returns>
    public static bool Of(IReadOnlyList<double[]> answers, ReadOnlySpan<double> factor, int column, Span<double> direction)
    {
        var count = answers.Count;
        if (factor[(column * count) + column] == 0)
        {
            return false;
        }

        direction.Clear();
        for (var i = column; i < count; i++)
        {
            VectorArithmetic.AddScaled(direction, factor[(i * count) + column], answers[i]);
        }

        return true;
    }
}
