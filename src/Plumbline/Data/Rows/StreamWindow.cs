using System.Buffers;

namespace Plumbline.Data.Rows;

/// <summary>A sliding window onto a stream: pooled, growing only as far as one row asks for.</summary>
internal sealed class StreamWindow(Stream stream) : IDisposable
{
    private const int FirstSize = 128 << 10;

    private byte[] buffer = ArrayPool<byte>.Shared.Rent(FirstSize);
    private int start;
    private int end;

    /// <summary>What was read and not yet consumed. Valid until the next <see cref="Fill"/>.</summary>
    public Span<byte> Span => buffer.AsSpan(start, end - start);

    /// <summary>The same bytes as <see cref="Span"/>.</summary>
    public ReadOnlyMemory<byte> Memory => buffer.AsMemory(start, end - start);

    /// <summary>How many bytes lie in the window.</summary>
    public int Length => end - start;

    /// <summary>Reads on, keeping what the window holds.</summary>
    /// <returns>False at the end of the stream.</returns>
    public bool Fill()
    {
        MakeRoom();
        var read = stream.Read(buffer, end, buffer.Length - end);
        end += read;
        return read > 0;
    }

    /// <summary>Lets go of the window's first bytes.</summary>
    public void Consume(int count) => start += count;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = [];
            start = end = 0;
        }

        stream.Dispose();
    }

    private void MakeRoom()
    {
        if (start == end)
        {
            start = end = 0;
        }

        if (end < buffer.Length)
        {
            return;
        }

        var target = start > 0 ? buffer : ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        Buffer.BlockCopy(buffer, start, target, 0, end - start);
        if (target != buffer)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = target;
        }

        end -= start;
        start = 0;
    }
}
