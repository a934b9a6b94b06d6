namespace Plumbline.Feedback.Agreement;

/// <summary>What raters said of units, the latest of each rater and unit; shared by tables of values and of rankings. Not thread-safe.</summary>
/// <remarks>A judgement is added in O(m) for the m raters of its unit. What is read does not depend on the order in which judgements came: units and raters go by their names.</remarks>
internal sealed class UnitTable<T>
{
    private readonly Dictionary<string, Unit> units = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> judgementsOf = new(StringComparer.Ordinal);
    private Unit[]? inOrder;

    public int Judgements { get; private set; }

    public int Raters => judgementsOf.Count;

    /// <summary>The units with judgements, by name; within each the judgements by rater.</summary>
    public IReadOnlyList<Unit> Units => inOrder ??= [.. units.Values.OrderBy(unit => unit.Name, StringComparer.Ordinal)];

    /// <summary>The raters' names with their places in order.</summary>
    public Dictionary<string, int> RaterNumbers() =>
        judgementsOf
            .Keys.Order(StringComparer.Ordinal)
            .Select((name, number) => (name, number))
            .ToDictionary(rater => rater.name, rater => rater.number, StringComparer.Ordinal);

    public Unit? Find(string unit) => units.GetValueOrDefault(unit);

    public void Set(string unit, string rater, T value)
    {
        ArgumentException.ThrowIfNullOrEmpty(unit);
        ArgumentException.ThrowIfNullOrEmpty(rater);
        if (!units.TryGetValue(unit, out var known))
        {
            units[unit] = known = new Unit(unit);
            inOrder = null;
        }

        if (known.Set(rater, value))
        {
            Judgements++;
            judgementsOf[rater] = judgementsOf.GetValueOrDefault(rater) + 1;
        }
    }

    public bool Remove(string unit, string rater)
    {
        if (!units.TryGetValue(unit, out var known) || !known.Remove(rater))
        {
            return false;
        }

        Judgements--;
        if (--judgementsOf[rater] == 0)
        {
            judgementsOf.Remove(rater);
        }

        if (known.Given.Count == 0)
        {
            units.Remove(unit);
            inOrder = null;
        }

        return true;
    }

    /// <summary>The judgements of one unit, by rater.</summary>
    public sealed class Unit(string name)
    {
        private readonly List<(string Rater, T Value)> given = [];

        public string Name { get; } = name;

        public IReadOnlyList<(string Rater, T Value)> Given => given;

        /// <summary>Something that was made of the judgements; forgotten when they change.</summary>
        public object? Made { get; set; }

        /// <returns>True for a new judgement, false for one instead of another.</returns>
        public bool Set(string rater, T value)
        {
            Made = null;
            var place = Place(rater);
            if (place >= 0)
            {
                given[place] = (rater, value);
                return false;
            }

            given.Insert(~place, (rater, value));
            return true;
        }

        public bool Remove(string rater)
        {
            var place = Place(rater);
            if (place < 0)
            {
                return false;
            }

            Made = null;
            given.RemoveAt(place);
            return true;
        }

        private int Place(string rater)
        {
            var (low, high) = (0, given.Count);
            while (low < high)
            {
                var middle = (low + high) / 2;
                var order = string.CompareOrdinal(given[middle].Rater, rater);
                if (order == 0)
                {
                    return middle;
                }

                (low, high) = order < 0 ? (middle + 1, high) : (low, middle);
            }

            return ~low;
        }
    }
}
