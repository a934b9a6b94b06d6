namespace Plumbline.Evaluation.Statistics;

/// <summary>How two rankings of the same things order the pairs of these things: what τ and the share of same opinions are made of.</summary>
/// <param name="Concordant">Pairs that both order the same way.</param>
/// <param name="Discordant">Pairs that they order in opposite ways.</param>
/// <param name="TiedFirst">Pairs that only the first ties.</param>
/// <param name="TiedSecond">Pairs that only the second ties.</param>
/// <param name="TiedBoth">Pairs that both tie.</param>
public readonly record struct RankPairs(long Concordant, long Discordant, long TiedFirst, long TiedSecond, long TiedBoth)
{
    // Below, comparing each with each is faster than sorting, and needs no memory.
    private const int FewThings = 24;

    /// <summary>All pairs.</summary>
    public long All => Concordant + Discordant + TiedFirst + TiedSecond + TiedBoth;

    /// <summary>
    /// Kendall's τ_b = (C − D) / √((C + D + T_1)(C + D + T_2)) with the pairs T_1 and T_2 that only the one or only the other ties: 1 for the same order with the same ties, −1 for its reverse;
    /// null where a ranking ties everything.
    /// </summary>
    /// <remarks>Kendall, The Treatment of Ties in Ranking Problems, Biometrika 33 (1945) 239-251.</remarks>
    public double? TauB
    {
        get
        {
            double ordered = Concordant + Discordant + TiedSecond,
                otherOrdered = Concordant + Discordant + TiedFirst;
            return ordered == 0 || otherOrdered == 0 ? null : (Concordant - Discordant) / Math.Sqrt(ordered * otherOrdered);
        }
    }

    /// <summary>
    /// The share of all pairs on which both are on the same side: they prefer the same thing, or neither prefers one. A tie against a preference is no agreement. Null without pairs.
    /// </summary>
    /// <remarks>The first of the two set-ups of Zheng et al., arXiv:2306.05685, section 4.</remarks>
    public double? SameSide => All == 0 ? null : (Concordant + TiedBoth) / (double)All;

    /// <summary>The share of the pairs that both decide on which they prefer the same thing; null where there is none.</summary>
    /// <remarks>The second set-up of Zheng et al., arXiv:2306.05685, section 4: ties are left out.</remarks>
    public double? SameSideOfDecided => Concordant + Discordant == 0 ? null : Concordant / (double)(Concordant + Discordant);

    /// <summary>Counts the pairs of two rankings.</summary>
    /// <param name="first">The rank of each thing; only the order counts, equal ranks are ties.</param>
    /// <param name="second">The other's, of the same things in the same order.</param>
    /// <remarks>O(k log k) for k things: discordant pairs are the swaps of a merge sort (Knight, JASA 61 (1966) 436-439). Few things are compared each with each.</remarks>
    /// <exception cref="ArgumentException">The two differ in length.</exception>
    public static RankPairs Between(ReadOnlySpan<int> first, ReadOnlySpan<int> second)
    {
        if (first.Length != second.Length)
        {
            throw new ArgumentException($"Rankings of {first.Length} and {second.Length} things do not belong together.", nameof(second));
        }

        return first.Length <= FewThings ? OneByOne(first, second) : Sorted(first, second);
    }

    private static RankPairs OneByOne(ReadOnlySpan<int> first, ReadOnlySpan<int> second)
    {
        Span<int> counts = stackalloc int[9];
        for (var i = 0; i < first.Length; i++)
        {
            for (var j = i + 1; j < first.Length; j++)
            {
                counts[4 + (3 * first[i].CompareTo(first[j])) + second[i].CompareTo(second[j])]++;
            }
        }

        return new RankPairs(counts[0] + counts[8], counts[2] + counts[6], counts[3] + counts[5], counts[1] + counts[7], counts[4]);
    }

    private static RankPairs Sorted(ReadOnlySpan<int> first, ReadOnlySpan<int> second)
    {
        var pairs = new (int First, int Second)[first.Length];
        for (var i = 0; i < pairs.Length; i++)
        {
            pairs[i] = (first[i], second[i]);
        }

        Array.Sort(pairs);
        long tiedFirst = 0,
            tiedBoth = 0;
        CountRuns(pairs, (one, other) => one.First == other.First, ref tiedFirst);
        CountRuns(pairs, (one, other) => one == other, ref tiedBoth);
        var seconds = Array.ConvertAll(pairs, pair => pair.Second);
        var discordant = Swaps(seconds, new int[seconds.Length]);
        long tiedSecond = 0;
        CountRuns(seconds, (one, other) => one == other, ref tiedSecond);
        var all = (long)pairs.Length * (pairs.Length - 1) / 2;
        return new RankPairs(
            all - tiedFirst - tiedSecond + tiedBoth - discordant,
            discordant,
            tiedFirst - tiedBoth,
            tiedSecond - tiedBoth,
            tiedBoth
        );
    }

    // Pairs within runs of equals.
    private static void CountRuns<T>(T[] sorted, Func<T, T, bool> same, ref long count)
    {
        for (int first = 0, i = 1; i <= sorted.Length; i++)
        {
            if (i == sorted.Length || !same(sorted[first], sorted[i]))
            {
                count += (long)(i - first) * (i - first - 1) / 2;
                first = i;
            }
        }
    }

    // Sorts, and counts the pairs that stood in falling order.
    private static long Swaps(Span<int> values, Span<int> room)
    {
        if (values.Length < 2)
        {
            return 0;
        }

        var middle = values.Length / 2;
        var swaps = Swaps(values[..middle], room[..middle]) + Swaps(values[middle..], room[middle..]);
        for (int left = 0, right = middle, to = 0; to < values.Length; to++)
        {
            if (left < middle && (right == values.Length || values[left] <= values[right]))
            {
                room[to] = values[left++];
            }
            else
            {
                swaps += middle - left;
                room[to] = values[right++];
            }
        }

        room[..values.Length].CopyTo(values);
        return swaps;
    }
}
