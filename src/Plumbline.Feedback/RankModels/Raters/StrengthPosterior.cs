using Plumbline.Feedback.RankModels.Fitting;

namespace Plumbline.Feedback.RankModels.Raters;

/// <summary>
/// The strengths of one prompt's answers, in standard deviations, as the judgements leave them: prior N(0, 1) each, of which only what sums to 0 matters. Coordinates z are those of an orthonormal basis
/// of the vectors that sum to 0 (Helmert), so their prior is N(0, I) as well.
/// </summary>
internal sealed class StrengthPosterior
{
    private const int MostSteps = 50;

    private readonly Judgement[] judgements;
    private readonly QuadratureNodes nodes;
    private readonly double[][] basis;
    private readonly double[] mode;
    private readonly double[][] strengths;
    private readonly double[] logWeights;

    /// <param name="items">The answers.</param>
    /// <param name="judgements">What was said of them, at least one.</param>
    /// <param name="nodes">Where the posterior is looked at, in standard form, of one dimension less than there are answers.</param>
    public StrengthPosterior(IReadOnlyList<int> items, Judgement[] judgements, QuadratureNodes nodes)
    {
        (Items, this.judgements, this.nodes) = (items, judgements, nodes);
        Raters = [.. judgements.Select(judgement => judgement.Rater).Distinct().Order()];
        foreach (var judgement in judgements)
        {
            judgement.Seat = Array.BinarySearch(Raters, judgement.Rater);
        }

        basis = Basis(items.Count);
        mode = new double[items.Count - 1];
        strengths = [.. nodes.Places.Select(_ => new double[items.Count])];
        logWeights = new double[nodes.Places.Length];
    }

    /// <summary>The answers.</summary>
    public IReadOnlyList<int> Items { get; }

    /// <summary>Who judged them, ascending.</summary>
    public int[] Raters { get; }

    /// <summary>What was said.</summary>
    public IReadOnlyList<Judgement> Judgements => judgements;

    /// <summary>[nodes][answers]: the strengths at each node.</summary>
    public IReadOnlyList<double[]> Strengths => strengths;

    /// <summary>[nodes]: what each node's likelihood is multiplied by, as a logarithm: its weight and the prior's density there.</summary>
    public IReadOnlyList<double> LogWeights => logWeights;

    /// <summary>[nodes]: whether each node counts positively, 1, or negatively, −1.</summary>
    public IReadOnlyList<double> Signs => nodes.Signs;

    /// <summary>Moves the nodes to where the posterior is: around its mode, as wide as its curvature there (Laplace).</summary>
    public void Place(ReadOnlySpan<double> parameters, PosteriorScratch scratch)
    {
        var factor = FindMode(parameters, scratch);
        var dimensions = mode.Length;
        var z = new double[dimensions];
        for (var node = 0; node < strengths.Length; node++)
        {
            nodes.Places[node].CopyTo(z, 0);
            factor.SolveTransposed(z);
            var square = 0.0;
            for (var i = 0; i < dimensions; i++)
            {
                z[i] += mode[i];
                square += z[i] * z[i];
            }

            ToStrengths(z, strengths[node]);
            logWeights[node] = nodes.LogWeights[node] - ((square + factor.LogDeterminant + (dimensions * Math.Log(2 * Math.PI))) / 2);
        }
    }

    private CholeskyFactor FindMode(ReadOnlySpan<double> parameters, PosteriorScratch scratch)
    {
        var (gradient, candidate) = (new double[mode.Length], new double[mode.Length]);
        var (value, factor) = Derive(mode, parameters, gradient, scratch);
        for (var step = 0; step < MostSteps; step++)
        {
            var move = factor.Solve(gradient);
            var gain = 0.0;
            for (var i = 0; i < move.Length; i++)
            {
                gain += move[i] * gradient[i];
            }

            if (gain < 1e-14)
            {
                break;
            }

            var before = value;
            for (var length = 1.0; length > 1e-8; length /= 2)
            {
                for (var i = 0; i < move.Length; i++)
                {
                    candidate[i] = mode[i] + (length * move[i]);
                }

                (value, factor) = Derive(candidate, parameters, gradient, scratch);
                if (value >= before - 1e-12)
                {
                    break;
                }
            }

            candidate.CopyTo(mode, 0);
        }

        return factor;
    }

    // The log-posterior, its gradient and the factor of minus its second derivatives, by z.
    private (double Value, CholeskyFactor Factor) Derive(
        double[] z,
        ReadOnlySpan<double> parameters,
        double[] gradient,
        PosteriorScratch scratch
    )
    {
        var (count, dimensions) = (Items.Count, z.Length);
        var (at, slope, bend) = scratch.Strengths(count);
        ToStrengths(z, at);
        var value = 0.0;
        foreach (var judgement in judgements)
        {
            value += AddDerivatives(judgement, parameters, at, slope, bend, scratch);
        }

        var matrix = new double[dimensions][];
        for (var i = 0; i < dimensions; i++)
        {
            value -= z[i] * z[i] / 2;
            gradient[i] = -z[i];
            for (var item = 0; item < count; item++)
            {
                gradient[i] += basis[i][item] * slope[item];
            }

            matrix[i] = new double[dimensions];
            matrix[i][i] = 1;
            for (var j = 0; j <= i; j++)
            {
                for (var pair = 0; pair < count * count; pair++)
                {
                    // A Laplacian: Σ_pairs w (b_k − b_l)(c_k − c_l).
                    var (k, l) = (pair / count, pair % count);
                    matrix[i][j] += k < l ? bend[pair] * (basis[i][k] - basis[i][l]) * (basis[j][k] - basis[j][l]) : 0;
                }
            }
        }

        return (
            value,
            CholeskyFactor.Of(matrix) ?? throw new InvalidOperationException("A posterior with a normal prior is not log-concave.")
        );
    }

    private static double AddDerivatives(
        Judgement judgement,
        ReadOnlySpan<double> parameters,
        double[] at,
        double[] slope,
        double[] bend,
        PosteriorScratch scratch
    )
    {
        var places = judgement.Places;
        var utilities = scratch.Utilities(places.Length);
        judgement.Utilities(parameters, at, utilities);
        var value = scratch.Probability.Evaluate(judgement.Ranking, utilities, [], scratch.Terms);
        var (sensitivity, pair) = (parameters[2 * judgement.Rater], 0);
        for (var i = 0; i < places.Length; i++)
        {
            slope[places[i]] += sensitivity * scratch.Terms.Gradient[i];
            for (var j = i + 1; j < places.Length; j++)
            {
                var (low, high) = (Math.Min(places[i], places[j]), Math.Max(places[i], places[j]));
                bend[(low * slope.Length) + high] += sensitivity * sensitivity * scratch.Terms.Pairs[pair++];
            }
        }

        return value;
    }

    private void ToStrengths(ReadOnlySpan<double> z, double[] result)
    {
        Array.Clear(result);
        for (var i = 0; i < z.Length; i++)
        {
            for (var item = 0; item < result.Length; item++)
            {
                result[item] += basis[i][item] * z[i];
            }
        }
    }

    /// <summary>An orthonormal basis of the vectors that sum to 0, [count − 1][count].</summary>
    internal static double[][] Basis(int count)
    {
        var rows = new double[count - 1][];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = new double[count];
            var norm = Math.Sqrt((i + 1.0) * (i + 2.0));
            Array.Fill(rows[i], 1 / norm, 0, i + 1);
            rows[i][i + 1] = -(i + 1) / norm;
        }

        return rows;
    }
}
