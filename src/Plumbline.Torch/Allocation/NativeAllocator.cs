using System.Runtime.InteropServices;

namespace Plumbline.Torch.Allocation;

/// <summary>
/// How the C library hands out the memory of tensors. By default glibc maps every large tensor anew and unmaps it when it is freed, so a training step spends
/// its time in page faults; keeping freed memory in the process makes steps about a tenth faster (<c>./bench train-step</c>).
/// </summary>
public static partial class NativeAllocator
{
    private const int TrimThreshold = -1;
    private const int TopPad = -2;
    private const int MaximumMappings = -4;

    /// <summary>
    /// Keeps freed memory for the next tensor instead of returning it to the system. Call it once, before the first tensor. Only glibc has the
    /// switches; elsewhere nothing happens.
    /// </summary>
    /// <returns>Whether the switches were set.</returns>
    public static bool KeepFreedMemory()
    {
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad("libc.so.6", out var library))
        {
            return false;
        }

        return NativeLibrary.TryGetExport(library, "mallopt", out _)
            && SetOption(MaximumMappings, 0) == 1
            && SetOption(TrimThreshold, int.MaxValue) == 1
            && SetOption(TopPad, 64 << 20) == 1;
    }

    /// <summary>
    /// Gives memory that nobody uses back to the system, buffers that wait to be used again included: after loading and other work that will not be done again, before
    /// work that needs memory in other pieces. Without glibc only the buffers.
    /// </summary>
    public static void ReleaseFreedMemory()
    {
        BufferPool.ReleaseIdle();
        if (
            OperatingSystem.IsLinux()
            && NativeLibrary.TryLoad("libc.so.6", out var library)
            && NativeLibrary.TryGetExport(library, "malloc_trim", out _)
        )
        {
            _ = Trim(0);
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "malloc_trim")]
    private static partial int Trim(nuint padding);

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);
}
