using System.Globalization;

namespace Plumbline.Torch.Tests.Functions;

/// <summary>The most memory that this process held at once since the last reset, as Linux counts it (proc(5), clear_refs and status).</summary>
internal static class PeakMemory
{
    /// <summary>
    /// How far two readings may be apart when nothing was taken, in bytes: Linux counts pages by thread or processor and adds them up in batches
    /// (proc(5) calls both fields inaccurate for it), so a pass that reuses what the process holds may peak some pages below its start.
    /// </summary>
    internal const long Inaccuracy = 1 << 20;

    /// <summary>Starts counting again.</summary>
    /// <returns>Bytes held now; skips the test where the system does not let a process reset its peak.</returns>
    internal static long Reset()
    {
        try
        {
            File.WriteAllText("/proc/self/clear_refs", "5");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Assert.Skip("This system does not let a process reset the peak of its memory.");
        }

        return Field("VmRSS:");
    }

    /// <summary>Bytes at the peak.</summary>
    internal static long Read() => Field("VmHWM:");

    private static long Field(string name)
    {
        var line = File.ReadLines("/proc/self/status").Single(line => line.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line[name.Length..^"kB".Length], NumberStyles.Integer, CultureInfo.InvariantCulture) * 1024;
    }
}
