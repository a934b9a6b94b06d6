using System.Runtime.InteropServices;
using Plumbline.Torch.Kernels;
using static TorchSharp.torch;

namespace Plumbline.Torch.Allocation;

/// <summary>Rented native memory. Dispose it to give it back; one that is forgotten comes back when it is collected.</summary>
internal sealed unsafe class PooledBuffer : SafeHandle
{
    private readonly long bytes;

    /// <summary>A buffer over a block of the pool.</summary>
    /// <param name="start">Its first byte.</param>
    /// <param name="bytes">Its size.</param>
    internal PooledBuffer(nint start, long bytes)
        : base(0, ownsHandle: true)
    {
        this.bytes = bytes;
        SetHandle(start);
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>The first byte, on a cache line.</summary>
    internal void* Start
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            return (void*)handle;
        }
    }

    /// <summary>A buffer for a number of elements, its content undefined.</summary>
    internal static PooledBuffer Of(ScalarType dtype, long elements) => BufferPool.Rent(elements * MatrixMemory.ElementSize(dtype));

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        BufferPool.Return(handle, bytes);
        return true;
    }
}
