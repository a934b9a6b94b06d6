namespace Plumbline.Evaluation.Statistics;

/// <summary>All pairs of raters who share units, each with the values that both gave.</summary>
/// <remarks>Time and memory are O(Σ m_u²) for units with m_u raters; κ of all pairs takes that and O(v) a pair for v different values.</remarks>
public sealed class RaterPairs
{
    /// <summary>The most values that pairs may share in all: 12 bytes each.</summary>
    public const long MostShared = 10_000_000;

    private readonly (int First, int Second)[] raters;
    private readonly int[] starts;
    private readonly Shared[] shared;
    private readonly double[] values;

    private RaterPairs((int, int)[] raters, int[] starts, Shared[] shared, double[] values) =>
        (this.raters, this.starts, this.shared, this.values) = (raters, starts, shared, values);

    /// <summary>How many pairs share a unit at least.</summary>
    public int Count => raters.Length;

    /// <summary>Lays out who shares what.</summary>
    /// <param name="ratings">The values in any order.</param>
    /// <returns>The pairs in order of their raters' numbers; null where they share more than <see cref="MostShared"/> values.</returns>
    /// <exception cref="ArgumentException">A value is no finite number, or a rater rated a unit twice.</exception>
    public static RaterPairs? Of(IReadOnlyList<Rating> ratings)
    {
        Rating[] sorted = [.. ratings.OrderBy(rating => rating.Unit).ThenBy(rating => rating.Rater)];
        for (var i = 0; i < sorted.Length; i++)
        {
            if (!double.IsFinite(sorted[i].Value))
            {
                throw new ArgumentException("A value is a finite number.", nameof(ratings));
            }

            if (i > 0 && sorted[i].Unit == sorted[i - 1].Unit && sorted[i].Rater == sorted[i - 1].Rater)
            {
                throw new ArgumentException($"Rater {sorted[i].Rater} rated unit {sorted[i].Unit} twice.", nameof(ratings));
            }
        }

        var units = Units(sorted);
        if (units.Sum(unit => (long)unit.Count * (unit.Count - 1) / 2) > MostShared)
        {
            return null;
        }

        double[] different = [.. sorted.Select(rating => rating.Value).Distinct().Order()];
        int[] codes = [.. sorted.Select(rating => Array.BinarySearch(different, rating.Value))];
        return Lay(sorted, codes, units, different);
    }

    /// <summary>The raters of a pair, the lower number first.</summary>
    public (int First, int Second) Raters(int pair) => raters[pair];

    /// <summary>How many units a pair shares, at least 1.</summary>
    public int SharedUnits(int pair) => starts[pair + 1] - starts[pair];

    /// <summary>κ of a pair (<see cref="CohenKappa"/>).</summary>
    public Figure Kappa(int pair, KappaWeights weights) => Kappa(pair, new KappaSums(values, weights), []);

    /// <summary>The mean of κ over all pairs that share enough units and have one, each counting the same (Light 1971).</summary>
    /// <param name="weights">How much disagreements weigh.</param>
    /// <param name="leastShared">Pairs that share fewer units are left out, at least 1.</param>
    /// <param name="multiplicities">How often each unit counts, for a bootstrap; empty for once each.</param>
    /// <returns>The mean without an interval, or why it is not defined.</returns>
    /// <remarks>Light, Measures of Response Agreement for Qualitative Data, Psychological Bulletin 76 (1971) 365-377.</remarks>
    public Figure MeanKappa(KappaWeights weights, int leastShared = 1, ReadOnlySpan<int> multiplicities = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(leastShared, 1);
        var sums = new KappaSums(values, weights);
        var (sum, defined, enough) = (0.0, 0, 0);
        for (var pair = 0; pair < Count; pair++)
        {
            if (SharedUnits(pair) < leastShared)
            {
                continue;
            }

            enough++;
            if (Kappa(pair, sums, multiplicities).Value is { } kappa)
            {
                sum += kappa;
                defined++;
            }
        }

        return defined > 0 ? Figure.Of(sum / defined)
            : Count == 0 ? Figure.Without(UndefinedReason.NothingShared)
            : Figure.Without(enough == 0 ? UndefinedReason.TooFewShared : UndefinedReason.Unanimous);
    }

    private Figure Kappa(int pair, KappaSums sums, ReadOnlySpan<int> multiplicities)
    {
        sums.Clear();
        foreach (var both in shared.AsSpan(starts[pair]..starts[pair + 1]))
        {
            sums.Add(both.First, both.Second, multiplicities.IsEmpty ? 1 : multiplicities[both.Unit]);
        }

        return sums.Kappa();
    }

    private static List<(int First, int Count)> Units(Rating[] sorted)
    {
        var units = new List<(int First, int Count)>();
        for (var i = 0; i < sorted.Length; i++)
        {
            if (i == 0 || sorted[i].Unit != sorted[i - 1].Unit)
            {
                units.Add((i, 0));
            }

            units[^1] = units[^1] with { Count = units[^1].Count + 1 };
        }

        return units;
    }

    private static RaterPairs Lay(Rating[] sorted, int[] codes, List<(int First, int Count)> units, double[] different)
    {
        var counts = new Dictionary<(int, int), int>();
        foreach (var (one, other) in PairsOf(units))
        {
            var key = (sorted[one].Rater, sorted[other].Rater);
            counts[key] = counts.GetValueOrDefault(key) + 1;
        }

        (int, int)[] keys = [.. counts.Keys.Order()];
        var begins = new int[keys.Length + 1];
        var next = new Dictionary<(int, int), int>(keys.Length);
        for (var pair = 0; pair < keys.Length; pair++)
        {
            next[keys[pair]] = begins[pair];
            begins[pair + 1] = begins[pair] + counts[keys[pair]];
        }

        var both = new Shared[begins[^1]];
        foreach (var (one, other) in PairsOf(units))
        {
            var key = (sorted[one].Rater, sorted[other].Rater);
            both[next[key]++] = new Shared(sorted[one].Unit, codes[one], codes[other]);
        }

        return new RaterPairs(keys, begins, both, different);
    }

    private static IEnumerable<(int One, int Other)> PairsOf(List<(int First, int Count)> units)
    {
        foreach (var (first, count) in units)
        {
            for (var one = first; one < first + count; one++)
            {
                for (var other = one + 1; other < first + count; other++)
                {
                    yield return (one, other);
                }
            }
        }
    }

    private readonly record struct Shared(int Unit, int First, int Second);
}
