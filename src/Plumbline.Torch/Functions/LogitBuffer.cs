using Plumbline.Torch.Allocation;
using Plumbline.Torch.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Torch.Functions;

/// <summary>Memory for the logits of one tile after the other: of the pool where kernels read it, else a tensor.</summary>
internal sealed unsafe class LogitBuffer : IDisposable
{
    private readonly ScalarType dtype;
    private readonly PooledBuffer? pooled;
    private readonly Tensor? tensor;

    internal LogitBuffer(LogitTiles tiles, ScalarType dtype, Device device)
    {
        this.dtype = dtype;
        var count = Math.Min(tiles.TileRows, tiles.Rows) * tiles.TileEntries;
        if (device.type == DeviceType.CPU && dtype is ScalarType.Float32 or ScalarType.BFloat16)
        {
            pooled = PooledBuffer.Of(dtype, count);
        }
        else
        {
            tensor = empty(count, dtype, device);
        }
    }

    /// <summary>False once the memory was given back, by whomever.</summary>
    internal bool IsUsable => pooled is { IsClosed: false } || tensor is { IsInvalid: false };

    /// <summary>The tile's logits, [rows, entries], contiguous.</summary>
    internal Tensor Of(LogitTile tile) =>
        pooled is null
            ? tensor!.narrow(0, 0, tile.Rows * tile.Entries).view(tile.Rows, tile.Entries)
            : new MatrixMemory((nint)pooled.Start, dtype, tile.Rows, tile.Entries).AsTensor();

    /// <inheritdoc/>
    public void Dispose()
    {
        pooled?.Dispose();
        tensor?.Dispose();
    }
}
