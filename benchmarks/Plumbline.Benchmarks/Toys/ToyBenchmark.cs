using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Plumbline.Torch.Allocation;

namespace Plumbline.Benchmarks.Toys;

/// <summary>Reinforcement learning on tiny models, over many seeds. Each seed has a process of one thread to itself, as many at a time as there are cores.</summary>
internal static class ToyBenchmark
{
    /// <summary>The first argument of such a process.</summary>
    internal const string Argument = "toys-seed";

    /// <summary>All rows.</summary>
    /// <param name="seeds">Seeds of each.</param>
    internal static ToyReport Run(int seeds)
    {
        var clock = Stopwatch.StartNew();
        (ToyRecipe Recipe, int Seed)[] runs =
        [
            .. ToyRecipe.All.SelectMany(recipe => Enumerable.Range(0, seeds).Select(seed => (recipe, seed))),
        ];
        var found = new ToySeed[runs.Length];
        var processes = Environment.ProcessorCount;
        Parallel.For(
            0,
            runs.Length,
            new ParallelOptions { MaxDegreeOfParallelism = processes },
            i => found[i] = InOwnProcess(runs[i].Recipe, runs[i].Seed)
        );
        return new ToyReport(
            [.. ToyRecipe.All.Select((recipe, row) => ToyRow.Of(recipe, found[(row * seeds)..((row + 1) * seeds)]))],
            clock.Elapsed.TotalMinutes,
            processes
        );
    }

    /// <summary>What such a process does: runs a seed and prints.</summary>
    internal static void RunSeed(string key, string seed)
    {
        var recipe = ToyRecipe.All.Single(recipe => recipe.Key == key);
        NativeAllocator.KeepFreedMemory();
        var found = ToySeed.Run(recipe, int.Parse(seed, CultureInfo.InvariantCulture));
        Console.WriteLine(JsonSerializer.Serialize(found));
    }

    private static ToySeed InOwnProcess(ToyRecipe recipe, int seed) =>
        JsonSerializer.Deserialize<ToySeed>(
            OwnProcess.Output(
                [Argument, recipe.Key, seed.ToString(CultureInfo.InvariantCulture)],
                new Dictionary<string, string> { ["OMP_NUM_THREADS"] = "1" }
            )
        )!;
}
