namespace Plumbline.Feedback.Selection.Rewards;

/// <summary>The log-likelihood of a ranking in the utilities of its answers, with slope and curvature.</summary>
/// <remarks>
/// Plackett (1975) and Luce (1959): Σ_i [b·u_i − log Σ_{j ∈ S_i} e^(b·u_j)], b the skill, S_i the answer i and all that rank below it; answers with nobody below add
/// nothing. Two answers give Bradley and Terry (1952). Tied answers do not compete with each other, so a tie of all says nothing and the function stays concave,
/// which Laplace's approximation needs; the marginal over the orders of a tie is not.
/// </remarks>
internal static class RankingLikelihood
{
    /// <summary>The log-likelihood.</summary>
    /// <param name="utilities">u [answers].</param>
    /// <param name="ranking">Ranks and skill.</param>
    /// <param name="slope">∂/∂u [answers].</param>
    /// <param name="curvature">−∂²/∂u² [answers, answers], positive semidefinite; empty where it is not wanted.</param>
    public static double Of(ReadOnlySpan<double> utilities, ObservedRanking ranking, Span<double> slope, Span<double> curvature)
    {
        var (count, skill, ranks) = (utilities.Length, ranking.Skill, ranking.Ranks);
        Span<double> chances = stackalloc double[ObservedRanking.MostAnswers];
        var sum = 0.0;
        slope.Clear();
        curvature.Clear();
        for (var i = 0; i < count; i++)
        {
            var highest = utilities[i];
            var below = false;
            for (var j = 0; j < count; j++)
            {
                below |= ranks[j] > ranks[i];
                highest = ranks[j] > ranks[i] ? Math.Max(highest, utilities[j]) : highest;
            }

            if (!below)
            {
                continue;
            }

            var total = 0.0;
            for (var j = 0; j < count; j++)
            {
                chances[j] = j == i || ranks[j] > ranks[i] ? Math.Exp(skill * (utilities[j] - highest)) : 0;
                total += chances[j];
            }

            sum += (skill * (utilities[i] - highest)) - Math.Log(total);
            slope[i] += skill;
            Add(chances[..count], total, skill, slope, curvature);
        }

        return sum;
    }

    // What one choice from the weights adds.
    private static void Add(Span<double> chances, double total, double skill, Span<double> slope, Span<double> curvature)
    {
        var count = chances.Length;
        for (var j = 0; j < count; j++)
        {
            chances[j] /= total;
            slope[j] -= skill * chances[j];
        }

        for (var j = 0; j < count && !curvature.IsEmpty; j++)
        {
            for (var k = 0; k < count; k++)
            {
                curvature[(j * count) + k] += skill * skill * chances[j] * ((j == k ? 1 : 0) - chances[k]);
            }
        }
    }
}
