namespace Plumbline.Training.Health;

/// <summary>The last measurements of one metric. Sums are formed anew in one order each time, so a restored window gives the same bits.</summary>
/// <param name="size">How many it holds, at least 1.</param>
internal sealed class HealthWindow(int size)
{
    private readonly Queue<(long Step, double Value)> held = new(Math.Min(size, 1024));

    internal int Count => held.Count;

    internal bool IsFull => held.Count == size;

    /// <summary>The step of the oldest measurement.</summary>
    internal long First => held.Peek().Step;

    internal double Mean => held.Sum(entry => entry.Value) / held.Count;

    /// <summary>The unbiased variance; 0 for a single measurement.</summary>
    internal double Variance
    {
        get
        {
            var mean = Mean;
            return held.Sum(entry => (entry.Value - mean) * (entry.Value - mean)) / Math.Max(1, held.Count - 1);
        }
    }

    /// <summary>The middle value, or the mean of the two middle ones.</summary>
    internal double Median
    {
        get
        {
            var sorted = held.Select(entry => entry.Value).Order().ToArray();
            return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        }
    }

    /// <summary>Takes a measurement in; a full window lets the oldest go.</summary>
    internal void Push(long step, double value)
    {
        if (IsFull)
        {
            held.Dequeue();
        }

        held.Enqueue((step, value));
    }

    /// <summary>The earliest step that can stand in this window when it is next full, after <paramref name="step"/> was observed.</summary>
    internal long EarliestNext(long step) =>
        held.Count switch
        {
            _ when !IsFull && held.Count > 0 => First,
            > 1 => held.ElementAt(1).Step,
            _ => step + 1,
        };

    /// <summary>Steps and values by turns, oldest first.</summary>
    internal double[] Save() => [.. held.SelectMany(entry => new[] { entry.Step, entry.Value })];

    internal void Restore(double[] saved)
    {
        if (saved.Length % 2 != 0 || saved.Length > 2L * size || saved.Any(value => !double.IsFinite(value)))
        {
            throw new FormatException($"{saved.Length} numbers are no window of {size} measurements");
        }

        held.Clear();
        for (var i = 0; i < saved.Length; i += 2)
        {
            held.Enqueue(((long)saved[i], saved[i + 1]));
        }
    }
}
