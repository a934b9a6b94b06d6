namespace Plumbline.Training.Health.Rules;

/// <summary>A metric whose mean over its last steps must stay within a bound. The window is looked at when it is full.</summary>
/// <param name="metric">The metric's name.</param>
/// <param name="size">Steps averaged.</param>
internal sealed class WindowedMean(string metric, int size)
{
    private readonly HealthWindow window = new(size);

    internal string Metric => metric;

    internal int Size => size;

    /// <summary>The oldest step that the mean holds.</summary>
    internal long First => window.First;

    /// <summary>Takes the step's value in.</summary>
    /// <returns>
    /// The mean once the window is full; else null. A step without a value leaves it as it was: what is measured once a round still holds in the round's other steps.
    /// </returns>
    internal double? Push(long step, double? value)
    {
        if (value is { } measured)
        {
            window.Push(step, measured);
        }

        return Mean;
    }

    /// <summary>The mean as it stands; null before the window is full.</summary>
    internal double? Mean => window.IsFull ? window.Mean : null;

    internal long EarliestNext(long step) => window.EarliestNext(step);

    internal double[] Save() => window.Save();

    internal void Restore(double[] saved) => window.Restore(saved);
}
