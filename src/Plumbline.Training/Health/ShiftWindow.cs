namespace Plumbline.Training.Health;

/// <summary>How far a metric has moved from its start: the mean of its last measurements against the mean of its first ones. The two never overlap.</summary>
/// <param name="size">Measurements in each of the two.</param>
internal sealed class ShiftWindow(int size)
{
    private readonly HealthWindow start = new(size);
    private readonly HealthWindow last = new(size);

    /// <summary>Whether there is enough to compare.</summary>
    internal bool IsFull => last.IsFull;

    /// <summary>The oldest step of the last measurements.</summary>
    internal long First => last.First;

    /// <summary>Last mean − first mean.</summary>
    internal double Change => last.Mean - start.Mean;

    /// <summary>The standard error of <see cref="Change"/>, were the measurements independent: √((s²₁ + s²₂) / n).</summary>
    internal double StandardError => Math.Sqrt((start.Variance + last.Variance) / size);

    internal void Push(long step, double value) => (start.IsFull ? last : start).Push(step, value);

    internal long EarliestNext(long step) => last.EarliestNext(step);

    internal (double[] Start, double[] Last) Save() => (start.Save(), last.Save());

    internal void Restore(double[] first, double[] second)
    {
        start.Restore(first);
        last.Restore(second);
    }
}
