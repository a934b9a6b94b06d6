namespace Plumbline.Training.Loop;

/// <summary>
/// Weighted sums of metrics since the last logged row, and of the present step alone. Means are weighted by tokens or examples as their metric asks, so a small
/// pass counts for what it is (a mean of means would not).
/// </summary>
public sealed class MetricSums
{
    private readonly SortedDictionary<string, (double Sum, double Weight)> sums = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, (double Sum, double Weight)> step = new(StringComparer.Ordinal);

    /// <summary>Adds <paramref name="sum"/>, the sum of a metric over items of total weight <paramref name="weight"/>.</summary>
    public void Add(string name, double sum, double weight)
    {
        Add(sums, name, sum, weight);
        Add(step, name, sum, weight);
    }

    /// <summary>Adds all that was added to another.</summary>
    internal void Add(MetricSums other)
    {
        foreach (var (name, (sum, weight)) in other.sums)
        {
            Add(name, sum, weight);
        }
    }

    /// <summary>The weighted means.</summary>
    public IReadOnlyDictionary<string, double> Means => MeansOf(sums);

    /// <summary>The weighted means of the present step alone.</summary>
    internal IReadOnlyDictionary<string, double> StepMeans => MeansOf(step);

    /// <summary>Forgets everything.</summary>
    public void Clear() => sums.Clear();

    /// <summary>Begins a step; the row goes on.</summary>
    internal void BeginStep() => step.Clear();

    /// <summary>The sums of the row as they go into a checkpoint, which is written between steps.</summary>
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

    private static void Add(SortedDictionary<string, (double Sum, double Weight)> to, string name, double sum, double weight)
    {
        to.TryGetValue(name, out var before);
        to[name] = (before.Sum + sum, before.Weight + weight);
    }

    private static Dictionary<string, double> MeansOf(SortedDictionary<string, (double Sum, double Weight)> sums) =>
        sums.ToDictionary(pair => pair.Key, pair => pair.Value.Sum / pair.Value.Weight);
}
