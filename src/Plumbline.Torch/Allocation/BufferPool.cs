using System.Runtime.InteropServices;

namespace Plumbline.Torch.Allocation;

/// <summary>
/// Native memory that is used again from pass to pass, so that large activations and scratch cost no allocator and no page faults. What lies idle is never
/// more than what was in use at once at most. Thread-safe.
/// </summary>
internal static unsafe class BufferPool
{
    private const long Alignment = 64;

    // A block may serve a request this much smaller, so that passes of unequal lengths share blocks.
    private const int LargestExcess = 2;

    // Growth below this needs no look at what was forgotten.
    private const long SmallestGrowth = 256L << 20;

    private static readonly Lock Gate = new();

    // Idle blocks, the one that came back last at the end.
    private static readonly List<(nint Start, long Bytes)> Idle = [];
    private static long mostInUse;
    private static long inUse;
    private static long inUseWhenCollected;

    /// <summary>Bytes that are rented at present.</summary>
    internal static long BytesInUse => Volatile.Read(ref inUse);

    /// <summary>Bytes that wait to be rented again.</summary>
    internal static long IdleBytes
    {
        get
        {
            lock (Gate)
            {
                return Idle.Sum(block => block.Bytes);
            }
        }
    }

    /// <summary>A buffer of at least <paramref name="bytes"/>, its content undefined.</summary>
    internal static PooledBuffer Rent(long bytes)
    {
        var needed = Math.Max(Alignment, (bytes + Alignment - 1) / Alignment * Alignment);
        if (TakeIdle(needed) is { } known)
        {
            return known;
        }

        if (BytesInUse + needed > (2 * inUseWhenCollected) + SmallestGrowth)
        {
            // What stands behind the buffers is small for the garbage collector: it must be told before forgotten ones pile up.
            GC.Collect();
            GC.WaitForPendingFinalizers();
            inUseWhenCollected = BytesInUse;
        }

        return TakeIdle(needed) ?? New(needed);
    }

    /// <summary>Frees what lies idle; how much may lie idle is counted anew.</summary>
    internal static void ReleaseIdle()
    {
        lock (Gate)
        {
            Idle.ForEach(block => NativeMemory.AlignedFree((void*)block.Start));
            Idle.Clear();
            mostInUse = inUse;
        }
    }

    /// <summary>Takes a block back.</summary>
    internal static void Return(nint start, long bytes)
    {
        lock (Gate)
        {
            inUse -= bytes;
            Idle.Add((start, bytes));
            var idle = Idle.Sum(block => block.Bytes);
            while (idle + inUse > mostInUse)
            {
                // The one that lay longest.
                idle -= Idle[0].Bytes;
                NativeMemory.AlignedFree((void*)Idle[0].Start);
                Idle.RemoveAt(0);
            }
        }
    }

    // The smallest idle block that fits.
    private static PooledBuffer? TakeIdle(long needed)
    {
        lock (Gate)
        {
            var best = -1;
            for (var i = 0; i < Idle.Count; i++)
            {
                var size = Idle[i].Bytes;
                if (size >= needed && size <= LargestExcess * needed && (best < 0 || size < Idle[best].Bytes))
                {
                    best = i;
                }
            }

            if (best < 0)
            {
                return null;
            }

            var block = Idle[best];
            Idle.RemoveAt(best);
            return Counted(block.Start, block.Bytes);
        }
    }

    private static PooledBuffer New(long bytes)
    {
        var start = (nint)NativeMemory.AlignedAlloc((nuint)bytes, (nuint)Alignment);
        lock (Gate)
        {
            return Counted(start, bytes);
        }
    }

    private static PooledBuffer Counted(nint start, long bytes)
    {
        inUse += bytes;
        mostInUse = Math.Max(mostInUse, inUse);
        return new PooledBuffer(start, bytes);
    }
}
