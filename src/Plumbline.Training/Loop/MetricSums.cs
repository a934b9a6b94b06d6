namespace Plumbline.Training.Loop;

/// <summary>
/// Weighted sums of metrics since the last logged row. Means are weighted by tokens or examples as their metric asks, so a small pass counts for what it is
/// (a mean of means would not).
/// </summary>
public sealed class MetricSums
{
    private readonly SortedDictionary<string, (double Sum, double Weight)> sums = new(StringComparer.Ordinal);

    /// <summary>Adds <paramref name="sum"/>, the sum of a metric over items of total weight <paramref name="weight"/>.</summary>
    public void Add(string name, double sum, double weight)
    {
        sums.TryGetValue(name, out var before);
        sums[name] = (before.Sum + sum, before.Weight + weight);
    }

    /// <summary>The weighted means.</summary>
    public IReadOnlyDictionary<string, double> Means => sums.ToDictionary(pair => pair.Key, pair => pair.Value.Sum / pair.Value.Weight);

    /// <summary>Forgets everything.</summary>
    public void Clear() => sums.Clear();

    /// <summary>The sums as they go into a checkpoint.</summary>
    internal IReadOnlyDictionary<string, double[]> Save() =>
        sums.ToDictionary(pair => pair.Key, pair => new[] { pair.Value.Sum, pair.Value.Weight });

    /// <summary>The sums as they come from a checkpoint.</summary>
    internal void Restore(IReadOnlyDictionary<string, double[]> saved)
    {
        sums.Clear();
        foreach (var (name, pair) in saved)
        {
            sums[name] = (pair[0], pair[1]);
        }
    }
}
