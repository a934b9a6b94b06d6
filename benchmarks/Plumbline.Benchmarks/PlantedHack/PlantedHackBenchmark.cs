using Plumbline.Randomness;

namespace Plumbline.Benchmarks.PlantedHack;

/// <summary>
/// Whether the watch sees reward hacking: policies are trained against proxies with planted flaws of several strengths and against sound ones, and the watch's alarms are
/// compared with what became of the exact gold.
/// </summary>
/// <remarks>
/// Task, conditions and lengths of runs were chosen on seeds from 1001 on; the alarms' thresholds come of simulations without drift (their options say which) and were
/// not chosen on this task at all. Neither was changed after the reported seeds, 1 to 20, had been run.
/// </remarks>
internal static class PlantedHackBenchmark
{
    internal static PlantedHackReport Run(int seeds) =>
        new([
            .. from seed in Enumerable.Range(1, seeds)
            from condition in HackCondition.All
            select HackRun.Of(condition, new Seed((ulong)seed)),
        ]);
}
