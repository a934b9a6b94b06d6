using System.Globalization;
using System.Text.Json;
using Plumbline.Torch.Allocation;
using Plumbline.Torch.Machine;
using Plumbline.Training.Preferences;
using static TorchSharp.torch;

namespace Plumbline.Benchmarks.Preferences;

/// <summary>The memory of a side that has a process to itself.</summary>
/// <param name="Peak">The most that was resident, in bytes.</param>
/// <param name="Baseline">Resident before the first step, with the models loaded, in bytes.</param>
internal sealed record PeakMemory(long Peak, long Baseline)
{
    /// <summary>The first argument of such a process.</summary>
    internal const string Argument = "preference-step-memory";

    private const string BatchesFile = "batches.json";

    /// <summary>Writes what the processes read.</summary>
    internal static void WriteBatches(string folder, List<List<TokenizedPair>> batches) =>
        File.WriteAllText(Path.Combine(folder, BatchesFile), JsonSerializer.Serialize(batches));

    /// <summary>Starts a process that takes each batch's step once, and reads what it found.</summary>
    /// <param name="kind">The side.</param>
    /// <param name="vocabulary">Entries of its vocabulary.</param>
    /// <param name="folder">Where the batches, and what is kept of the reference, lie.</param>
    /// <exception cref="InvalidOperationException">The process failed.</exception>
    internal static PeakMemory Of(PreferenceSideKind kind, int vocabulary, string folder) =>
        JsonSerializer.Deserialize<PeakMemory>(
            OwnProcess.Output([Argument, kind.ToString(), vocabulary.ToString(CultureInfo.InvariantCulture), folder])
        )!;

    /// <summary>What such a process does: measures itself and prints.</summary>
    internal static void Measure(string kind, string vocabulary, string folder)
    {
        var side = Enum.Parse<PreferenceSideKind>(kind);
        // Each as it runs in practice: plumb keeps freed memory within its training loop, a program on plain TorchSharp leaves the allocator alone.
        var isOurs = side is PreferenceSideKind.SharedPrecomputed or PreferenceSideKind.SharedFrozen;
        if (isOurs)
        {
            NativeAllocator.KeepFreedMemory();
        }

        var batches = JsonSerializer.Deserialize<List<List<TokenizedPair>>>(File.ReadAllText(Path.Combine(folder, BatchesFile)))!;
        var config = PreferenceStepBenchmark.Config(int.Parse(vocabulary, CultureInfo.InvariantCulture));
        using var scope = NewDisposeScope();
        using var steps = PreferenceSide.Make(side, config, batches, folder);
        if (isOurs)
        {
            NativeAllocator.ReleaseFreedMemory();
        }

        // Forgets the peak of loading.
        File.WriteAllText("/proc/self/clear_refs", "5");
        var baseline = Status("VmRSS");
        foreach (var batch in batches)
        {
            steps.Step(batch);
        }

        Console.WriteLine(JsonSerializer.Serialize(new PeakMemory(Status("VmHWM"), baseline)));
    }

    private static long Status(string key) =>
        MemoryFacts.Kilobytes(SystemFile.Lines("/proc/self/status"), key)
        ?? throw new PlatformNotSupportedException($"/proc/self/status has no {key}: peak memory is measured on Linux.");
}
