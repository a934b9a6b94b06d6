using System.Runtime.InteropServices;

namespace Plumbline.Torch.Kernels.Decoding;

/// <summary>Zeroed memory outside the collected heap, on a cache line's boundary, with a line to spare for a vector that reaches past the end.</summary>
/// <typeparam name="T">The element.</typeparam>
internal sealed unsafe class NativeBuffer<T> : IDisposable
    where T : unmanaged
{
    private const int Line = 64;

    private T* start;

    /// <param name="length">Elements.</param>
    internal NativeBuffer(long length)
    {
        Length = length;
        Bytes = (length * sizeof(T)) + Line;
        start = (T*)NativeMemory.AlignedAlloc((nuint)Bytes, Line);
        NativeMemory.Clear(start, (nuint)Bytes);
    }

    internal long Length { get; }

    internal long Bytes { get; }

    /// <summary>The first element.</summary>
    internal T* Start => start;

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(start);
        start = null;
    }
}
