namespace Plumbline.Evaluation.Statistics;

/// <summary>The values that units were given, whoever gave them, laid out for counting: memory is proportional to the number of values.</summary>
public sealed class UnitRatings
{
    private readonly int[] starts;
    private readonly int[] codes;
    private readonly double[] values;

    private UnitRatings(int[] starts, int[] codes, double[] values)
    {
        (this.starts, this.codes, this.values) = (starts, codes, values);
        PairableUnits = Enumerable.Range(0, Units).Count(unit => CodesOf(unit).Length > 1);
    }

    /// <summary>How many units there are, those without values included.</summary>
    public int Units => starts.Length - 1;

    /// <summary>How many values there are in all.</summary>
    public int Count => codes.Length;

    /// <summary>How many units have two values and more: only they say something about agreement.</summary>
    public int PairableUnits { get; }

    /// <summary>The different values, rising.</summary>
    public ReadOnlySpan<double> Values => values;

    /// <summary>Lays out the values of units.</summary>
    /// <param name="units">For each unit its values, in any order.</param>
    /// <remarks>O(n log n) for n values.</remarks>
    /// <exception cref="ArgumentException">A value is no finite number.</exception>
    public static UnitRatings Of(IEnumerable<IReadOnlyList<double>> units)
    {
        var begins = new List<int> { 0 };
        var all = new List<double>();
        foreach (var unit in units)
        {
            all.AddRange(unit);
            begins.Add(all.Count);
        }

        if (!all.TrueForAll(double.IsFinite))
        {
            throw new ArgumentException("A value is a finite number.", nameof(units));
        }

        double[] different = [.. all.Distinct().Order()];
        var places = new int[all.Count];
        for (var i = 0; i < places.Length; i++)
        {
            places[i] = Array.BinarySearch(different, all[i]);
        }

        for (var unit = 1; unit < begins.Count; unit++)
        {
            Array.Sort(places, begins[unit - 1], begins[unit] - begins[unit - 1]);
        }

        return new UnitRatings([.. begins], places, different);
    }

    /// <summary>Lays out a table of counts, as agreement among many raters is often published.</summary>
    /// <param name="counts">[units, categories]: how many raters put the unit into the category; categories are the values 0, 1, and so on.</param>
    /// <exception cref="ArgumentException">A count is below 0.</exception>
    public static UnitRatings OfCounts(int[,] counts)
    {
        foreach (var count in counts)
        {
            if (count < 0)
            {
                throw new ArgumentException($"The count {count} is below 0.", nameof(counts));
            }
        }

        return Of(
            Enumerable
                .Range(0, counts.GetLength(0))
                .Select(unit =>
                    (IReadOnlyList<double>)
                        [
                            .. Enumerable
                                .Range(0, counts.GetLength(1))
                                .SelectMany(category => Enumerable.Repeat((double)category, counts[unit, category])),
                        ]
                )
        );
    }

    /// <summary>The places of a unit's values in <see cref="Values"/>, rising.</summary>
    internal ReadOnlySpan<int> CodesOf(int unit) => codes.AsSpan(starts[unit]..starts[unit + 1]);

    /// <summary>The place behind the last of the equal places that begin at <paramref name="first"/>.</summary>
    internal static int EndOfRun(ReadOnlySpan<int> codes, int first)
    {
        var end = first + 1;
        while (end < codes.Length && codes[end] == codes[first])
        {
            end++;
        }

        return end;
    }

    /// <summary>
    /// How often each value is given in units of two and more, each unit counted as often as it was drawn.
    /// </summary>
    /// <param name="multiplicities">How often each unit counts; empty for once each.</param>
    internal int[] PairableCounts(ReadOnlySpan<int> multiplicities)
    {
        CheckMultiplicities(multiplicities);
        var counts = new int[values.Length];
        for (var unit = 0; unit < Units; unit++)
        {
            var given = CodesOf(unit);
            var times = multiplicities.IsEmpty ? 1 : multiplicities[unit];
            if (given.Length > 1 && times > 0)
            {
                foreach (var code in given)
                {
                    counts[code] += times;
                }
            }
        }

        return counts;
    }

    private void CheckMultiplicities(ReadOnlySpan<int> multiplicities)
    {
        if (!multiplicities.IsEmpty && multiplicities.Length != Units)
        {
            throw new ArgumentException($"{multiplicities.Length} multiplicities do not fit {Units} units.", nameof(multiplicities));
        }
    }
}
