using System.Diagnostics;

namespace Plumbline.Benchmarks;

/// <summary>Times several actions in turns, so that a noisy neighbour hits all of them alike.</summary>
internal static class Interleaved
{
    /// <summary>Median seconds of each action over <paramref name="runs"/> rounds, after one untimed round.</summary>
    internal static double[] Medians(int runs, params Action[] actions)
    {
        var times = actions.Select(_ => new List<double>()).ToArray();
        for (var round = -1; round < runs; round++)
        {
            for (var i = 0; i < actions.Length; i++)
            {
                var start = Stopwatch.GetTimestamp();
                actions[i]();
                if (round >= 0)
                {
                    times[i].Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
                }
            }
        }

        return [.. times.Select(Median)];
    }

    internal static double Median(List<double> values)
    {
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
