namespace Plumbline.Cli.Progress;

/// <summary>How fast a phase goes, over its last half minute: a whole-phase mean would hide that it became slower.</summary>
internal sealed class ProgressPace
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Spacing = TimeSpan.FromSeconds(0.5);

    private readonly Queue<Sample> samples = new();
    private Sample first;
    private Sample last;
    private TimeSpan lastKept = TimeSpan.MinValue;

    private readonly record struct Sample(TimeSpan At, long Done, double Processed);

    /// <summary>Notes the state at <paramref name="at"/>, counted from the phase's beginning.</summary>
    public void Add(TimeSpan at, long done, double processed)
    {
        last = new Sample(at, done, processed);
        if (lastKept != TimeSpan.MinValue && at - lastKept < Spacing)
        {
            return;
        }

        lastKept = at;
        samples.Enqueue(last);
        while (samples.Count > 1 && at - samples.Peek().At > Window)
        {
            samples.Dequeue();
        }

        first = samples.Peek();
    }

    /// <summary>What is processed in a second; null before any time has passed.</summary>
    public double? PerSecond => last.At > first.At ? (last.Processed - first.Processed) / (last.At - first.At).TotalSeconds : null;

    /// <summary>The time until <paramref name="total"/> is done at this pace; null where there is no pace yet.</summary>
    public TimeSpan? Remaining(long? total)
    {
        if (total is null || last.Done <= first.Done || last.At <= first.At)
        {
            return null;
        }

        var seconds = (last.At - first.At).TotalSeconds / (last.Done - first.Done) * (total.Value - last.Done);
        return TimeSpan.FromSeconds(Math.Clamp(seconds, 0, TimeSpan.FromDays(9999).TotalSeconds));
    }
}
