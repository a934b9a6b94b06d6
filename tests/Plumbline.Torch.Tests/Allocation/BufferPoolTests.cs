using Plumbline.Torch.Allocation;

namespace Plumbline.Torch.Tests.Allocation;

public sealed unsafe class BufferPoolTests
{
    // A size that no other test asks for.
    private const long Size = 7_777_777;

    [Fact]
    public void A_buffer_that_came_back_is_rented_again()
    {
        var first = BufferPool.Rent(Size);
        var start = (nint)first.Start;
        first.Dispose();

        using var second = BufferPool.Rent(Size - 1000);

        Assert.Equal(start, (nint)second.Start);
        Assert.Equal(0, start % 64);
    }

    [Fact]
    public void Released_buffers_are_gone_and_rented_ones_stay()
    {
        var idle = BufferPool.Rent(Size);
        using var used = BufferPool.Rent(Size);
        *(byte*)used.Start = 42;
        idle.Dispose();
        var before = BufferPool.IdleBytes;

        NativeAllocator.ReleaseFreedMemory();

        Assert.InRange(before, Size, long.MaxValue);
        Assert.Equal(0, BufferPool.IdleBytes);
        Assert.Equal(42, *(byte*)used.Start);
    }

    [Fact]
    public void A_much_smaller_request_leaves_a_large_buffer_alone()
    {
        var large = BufferPool.Rent(Size);
        var start = (nint)large.Start;
        large.Dispose();

        using var small = BufferPool.Rent(Size / 3);

        Assert.NotEqual(start, (nint)small.Start);
    }

    [Fact]
    public void What_lies_idle_is_never_more_than_what_was_in_use_at_once()
    {
        var before = BufferPool.BytesInUse + BufferPool.IdleBytes;
        for (var i = 1; i <= 50; i++)
        {
            // Each too large for those before it.
            BufferPool.Rent(Size + (i * 100_000L)).Dispose();
        }

        Assert.True(BufferPool.BytesInUse + BufferPool.IdleBytes <= before + (2 * Size));
    }

    [Fact]
    public void A_buffer_that_is_given_back_twice_counts_once_and_cannot_be_used()
    {
        var before = BufferPool.BytesInUse;
        var buffer = BufferPool.Rent(Size);

        buffer.Dispose();
        buffer.Dispose();

        Assert.Equal(before, BufferPool.BytesInUse);
        Assert.Throws<ObjectDisposedException>(() => buffer.Start == null);
    }
}
