namespace Plumbline.Feedback.Annotators;

/// <summary>
/// Labels laid out item by item, for models of who is right. Only what was said takes memory: 8 bytes a label. The same rater may label an item several times; models take that as independent
/// answers, as Dawid and Skene did.
/// </summary>
public sealed class LabelTable
{
    private readonly int[] starts;
    private readonly int[] raters;
    private readonly int[] classes;

    private LabelTable(string[] items, string[] raterNames, string[] classNames, int[] starts, int[] raters, int[] classes)
    {
        (Items, Raters, Classes) = (items, raterNames, classNames);
        (this.starts, this.raters, this.classes) = (starts, raters, classes);
        var counts = new int[raterNames.Length];
        foreach (var rater in raters)
        {
            counts[rater]++;
        }

        LabelsOf = counts;
    }

    /// <summary>The items that have labels, in the order of their names.</summary>
    public IReadOnlyList<string> Items { get; }

    /// <summary>The raters, in the order of their names.</summary>
    public IReadOnlyList<string> Raters { get; }

    /// <summary>The classes, in the order of their names.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>How many labels there are.</summary>
    public int Count => classes.Length;

    /// <summary>How many labels each rater gave, at least 1.</summary>
    public IReadOnlyList<int> LabelsOf { get; }

    /// <summary>Lays out labels. The table depends on the labels and not on their order.</summary>
    /// <param name="labels">The labels.</param>
    /// <param name="classes">Classes that items may be of though nobody says so of any; null for none.</param>
    /// <remarks>O(n log n) for n labels.</remarks>
    /// <exception cref="ArgumentException">A name is empty.</exception>
    public static LabelTable Of(IEnumerable<Label> labels, IReadOnlyList<string>? classes = null)
    {
        Names items = new(),
            people = new(),
            kinds = new();
        var all = new List<(int Item, int Rater, int Class)>();
        foreach (var name in classes ?? [])
        {
            kinds.Number(name);
        }

        foreach (var label in labels)
        {
            all.Add((items.Number(label.Item), people.Number(label.Rater), kinds.Number(label.Class)));
        }

        var (itemNames, itemPlaces) = items.Sorted();
        var (raterNames, raterPlaces) = people.Sorted();
        var (classNames, classPlaces) = kinds.Sorted();
        (int Item, int Rater, int Class)[] sorted =
        [
            .. all.Select(label => (itemPlaces[label.Item], raterPlaces[label.Rater], classPlaces[label.Class])),
        ];
        Array.Sort(sorted);
        var begins = new int[itemNames.Length + 1];
        foreach (var label in sorted)
        {
            begins[label.Item + 1]++;
        }

        for (var item = 0; item < itemNames.Length; item++)
        {
            begins[item + 1] += begins[item];
        }

        return new LabelTable(
            itemNames,
            raterNames,
            classNames,
            begins,
            Array.ConvertAll(sorted, label => label.Rater),
            Array.ConvertAll(sorted, label => label.Class)
        );
    }

    /// <summary>Where an item's labels stand.</summary>
    internal Range LabelsOfItem(int item) => starts[item]..starts[item + 1];

    /// <summary>The rater of each label, items one after the other, within an item rising.</summary>
    internal ReadOnlySpan<int> RaterOf => raters;

    /// <summary>The class that each label says.</summary>
    internal ReadOnlySpan<int> ClassOf => classes;

    /// <summary>Each item's share of votes for each class, [items, classes]: where all models begin.</summary>
    internal double[] VoteShares()
    {
        var shares = new double[Items.Count * Classes.Count];
        for (var item = 0; item < Items.Count; item++)
        {
            var given = ClassOf[LabelsOfItem(item)];
            foreach (var kind in given)
            {
                shares[(item * Classes.Count) + kind] += 1.0 / given.Length;
            }
        }

        return shares;
    }

    private sealed class Names
    {
        private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);

        public int Number(string name)
        {
            ArgumentException.ThrowIfNullOrEmpty(name);
            if (!numbers.TryGetValue(name, out var number))
            {
                numbers[name] = number = numbers.Count;
            }

            return number;
        }

        /// <returns>The names in order, and for each number its place among them.</returns>
        public (string[] Names, int[] Places) Sorted()
        {
            string[] names = [.. numbers.Keys.Order(StringComparer.Ordinal)];
            var places = new int[names.Length];
            for (var place = 0; place < names.Length; place++)
            {
                places[numbers[names[place]]] = place;
            }

            return (names, places);
        }
    }
}
