namespace Plumbline.Training.Health.Rules;

/// <summary>How far a metric has moved from where it began: the mean of its last measurements beside that of its first ones. The two never overlap.</summary>
/// <param name="metric">The metric's name.</param>
/// <param name="first">Measurements that are the start.</param>
/// <param name="last">Measurements that are the present.</param>
internal sealed class DriftFromStart(string metric, int first, int last)
{
    private readonly HealthWindow start = new(first);
    private readonly HealthWindow present = new(last);

    // The step of the measurement before the present ones.
    private long before;

    internal string Metric => metric;

    internal int Size => last;

    /// <summary>Whether there is enough to compare.</summary>
    internal bool IsFull => present.IsFull;

    internal double Start => start.Mean;

    internal double Present => present.Mean;

    /// <summary>The oldest step of the present.</summary>
    internal long First => present.First;

    /// <summary>Steps done by the weights of the measurement before the present ones: between the two nothing is known.</summary>
    internal long WeightsBefore => Math.Max(0, before - 1);

    internal void Push(long step, double value)
    {
        if (!start.IsFull)
        {
            start.Push(step, value);
            before = step;
            return;
        }

        before = present.IsFull ? present.First : before;
        present.Push(step, value);
    }

    /// <summary>Steps done by the newest weights that no comparison to come can blame, where the present one blames nothing.</summary>
    internal long GoodUntil(long step) =>
        !start.IsFull ? Math.Max(0, step - 1)
        : present.IsFull ? Math.Max(0, present.First - 1)
        : WeightsBefore;

    internal (double[] Start, double[] Present, double[] Before) Save() => (start.Save(), present.Save(), [before]);

    internal void Restore(double[] first, double[] second, double[] third)
    {
        if (third is not [>= 0])
        {
            throw new FormatException($"{third.Length} numbers are no step of '{metric}'");
        }

        start.Restore(first);
        present.Restore(second);
        before = (long)third[0];
    }
}
