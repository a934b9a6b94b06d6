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

    private static readonly Lock Gate = new();

    // Idle blocks, the one that came back last at the end.
    private static readonly List<(nint Start, long Bytes)> Idle = [];
    private static long mostInUse;
    private static long inUse;

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

            var block = best >= 0 ? Idle[best] : ((nint)NativeMemory.AlignedAlloc((nuint)needed, (nuint)Alignment), needed);
            if (best >= 0)
            {
                Idle.RemoveAt(best);
            }

            inUse += block.Item2;
            mostInUse = Math.Max(mostInUse, inUse);
            return new PooledBuffer(block.Item1, block.Item2);
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
}
