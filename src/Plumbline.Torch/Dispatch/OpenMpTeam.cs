using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Plumbline.Torch.Machine;

namespace Plumbline.Torch.Dispatch;

/// <summary>
/// Runs managed work on the very threads that libtorch's operators run on. A pool of its own beside theirs would leave each idle in turn, with a thread to be
/// woken at every change between them; and rows would move from one core's cache to another's. Reached through GNU OpenMP's entry point for compiled code,
/// which LLVM's and Intel's run times have too.
/// </summary>
internal static unsafe class OpenMpTeam
{
    private static readonly Runtime? Found = Runtime.Find();

    /// <summary>Whether the process has such threads.</summary>
    internal static bool IsAvailable => Found is not null;

    /// <summary>Runs <paramref name="body"/> for every part, on as many threads, and returns when all are done.</summary>
    /// <param name="parts">At least 1.</param>
    /// <param name="body">Takes the part; an exception in it is thrown again here when all parts have ended.</param>
    /// <returns>False, and nothing was run, where <see cref="IsAvailable"/> is false.</returns>
    internal static bool TryRun(int parts, Action<int> body)
    {
        if (Found is not { } runtime)
        {
            return false;
        }

        var work = new Work(parts, body);
        var handle = GCHandle.Alloc(work);
        try
        {
            runtime.Parallel((nint)(delegate* unmanaged[Cdecl]<nint, void>)&RunShare, GCHandle.ToIntPtr(handle), parts);
        }
        finally
        {
            handle.Free();
        }

        work.Failure?.Throw();
        return true;
    }

    // A run time may give fewer threads than were asked for: each takes every so-manieth part. Nothing may be thrown into native frames.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void RunShare(nint data)
    {
        var work = (Work)GCHandle.FromIntPtr(data).Target!;
        var (first, threads) = (Found!.Thread, Found.Threads);
        try
        {
            for (var part = first; part < work.Parts; part += threads)
            {
                work.Body(part);
            }
        }
#pragma warning disable CA1031 // Whatever it is, it must reach the caller instead of ending the process.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            work.Failure = ExceptionDispatchInfo.Capture(failure);
        }
    }

    private sealed class Work(int parts, Action<int> body)
    {
        internal int Parts => parts;

        internal Action<int> Body => body;

        internal ExceptionDispatchInfo? Failure { get; set; }
    }

    private sealed class Runtime(
        delegate* unmanaged<nint, nint, uint, uint, void> parallel,
        delegate* unmanaged<int> thread,
        delegate* unmanaged<int> threads
    )
    {
        internal int Thread => thread();

        internal int Threads => threads();

        internal static Runtime? Find()
        {
            // Asking for libtorch loads it, and its run time with it.
            _ = StableAbi.LibraryHandle;
            return
                LoadedLibraries.Find("libgomp", "libomp", "libiomp5") is { } path
                && NativeLibrary.TryLoad(path, out var library)
                && NativeLibrary.TryGetExport(library, "GOMP_parallel", out var parallel)
                && NativeLibrary.TryGetExport(library, "omp_get_thread_num", out var thread)
                && NativeLibrary.TryGetExport(library, "omp_get_num_threads", out var threads)
                ? new Runtime(
                    (delegate* unmanaged<nint, nint, uint, uint, void>)parallel,
                    (delegate* unmanaged<int>)thread,
                    (delegate* unmanaged<int>)threads
                )
                : null;
        }

        internal void Parallel(nint function, nint data, int count) => parallel(function, data, (uint)count, 0);
    }
}
