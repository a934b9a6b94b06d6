using Plumbline.Training.Health;

namespace Plumbline.Training.Tests.Health;

/// <summary>Feeds series to a watch.</summary>
internal static class Watching
{
    /// <summary>The alarms of a run whose step's metrics are <paramref name="metrics"/>, from step 1.</summary>
    internal static List<HealthAlarm> Alarms(HealthOptions options, int steps, Func<long, Dictionary<string, double>> metrics)
    {
        var watch = new RunWatch(options);
        return [.. Enumerable.Range(1, steps).SelectMany(step => watch.Observe(step, metrics(step))).Select(raised => raised.Alarm)];
    }

    /// <summary>A metric that has one value before a step and another from it on.</summary>
    internal static double Jump(long step, long at, double before, double after) => step < at ? before : after;
}
