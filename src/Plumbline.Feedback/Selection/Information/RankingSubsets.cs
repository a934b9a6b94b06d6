using System.Numerics;

namespace Plumbline.Feedback.Selection.Information;

/// <summary>
/// The distribution of Plackett and Luce's rankings of a few answers, through the subsets that may be left when the best ones are chosen: sums over all n! rankings in n·2ⁿ steps.
/// </summary>
internal sealed class RankingSubsets
{
    private readonly double[] logs;
    private readonly double[] weights;
    private readonly double[] sums;
    private readonly double[] inverses;
    private readonly double[] reached;

    /// <summary>Room for <paramref name="count"/> answers.</summary>
    public RankingSubsets(int count)
    {
        Count = count;
        (logs, weights) = (new double[count], new double[count]);
        (sums, inverses, reached) = (new double[1 << count], new double[1 << count], new double[1 << count]);
    }

    /// <summary>How many answers are ranked.</summary>
    public int Count { get; }

    /// <summary>1 / Σ e^u over each subset, a bit an answer, up to the common factor that <see cref="WeightProduct"/> has too.</summary>
    public ReadOnlySpan<double> Inverses => inverses;

    /// <summary>Π e^u; with more than five answers it may underflow to 0.</summary>
    public double WeightProduct { get; private set; }

    /// <summary>Takes the utilities [count], the skill counted in.</summary>
    public void Load(ReadOnlySpan<double> utilities)
    {
        ChoiceWeights.Logs(utilities, logs);
        WeightProduct = 1;
        for (var i = 0; i < Count; i++)
        {
            weights[i] = Math.Exp(logs[i]);
            WeightProduct *= weights[i];
        }

        for (var subset = 1; subset < sums.Length; subset++)
        {
            sums[subset] = sums[subset & (subset - 1)] + weights[BitOperations.TrailingZeroCount(subset)];
            inverses[subset] = 1 / sums[subset];
        }

        Reach();
    }

    /// <summary>The entropy of the ranking in nats.</summary>
    public double Entropy()
    {
        // −log p(ranking) = Σ log(sum over those left) − Σ u.
        var entropy = 0.0;
        for (var i = 0; i < Count; i++)
        {
            // Single answers: log of the sum is u itself.
            entropy += (reached[1 << i] - 1) * logs[i];
        }

        for (var subset = 3; subset < sums.Length; subset++)
        {
            if (!BitOperations.IsPow2(subset))
            {
                entropy += reached[subset] * Math.Log(sums[subset]);
            }
        }

        return entropy;
    }

    /// <summary>Writes the expected curvature, which is Fisher's information of the ranking about the utilities that were loaded [count, count].</summary>
    public void ExpectedCurvature(Span<double> curvature)
    {
        curvature.Clear();
        for (var subset = 3; subset < sums.Length; subset++)
        {
            var (inverse, chance) = (inverses[subset], reached[subset]);
            for (var left = subset; left != 0 && !BitOperations.IsPow2(subset); left &= left - 1)
            {
                var i = BitOperations.TrailingZeroCount(left);
                var first = weights[i] * inverse;
                curvature[(i * Count) + i] += chance * first;
                for (var other = subset; other != 0; other &= other - 1)
                {
                    var j = BitOperations.TrailingZeroCount(other);
                    curvature[(i * Count) + j] -= chance * first * weights[j] * inverse;
                }
            }
        }
    }

    // The probability that a subset is what is left at some time. Larger subsets have larger numbers.
    private void Reach()
    {
        Array.Clear(reached);
        reached[^1] = 1;
        for (var subset = reached.Length - 1; subset > 0; subset--)
        {
            var share = reached[subset] * inverses[subset];
            for (var left = subset; left != 0; left &= left - 1)
            {
                reached[subset & ~(left & -left)] += share * weights[BitOperations.TrailingZeroCount(left)];
            }
        }
    }
}
