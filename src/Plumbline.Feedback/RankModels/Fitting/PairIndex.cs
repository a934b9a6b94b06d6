namespace Plumbline.Feedback.RankModels.Fitting;

/// <summary>Numbers the pairs of items that were compared, so that what is known of pairs is as long as the data and not as the square of the items.</summary>
internal sealed class PairIndex
{
    private readonly Dictionary<(int Low, int High), int> slots = [];
    private readonly List<int> first = [];
    private readonly List<int> second = [];

    /// <summary>How many pairs there are.</summary>
    public int Count => first.Count;

    /// <summary>The lower item of each pair.</summary>
    public IReadOnlyList<int> First => first;

    /// <summary>The higher item of each pair.</summary>
    public IReadOnlyList<int> Second => second;

    /// <summary>The pair's number; a new pair gets the next.</summary>
    public int Slot(int item, int other)
    {
        var (low, high) = (Math.Min(item, other), Math.Max(item, other));
        if (!slots.TryGetValue((low, high), out var slot))
        {
            slot = first.Count;
            slots.Add((low, high), slot);
            first.Add(low);
            second.Add(high);
        }

        return slot;
    }
}
