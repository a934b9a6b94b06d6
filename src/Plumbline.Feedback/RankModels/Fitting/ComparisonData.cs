namespace Plumbline.Feedback.RankModels.Fitting;

/// <summary>Comparisons of two items: P(i above j) = σ(θ_i − θ_j), ties as half a win for each.</summary>
internal sealed class ComparisonData : IStrengthData
{
    private readonly IReadOnlyList<Comparison> comparisons;

    public ComparisonData(IReadOnlyList<Comparison> comparisons, int items)
    {
        foreach (var comparison in comparisons)
        {
            comparison.Check(items);
        }

        (this.comparisons, Items) = (comparisons, items);
        Counts = [.. comparisons.Select(comparison => comparison.Count)];
    }

    public int Items { get; }

    public IReadOnlyList<int> Counts { get; }

    public void AddWins(ReadOnlySpan<double> weights, ICollection<(int Above, int Below)> wins)
    {
        for (var i = 0; i < comparisons.Count; i++)
        {
            var (first, second, outcome, _) = comparisons[i];
            if (weights[i] > 0 && outcome > 0)
            {
                wins.Add((first, second));
            }

            if (weights[i] > 0 && outcome < 1)
            {
                wins.Add((second, first));
            }
        }
    }

    public IStrengthLikelihood Likelihood(ReadOnlySpan<double> weights, int[] groupOf)
    {
        var pairs = new PairIndex();
        var (won, all) = (new List<double>(), new List<double>());
        for (var i = 0; i < comparisons.Count; i++)
        {
            var (first, second, outcome, _) = comparisons[i];
            if (weights[i] <= 0 || groupOf[first] != groupOf[second])
            {
                continue;
            }

            var slot = pairs.Slot(first, second);
            if (slot == all.Count)
            {
                won.Add(0);
                all.Add(0);
            }

            won[slot] += weights[i] * (first < second ? outcome : 1 - outcome);
            all[slot] += weights[i];
        }

        return new PairLikelihood(this, pairs, [.. won], [.. all], groupOf);
    }

    // Wins of each pair's lower item and votes on the pair: the log-likelihood needs no more.
    private sealed class PairLikelihood(ComparisonData data, PairIndex pairs, double[] won, double[] all, int[] groupOf)
        : IStrengthLikelihood
    {
        public PairIndex Pairs => pairs;

        public IReadOnlyList<int> TieSizes => [];

        public double Evaluate(ReadOnlySpan<double> at, Span<double> gradient, Curvature curvature)
        {
            gradient.Clear();
            var value = 0.0;
            var first = curvature.First;
            var second = curvature.Second;
            for (var pair = 0; pair < won.Length; pair++)
            {
                var difference = at[first[pair]] - at[second[pair]];
                // log(1 + e^d) = max(d, 0) + log(1 + e^−|d|) never overflows.
                var small = Math.Exp(-Math.Abs(difference));
                var share = difference >= 0 ? 1 / (1 + small) : small / (1 + small);
                value += (won[pair] * difference) - (all[pair] * (Math.Max(difference, 0) + Math.Log(1 + small)));
                var slope = won[pair] - (all[pair] * share);
                gradient[first[pair]] += slope;
                gradient[second[pair]] -= slope;
                curvature.Weights[pair] = all[pair] * small / ((1 + small) * (1 + small));
            }

            return value;
        }

        public void AddSlopes(ReadOnlySpan<double> at, ReadOnlySpan<double> direction, Span<double> slopes)
        {
            for (var i = 0; i < slopes.Length; i++)
            {
                var (first, second, outcome, _) = data.comparisons[i];
                if (groupOf[first] == groupOf[second])
                {
                    var share = 1 / (1 + Math.Exp(at[second] - at[first]));
                    slopes[i] += (outcome - share) * (direction[first] - direction[second]);
                }
            }
        }
    }
}
