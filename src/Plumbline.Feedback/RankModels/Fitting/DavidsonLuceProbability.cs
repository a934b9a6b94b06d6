using System.Numerics;

namespace Plumbline.Feedback.RankModels.Fitting;

/// <summary>
/// Davidson and Luce: level after level the set T is chosen from those that are left, with log-weight log δ_|T| + mean utility of T. Every choice is a multinomial logit over sets, so the
/// log-probability is concave in utilities and log δ together, and its derivatives are means and covariances of what sets hold.
/// </summary>
/// <param name="tieSizes">The sizes of ties that can be chosen, ascending, each with a shared parameter log δ; single items always can.</param>
internal sealed class DavidsonLuceProbability(IReadOnlyList<int> tieSizes) : IRankingProbability
{
    /// <summary>The most sets that one choice may be among.</summary>
    public const int MostSets = 20_000;

    private readonly Dictionary<int, uint[]> choices = [];
    private double[] chances = [];

    public double Evaluate(Ranking ranking, ReadOnlySpan<double> utilities, ReadOnlySpan<double> shared, RankingTerms? terms)
    {
        terms?.Clear(utilities.Length);
        var ends = ranking.LevelEndSpan;
        var value = 0.0;
        for (var (level, start) = (0, 0); level < ends.Length; start = ends[level++])
        {
            var left = utilities.Length - start;
            var isUnordered = level == ends.Length - 1 && ranking.LastIsUnordered;
            if (left > 1 && !isUnordered)
            {
                value += Choose(utilities[start..], ends[level] - start, shared, start, terms);
            }
        }

        return value;
    }

    /// <summary>Whether a choice among so many items is among few enough sets.</summary>
    public static bool CanChoose(int items, IEnumerable<int> tieSizes) =>
        items <= 31 && tieSizes.Where(size => size <= items).Sum(size => Combinations(items, size)) + items <= MostSets;

    private static double Combinations(int items, int size) =>
        Enumerable.Range(0, size).Aggregate(1.0, (product, i) => product * (items - i) / (i + 1));

    // The first so many of the utilities are chosen.
    private double Choose(ReadOnlySpan<double> utilities, int chosen, ReadOnlySpan<double> shared, int start, RankingTerms? terms)
    {
        var sets = SetsOf(utilities.Length);
        if (chances.Length < sets.Length)
        {
            chances = new double[sets.Length];
        }

        var largest = double.NegativeInfinity;
        for (var i = 0; i < sets.Length; i++)
        {
            chances[i] = LogWeight(sets[i], utilities, shared);
            largest = Math.Max(largest, chances[i]);
        }

        var sum = 0.0;
        for (var i = 0; i < sets.Length; i++)
        {
            chances[i] = Math.Exp(chances[i] - largest);
            sum += chances[i];
        }

        var observed = (1u << chosen) - 1;
        if (terms is not null)
        {
            Derive(sets, sum, observed, start, utilities.Length, terms);
        }

        return LogWeight(observed, utilities, shared) - largest - Math.Log(sum);
    }

    private double LogWeight(uint set, ReadOnlySpan<double> utilities, ReadOnlySpan<double> shared)
    {
        var size = BitOperations.PopCount(set);
        var sum = 0.0;
        for (var left = set; left != 0; left &= left - 1)
        {
            sum += utilities[BitOperations.TrailingZeroCount(left)];
        }

        return (sum / size) + (size == 1 ? 0 : shared[Place(size)]);
    }

    private void Derive(uint[] sets, double sum, uint observed, int start, int count, RankingTerms terms)
    {
        Span<double> mean = stackalloc double[count];
        Span<double> prevalence = stackalloc double[tieSizes.Count];
        mean.Clear();
        prevalence.Clear();
        for (var i = 0; i < sets.Length; i++)
        {
            AddSet(sets[i], chances[i] / sum, start, mean, prevalence, terms);
        }

        var size = BitOperations.PopCount(observed);
        for (var i = 0; i < count; i++)
        {
            terms.Gradient[start + i] += (i < size ? 1.0 / size : 0) - mean[i];
            for (var j = i + 1; j < count; j++)
            {
                terms.Pairs[terms.Pair(start + i, start + j)] += mean[i] * mean[j];
            }
        }

        for (var at = 0; at < tieSizes.Count; at++)
        {
            terms.SharedGradient[at] += (size == tieSizes[at] ? 1 : 0) - prevalence[at];
            terms.Corner[at, at] += prevalence[at];
            for (var other = 0; other < tieSizes.Count; other++)
            {
                terms.Corner[at, other] -= prevalence[at] * prevalence[other];
            }

            for (var i = 0; i < count; i++)
            {
                terms.Border[at][start + i] -= prevalence[at] * mean[i];
            }
        }
    }

    // A set's share of the means, and of the means of products: the pairs' weights are minus the covariances.
    private void AddSet(uint set, double chance, int start, Span<double> mean, Span<double> prevalence, RankingTerms terms)
    {
        var size = BitOperations.PopCount(set);
        var each = 1.0 / size;
        var place = size == 1 ? -1 : Place(size);
        if (place >= 0)
        {
            prevalence[place] += chance;
        }

        for (var left = set; left != 0; left &= left - 1)
        {
            var item = BitOperations.TrailingZeroCount(left);
            mean[item] += chance * each;
            if (place >= 0)
            {
                terms.Border[place][start + item] += chance * each;
            }

            for (var others = left & (left - 1); others != 0; others &= others - 1)
            {
                terms.Pairs[terms.Pair(start + item, start + BitOperations.TrailingZeroCount(others))] -= chance * each * each;
            }
        }
    }

    private int Place(int size)
    {
        for (var at = 0; at < tieSizes.Count; at++)
        {
            if (tieSizes[at] == size)
            {
                return at;
            }
        }

        throw new ArgumentException($"A tie of {size} has no prevalence.");
    }

    private uint[] SetsOf(int items)
    {
        if (!choices.TryGetValue(items, out var sets))
        {
            sets = [.. tieSizes.Prepend(1).Where(size => size <= items).SelectMany(size => Subsets(items, size))];
            choices.Add(items, sets);
        }

        return sets;
    }

    // All sets of a size in ascending order of their bits (Gosper's rule for the next one).
    private static IEnumerable<uint> Subsets(int items, int size)
    {
        for (var set = (1UL << size) - 1; set < 1UL << items; )
        {
            yield return (uint)set;
            var lowest = set & (~set + 1);
            var raised = set + lowest;
            set = ((((raised ^ set) >> 2) / lowest) | raised);
        }
    }
}
