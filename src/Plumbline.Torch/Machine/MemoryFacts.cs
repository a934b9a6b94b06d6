using System.Diagnostics;

namespace Plumbline.Torch.Machine;

/// <summary>Memory in bytes, of the machine and of this process.</summary>
internal static class MemoryFacts
{
    /// <summary>The machine's memory, or its container's limit.</summary>
    internal static long? Total() => Positive(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);

    /// <summary>The memory free for new work: the kernel's own estimate where it gives one, else what the last garbage collection saw.</summary>
    internal static long? Available()
    {
        if (Kilobytes(SystemFile.Lines("/proc/meminfo"), "MemAvailable") is { } available)
        {
            return Math.Min(available, Total() ?? available);
        }

        var seen = GC.GetGCMemoryInfo();
        return Positive(seen.TotalAvailableMemoryBytes - seen.MemoryLoadBytes);
    }

    /// <summary>The most this process has had resident.</summary>
    internal static long? Peak()
    {
        if (Kilobytes(SystemFile.Lines("/proc/self/status"), "VmHWM") is { } peak)
        {
            return peak;
        }

        using var process = Process.GetCurrentProcess();
        return Positive(process.PeakWorkingSet64) ?? Positive(process.WorkingSet64);
    }

    /// <summary>A value such as <c>MemAvailable:   1024 kB</c> in bytes; null where it is not there.</summary>
    internal static long? Kilobytes(IEnumerable<string> lines, string key) =>
        SystemFile.Value(lines, key)?.Split(' ') is [var number, "kB"] && long.TryParse(number, out var kilobytes)
            ? kilobytes * 1024
            : null;

    private static long? Positive(long value) => value > 0 ? value : null;
}
