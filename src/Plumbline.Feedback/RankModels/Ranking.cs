namespace Plumbline.Feedback.RankModels;

/// <summary>One ranking of some of the items, with ties. Immutable.</summary>
public sealed class Ranking
{
    private readonly int[] items;
    private readonly int[] levelEnds;

    /// <summary>Makes a ranking of the ranks that items were given.</summary>
    /// <param name="items">The numbers of the ranked items, from 0, each once; at least one. Items that are not here were not seen.</param>
    /// <param name="ranks">The rank of each; lower is better, equal numbers are ties, only their order counts.</param>
    /// <param name="lastIsUnordered">
    /// True where the items on the last rank are merely below the others, as in "the best three of nine"; false where they are tied. Models in which a tie means an unknown order
    /// (<see cref="TieModel.UnknownOrder"/>) do not tell the two apart.
    /// </param>
    /// <exception cref="ArgumentException">There is no item, an item comes twice or is negative, or there are not as many ranks as items.</exception>
    public Ranking(IReadOnlyList<int> items, IReadOnlyList<int> ranks, bool lastIsUnordered = false)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(ranks);
        if (items.Count == 0 || ranks.Count != items.Count)
        {
            throw new ArgumentException($"{items.Count} items with {ranks.Count} ranks are no ranking.", nameof(ranks));
        }

        // Ties in the order of their numbers: the order in which they are named must not reach the last bits of a sum.
        int[] order = [.. Enumerable.Range(0, items.Count).OrderBy(at => ranks[at]).ThenBy(at => items[at])];
        this.items = [.. order.Select(at => items[at])];
        levelEnds = [.. Enumerable.Range(1, order.Length).Where(end => end == order.Length || ranks[order[end]] != ranks[order[end - 1]])];
        LastIsUnordered = lastIsUnordered;
        if (this.items.Distinct().Count() < order.Length || this.items.Min() < 0)
        {
            throw new ArgumentException("An item is ranked twice, or has a negative number.", nameof(items));
        }
    }

    // The flag first, or a call with collection expressions would mean this one.
    private Ranking(bool lastIsUnordered, int[] items, int[] levelEnds) =>
        (this.items, this.levelEnds, LastIsUnordered) = (items, levelEnds, lastIsUnordered);

    /// <summary>The items, best first; tied ones by number.</summary>
    public IReadOnlyList<int> Items => items;

    /// <summary>For each level, best first, the place in <see cref="Items"/> behind its last item. A level of several items is a tie.</summary>
    public IReadOnlyList<int> LevelEnds => levelEnds;

    /// <summary>Whether the items of the last level are merely below the others and not tied.</summary>
    public bool LastIsUnordered { get; }

    internal ReadOnlySpan<int> ItemSpan => items;

    internal ReadOnlySpan<int> LevelEndSpan => levelEnds;

    /// <summary>A ranking without ties.</summary>
    /// <param name="bestFirst">The items, best first.</param>
    public static Ranking OfOrder(params IReadOnlyList<int> bestFirst) => new(bestFirst, [.. Enumerable.Range(0, bestFirst.Count)]);

    /// <summary>The best items in their order, and others that are below them in an order that nobody said.</summary>
    /// <param name="bestFirst">The best, best first.</param>
    /// <param name="rest">The others.</param>
    public static Ranking OfTop(IReadOnlyList<int> bestFirst, IReadOnlyList<int> rest) =>
        new(
            [.. bestFirst, .. rest],
            [.. Enumerable.Range(0, bestFirst.Count), .. Enumerable.Repeat(bestFirst.Count, rest.Count)],
            lastIsUnordered: true
        );

    /// <summary>The rankings of the parts into which <paramref name="partOf"/> divides the items; parts of one item say nothing and are left out.</summary>
    internal IEnumerable<Ranking> Parts(int[] partOf)
    {
        var first = partOf[items[0]];
        if (Array.TrueForAll(items, item => partOf[item] == first))
        {
            return items.Length > 1 ? [this] : [];
        }

        return items.Select(item => partOf[item]).Distinct().Select(part => Part(item => partOf[item] == part)).OfType<Ranking>();
    }

    private Ranking? Part(Func<int, bool> isIn)
    {
        var (kept, ends) = (new List<int>(), new List<int>());
        for (var (level, start) = (0, 0); level < levelEnds.Length; start = levelEnds[level++])
        {
            var before = kept.Count;
            kept.AddRange(items[start..levelEnds[level]].Where(isIn));
            if (kept.Count > before)
            {
                ends.Add(kept.Count);
            }
        }

        // What is kept of the last level stays unordered; a part that ends above it has a last level that is a tie.
        var unordered = LastIsUnordered && isIn(kept[^1]) && Array.IndexOf(items, kept[^1]) >= (levelEnds.Length > 1 ? levelEnds[^2] : 0);
        return kept.Count > 1 ? new Ranking(unordered, [.. kept], [.. ends]) : null;
    }
}
