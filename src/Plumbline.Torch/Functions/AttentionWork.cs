using Plumbline.Torch.Allocation;
using Plumbline.Torch.Kernels;
using static TorchSharp.torch;

namespace Plumbline.Torch.Functions;

/// <summary>The gathered queries, keys and values of one batch, and blocks of them and of their scores as tensors.</summary>
internal sealed unsafe class AttentionWork : IDisposable
{
    private readonly HeadLayout layout;
    private readonly ScalarType dtype;

    /// <summary>Gathers the batch's rows.</summary>
    /// <param name="batch">The items.</param>
    /// <param name="layout">The heads in a row.</param>
    /// <param name="rows">[tokens, row size].</param>
    /// <param name="dtype">What the multiplies read and write.</param>
    internal AttentionWork(AttentionBatch batch, HeadLayout layout, MatrixMemory rows, ScalarType dtype)
    {
        (Batch, this.layout, this.dtype) = (batch, layout, dtype);
        (Query, Key, Value) = (PooledBuffer.Of(dtype, QueryCount), PooledBuffer.Of(dtype, KeyCount), PooledBuffer.Of(dtype, KeyCount));
        var kernel = new AttentionLayoutKernel(batch, layout, dtype);
        kernel.GatherQueries(rows, Query.Start);
        kernel.GatherKeys(rows, layout.QuerySize, Key.Start);
        kernel.GatherKeys(rows, layout.QuerySize + layout.KeyValueSize, Value.Start);
    }

    internal AttentionBatch Batch { get; }

    internal PooledBuffer Query { get; }

    internal PooledBuffer Key { get; }

    internal PooledBuffer Value { get; }

    /// <summary>Values in all queries.</summary>
    internal long QueryCount => Groups * Batch.Queries * layout.Share * layout.HeadSize;

    /// <summary>Values in all keys.</summary>
    internal long KeyCount => Groups * Batch.Keys * layout.HeadSize;

    /// <summary>Scores of the largest block.</summary>
    internal long ScoreCount => Groups * Batch.BlockQueries * layout.Share * Batch.Keys;

    private long Groups => (long)Batch.Items.Length * layout.KeyValueHeads;

    /// <summary>The block's part of the queries, or of what has their shape: [groups, queries · share, size].</summary>
    internal Tensor Queries(PooledBuffer buffer, ScoreBlock block) =>
        Memory(buffer.Start)
            .AsBatch(
                (long)block.FirstQuery * layout.Share * layout.HeadSize,
                (Groups, block.RowsPerGroup, layout.HeadSize),
                ((long)Batch.Queries * layout.Share * layout.HeadSize, layout.HeadSize, 1)
            );

    /// <summary>The block's part of the keys or values: [groups, keys, size].</summary>
    internal Tensor Keys(PooledBuffer buffer, ScoreBlock block) =>
        Memory(buffer.Start)
            .AsBatch(
                (long)block.FirstKey * layout.HeadSize,
                (Groups, block.Columns, layout.HeadSize),
                ((long)Batch.Keys * layout.HeadSize, layout.HeadSize, 1)
            );

    /// <summary>The block's keys alone, contiguous: [groups, keys, size].</summary>
    internal Tensor BlockOfKeys(PooledBuffer buffer, ScoreBlock block) =>
        Memory(buffer.Start)
            .AsBatch(0, (Groups, block.Columns, layout.HeadSize), ((long)block.Columns * layout.HeadSize, layout.HeadSize, 1));

    /// <summary>The block's scores: [groups, queries · share, keys].</summary>
    internal Tensor Scores(void* scores, ScoreBlock block) =>
        Memory(scores)
            .AsBatch(0, (Groups, block.RowsPerGroup, block.Columns), ((long)block.RowsPerGroup * block.Columns, block.Columns, 1));

    /// <inheritdoc cref="Scores(void*, ScoreBlock)"/>
    internal Tensor Scores(PooledBuffer scores, ScoreBlock block) => Scores(scores.Start, block);

    /// <summary>Adds the gradients of a block's keys to their sums over all blocks.</summary>
    /// <param name="sums">[groups, keys, size], float32.</param>
    /// <param name="blockOfKeys">[groups, the block's keys, size].</param>
    /// <param name="block">The block.</param>
    internal void AddBlock<T>(PooledBuffer sums, PooledBuffer blockOfKeys, ScoreBlock block)
        where T : struct, IKernelElement
    {
        var count = (long)block.Columns * layout.HeadSize;
        var (to, from) = ((nint)sums.Start, (nint)blockOfKeys.Start);
        var (skip, stride) = ((long)block.FirstKey * layout.HeadSize, (long)Batch.Keys * layout.HeadSize);
        RowParallel.For(
            Groups,
            (_, first, end) =>
            {
                for (var group = first; group < end; group++)
                {
                    AccumulationKernel.AddRange<T>((float*)to + (group * stride) + skip, (void*)from, group * count, count);
                }
            }
        );
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Query.Dispose();
        Key.Dispose();
        Value.Dispose();
    }

    private MatrixMemory Memory(void* start) => new((nint)start, dtype, 0, 0);
}
