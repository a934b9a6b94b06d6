namespace Plumbline.Feedback.RankModels.Fitting;

/// <summary>
/// Plackett and Luce, with ties summed out: P = Π_i w_i / Σ_{j not above i} w_j, w = e^utility, summed over all orders of tied items. Levels are drawn one after the other, so only the items of one level
/// are summed over at a time, and the last level, of whatever order, has probability 1.
/// </summary>
/// <remarks>
/// The log-probability is concave in the utilities, ties or not: with w_i the rates of exponential arrival times (so that log-times are −utility plus independent noise of a log-concave density) a tie
/// says that times lie in a convex cone, and the integral of a log-concave function over a convex set that moves is log-concave (Prékopa 1973).
/// </remarks>
internal sealed class UnknownOrderProbability : IRankingProbability
{
    // Utilities further below the best are taken to be this far below, so that weights and their inverse squares stay numbers.
    private const double Deepest = -150;

    private readonly TiedLevel tied = new();
    private double[] below = [];
    private double[] weights = [];
    private double[] rest = [];

    public double Evaluate(Ranking ranking, ReadOnlySpan<double> utilities, ReadOnlySpan<double> shared, RankingTerms? terms)
    {
        var ends = ranking.LevelEndSpan;
        if (utilities.Length == 2 && ends.Length == 2)
        {
            return EvaluatePair(utilities[0] - utilities[1], terms);
        }

        Weigh(utilities);
        terms?.Clear(utilities.Length);
        var value = 0.0;
        for (var (level, start) = (0, 0); level < ends.Length - 1; start = ends[level++])
        {
            if (ends[level] == start + 1)
            {
                value += below[start] - Math.Log(rest[start]);
            }
            else
            {
                value += tied.Evaluate(below.AsSpan(start, ends[level] - start), Math.Log(rest[ends[level]]), terms is not null);
                if (terms is not null)
                {
                    AddTied(start, ends[level], terms);
                }
            }
        }

        if (terms is not null)
        {
            AddChoices(ends, terms);
        }

        return value;
    }

    // Bradley and Terry's model, the bulk of many data sets.
    private static double EvaluatePair(double difference, RankingTerms? terms)
    {
        var small = Math.Exp(-Math.Abs(difference));
        if (terms is not null)
        {
            var surprise = difference >= 0 ? small / (1 + small) : 1 / (1 + small);
            terms.Clear(2);
            terms.Gradient[0] = surprise;
            terms.Gradient[1] = -surprise;
            terms.Pairs[0] = surprise * (1 - surprise);
        }

        return Math.Min(difference, 0) - Math.Log(1 + small);
    }

    private void Weigh(ReadOnlySpan<double> utilities)
    {
        if (weights.Length < utilities.Length)
        {
            (below, weights, rest) = (new double[utilities.Length], new double[utilities.Length], new double[utilities.Length]);
        }

        var best = double.NegativeInfinity;
        foreach (var utility in utilities)
        {
            best = Math.Max(best, utility);
        }

        var sum = 0.0;
        for (var i = utilities.Length - 1; i >= 0; i--)
        {
            below[i] = Math.Max(utilities[i] - best, Deepest);
            weights[i] = Math.Exp(below[i]);
            sum += weights[i];
            rest[i] = sum;
        }
    }

    // Each choice of one item among those from its place on adds −p_j to gradients and p_i·p_j to pairs, p = w / rest: sums over the choices so far serve all pairs at once.
    private void AddChoices(ReadOnlySpan<int> ends, RankingTerms terms)
    {
        var gradient = terms.Gradient;
        var pairs = terms.Pairs;
        var (inverse, square, level, pair) = (0.0, 0.0, 0, 0);
        for (var i = 0; i < terms.Items; i++)
        {
            if (i == ends[level])
            {
                level++;
            }

            var start = level == 0 ? 0 : ends[level - 1];
            if (i == start && ends[level] == start + 1 && level < ends.Length - 1)
            {
                gradient[i] += 1;
                inverse += 1 / rest[i];
                square += 1 / (rest[i] * rest[i]);
            }

            gradient[i] -= weights[i] * inverse;
            var share = weights[i] * square;
            for (var j = i + 1; j < terms.Items; j++)
            {
                pairs[pair++] += share * weights[j];
            }
        }
    }

    // All below a tie enter by the logarithm of their weights' sum, whose derivatives are their shares q: chain rule.
    private void AddTied(int start, int end, RankingTerms terms)
    {
        var size = end - start;
        var (slope, bend) = (tied.Gradient[size], tied.Hessian(size, size));
        for (var i = start; i < terms.Items; i++)
        {
            var share = weights[i] / rest[end];
            terms.Gradient[i] += i < end ? tied.Gradient[i - start] : slope * share;
            for (var j = i + 1; j < terms.Items; j++)
            {
                var other = weights[j] / rest[end];
                terms.Pairs[terms.Pair(i, j)] +=
                    j < end ? tied.Hessian(i - start, j - start)
                    : i < end ? tied.Hessian(i - start, size) * other
                    : (bend - slope) * share * other;
            }
        }
    }
}
