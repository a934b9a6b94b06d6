namespace Plumbline.Feedback.RankModels.Fitting;

/// <summary>The log-likelihood of rankings, each with a weight.</summary>
internal sealed class RankingLikelihood : IStrengthLikelihood
{
    private readonly int items;
    private readonly IReadOnlyList<Ranking> parts;
    private readonly int[] observations;
    private readonly double[] weights;
    private readonly IRankingProbability probability;
    private readonly int[] slots;
    private readonly RankingTerms terms;
    private readonly double[] utilities;

    /// <param name="items">How many items there are.</param>
    /// <param name="parts">Rankings of two or more items.</param>
    /// <param name="observations">The observation that each is, or is a part of.</param>
    /// <param name="weights">The weight of each.</param>
    /// <param name="probability">The probability of a ranking.</param>
    /// <param name="tieSizes">The sizes of ties that it has prevalences for.</param>
    public RankingLikelihood(
        int items,
        IReadOnlyList<Ranking> parts,
        int[] observations,
        double[] weights,
        IRankingProbability probability,
        IReadOnlyList<int> tieSizes
    )
    {
        (this.items, this.parts, this.observations, this.weights) = (items, parts, observations, weights);
        (this.probability, TieSizes) = (probability, tieSizes);
        terms = new RankingTerms(tieSizes.Count);
        utilities = new double[parts.Count == 0 ? 0 : parts.Max(part => part.Items.Count)];
        slots = new int[parts.Sum(part => part.Items.Count * (part.Items.Count - 1) / 2)];
        var slot = 0;
        foreach (var part in parts)
        {
            var ranked = part.ItemSpan;
            for (var i = 0; i < ranked.Length; i++)
            {
                for (var j = i + 1; j < ranked.Length; j++)
                {
                    slots[slot++] = Pairs.Slot(ranked[i], ranked[j]);
                }
            }
        }
    }

    public PairIndex Pairs { get; } = new();

    public IReadOnlyList<int> TieSizes { get; }

    public double Evaluate(ReadOnlySpan<double> at, Span<double> gradient, Curvature curvature)
    {
        gradient.Clear();
        curvature.Clear();
        var (value, slot) = (0.0, 0);
        for (var i = 0; i < parts.Count; i++)
        {
            var ranked = parts[i].ItemSpan;
            var weight = weights[i];
            value += weight * Derive(i, at);
            for (var j = 0; j < ranked.Length; j++)
            {
                gradient[ranked[j]] += weight * terms.Gradient[j];
            }

            foreach (var pair in terms.Pairs)
            {
                curvature.Weights[slots[slot++]] += weight * pair;
            }

            AddShared(ranked, weight, gradient, curvature);
        }

        return value;
    }

    public void AddSlopes(ReadOnlySpan<double> at, ReadOnlySpan<double> direction, Span<double> slopes)
    {
        for (var i = 0; i < parts.Count; i++)
        {
            var ranked = parts[i].ItemSpan;
            Derive(i, at);
            var sum = 0.0;
            for (var j = 0; j < ranked.Length; j++)
            {
                sum += terms.Gradient[j] * direction[ranked[j]];
            }

            for (var j = 0; j < TieSizes.Count; j++)
            {
                sum += terms.SharedGradient[j] * direction[items + j];
            }

            slopes[observations[i]] += sum;
        }
    }

    private double Derive(int part, ReadOnlySpan<double> at)
    {
        var ranked = parts[part].ItemSpan;
        for (var j = 0; j < ranked.Length; j++)
        {
            utilities[j] = at[ranked[j]];
        }

        return probability.Evaluate(parts[part], utilities.AsSpan(0, ranked.Length), at[items..], terms);
    }

    private void AddShared(ReadOnlySpan<int> ranked, double weight, Span<double> gradient, Curvature curvature)
    {
        for (var j = 0; j < TieSizes.Count; j++)
        {
            gradient[items + j] += weight * terms.SharedGradient[j];
            for (var k = 0; k < TieSizes.Count; k++)
            {
                curvature.Corner[j, k] += weight * terms.Corner[j, k];
            }

            for (var k = 0; k < ranked.Length; k++)
            {
                curvature.Border[j][ranked[k]] += weight * terms.Border[j][k];
            }
        }
    }
}
