using System.Runtime.Intrinsics;

namespace Plumbline.Torch.Kernels;

/// <summary>Sums and conversions of values that lie in a row, of any length.</summary>
internal static unsafe class AccumulationKernel
{
    // Enough for a thread to be worth waking.
    private const long Chunk = 4096;

    /// <summary>sum += addend.</summary>
    internal static void Add<T>(float* sum, void* addend, long count)
        where T : struct, IKernelElement
    {
        var (sum0, addend0) = ((nint)sum, (nint)addend);
        RowParallel.For(
            (count + Chunk - 1) / Chunk,
            (_, first, end) =>
                AddRange<T>((float*)sum0 + (first * Chunk), (void*)addend0, first * Chunk, Math.Min(count, end * Chunk) - (first * Chunk))
        );
    }

    /// <summary>sum ← 0.</summary>
    internal static void Clear(float* sum, long count)
    {
        var sum0 = (nint)sum;
        RowParallel.For(
            (count + Chunk - 1) / Chunk,
            (_, first, end) =>
            {
                for (var at = first * Chunk; at < Math.Min(count, end * Chunk); at += Chunk)
                {
                    new Span<float>((float*)sum0 + at, (int)Math.Min(Chunk, count - at)).Clear();
                }
            }
        );
    }

    /// <summary>Float32 values in another dtype.</summary>
    internal static void ConvertAll<T>(float* source, void* target, long count)
        where T : struct, IKernelElement
    {
        var (source0, target0) = ((nint)source, (nint)target);
        RowParallel.For(
            (count + Chunk - 1) / Chunk,
            (_, first, end) =>
                ConvertRange<T>(
                    (float*)source0 + (first * Chunk),
                    (void*)target0,
                    first * Chunk,
                    Math.Min(count, end * Chunk) - (first * Chunk)
                )
        );
    }

    /// <summary>Float32 values in another dtype, on the calling thread.</summary>
    internal static void Convert<T>(float* source, void* target, long count)
        where T : struct, IKernelElement => ConvertRange<T>(source, target, 0, count);

    /// <summary>Values of another dtype in float32, on the calling thread.</summary>
    internal static void Widen<T>(void* source, float* target, long count)
        where T : struct, IKernelElement
    {
        var j = 0L;
        for (; j + TensorMemory.Lanes <= count; j += TensorMemory.Lanes)
        {
            T.Load(source, j).Store(target + j);
        }

        for (; j < count; j++)
        {
            target[j] = T.LoadOne(source, j);
        }
    }

    /// <summary>sum += the values of addend from an element on, on the calling thread.</summary>
    internal static void AddRange<T>(float* sum, void* addend, long start, long count)
        where T : struct, IKernelElement
    {
        var j = 0L;
        for (; j + TensorMemory.Lanes <= count; j += TensorMemory.Lanes)
        {
            (Vector512.Load(sum + j) + T.Load(addend, start + j)).Store(sum + j);
        }

        for (; j < count; j++)
        {
            sum[j] += T.LoadOne(addend, start + j);
        }
    }

    private static void ConvertRange<T>(float* source, void* target, long start, long count)
        where T : struct, IKernelElement
    {
        var j = 0L;
        for (; j + TensorMemory.Lanes <= count; j += TensorMemory.Lanes)
        {
            T.Store(Vector512.Load(source + j), target, start + j);
        }

        for (; j < count; j++)
        {
            T.StoreOne(source[j], target, start + j);
        }
    }
}
