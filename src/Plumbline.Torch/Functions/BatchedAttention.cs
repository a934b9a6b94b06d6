using Plumbline.Torch.Allocation;
using Plumbline.Torch.Dispatch;
using Plumbline.Torch.Kernels;
using static TorchSharp.torch;

namespace Plumbline.Torch.Functions;

/// <summary>
/// Attention of packed rows by a plan, on the CPU, without autograd: block of queries by block, each against the keys that some query of it sees, all query
/// heads of a key head in one product. The backward pass computes probabilities again, so nothing quadratic in time is kept; its sums have an order that does
/// not depend on threads. Short sequences are attended in float32 where the rows are bf16: their products cost little, and scores in bf16 would round what the
/// exponential then magnifies.
/// </summary>
/// <typeparam name="T">The element type of the rows.</typeparam>
/// <param name="plan">Who sees whom.</param>
/// <param name="layout">The heads in a row.</param>
/// <param name="rule">Scale and window; no soft cap.</param>
internal readonly unsafe struct BatchedAttention<T>(AttentionPlan plan, HeadLayout layout, AttentionRule rule)
    where T : struct, IKernelElement
{
    // The fewest keys of a batch whose products are made in the type of the rows.
    private const int ShortestInRowType = 96;

    private readonly AttentionPlan plan = plan;
    private readonly HeadLayout layout = layout;
    private readonly AttentionRule rule = rule;

    /// <param name="rows">[tokens, row size]: rotated queries and keys, and values.</param>
    /// <param name="output">[tokens, query size], written.</param>
    internal void Forward(MatrixMemory rows, MatrixMemory output)
    {
        foreach (var batch in plan.Batches)
        {
            if (batch.Keys < ShortestInRowType)
            {
                Forward<Float32Element>(batch, ScalarType.Float32, rows, output);
            }
            else
            {
                Forward<T>(batch, rows.Dtype, rows, output);
            }
        }
    }

    /// <param name="rows">As in the forward pass.</param>
    /// <param name="outputGradient">[tokens, query size].</param>
    /// <param name="rowGradient">[tokens, row size], written.</param>
    internal void Backward(MatrixMemory rows, MatrixMemory outputGradient, MatrixMemory rowGradient)
    {
        var width = 2 * layout.KeyValueSize;
        using var shared = plan.SharesPrompts ? PooledBuffer.Of(ScalarType.Float32, rows.Rows * width) : null;
        var sums = shared is null ? default : new MatrixMemory((nint)shared.Start, ScalarType.Float32, rows.Rows, width);
        if (shared is not null)
        {
            AccumulationKernel.Clear((float*)shared.Start, sums.Count);
        }

        foreach (var batch in plan.Batches)
        {
            if (batch.Keys < ShortestInRowType)
            {
                Backward<Float32Element>(batch, ScalarType.Float32, rows, outputGradient, rowGradient, sums);
            }
            else
            {
                Backward<T>(batch, rows.Dtype, rows, outputGradient, rowGradient, sums);
            }
        }

        if (shared is not null)
        {
            WriteSums(sums, rowGradient, layout.QuerySize);
        }
    }

    // TWork is the element type of the batch's products, dtype the same for libtorch.
    private void Forward<TWork>(AttentionBatch batch, ScalarType dtype, MatrixMemory rows, MatrixMemory output)
        where TWork : struct, IKernelElement
    {
        using var scope = NewDisposeScope();
        using var work = new AttentionWork(batch, layout, rows, dtype);
        using var attended = PooledBuffer.Of(dtype, work.QueryCount);
        using var scores = PooledBuffer.Of(dtype, work.ScoreCount);
        for (var first = 0; first < batch.Queries; first += batch.BlockQueries)
        {
            var block = Probabilities<TWork>(work, first, scores.Start);
            FusedOperators.BatchMultiplyInto(work.Queries(attended, block), work.Scores(scores, block), work.Keys(work.Value, block));
        }

        new AttentionLayoutKernel(batch, layout, dtype).ScatterQueries(attended.Start, output);
    }

    private void Backward<TWork>(
        AttentionBatch batch,
        ScalarType dtype,
        MatrixMemory rows,
        MatrixMemory outputGradient,
        MatrixMemory rowGradient,
        MatrixMemory sums
    )
        where TWork : struct, IKernelElement
    {
        using var scope = NewDisposeScope();
        using var work = new AttentionWork(batch, layout, rows, dtype);
        using var gradient = PooledBuffer.Of(dtype, work.QueryCount);
        using var queryGradient = PooledBuffer.Of(dtype, work.QueryCount);
        using var probabilities = PooledBuffer.Of(dtype, work.ScoreCount);
        using var scoreGradients = PooledBuffer.Of(dtype, work.ScoreCount);
        using var product = PooledBuffer.Of(dtype, work.KeyCount);
        using var keySums = PooledBuffer.Of(ScalarType.Float32, work.KeyCount);
        using var valueSums = PooledBuffer.Of(ScalarType.Float32, work.KeyCount);
        var kernel = new AttentionLayoutKernel(batch, layout, dtype);
        kernel.GatherQueries(outputGradient, gradient.Start);
        AccumulationKernel.Clear((float*)keySums.Start, work.KeyCount);
        AccumulationKernel.Clear((float*)valueSums.Start, work.KeyCount);
        for (var first = 0; first < batch.Queries; first += batch.BlockQueries)
        {
            using var each = NewDisposeScope();
            var block = Probabilities<TWork>(work, first, probabilities.Start);
            var (seen, given) = (work.Scores(probabilities, block), work.Scores(scoreGradients, block));
            var outputs = work.Queries(gradient, block);
            FusedOperators.BatchMultiplyInto(given, outputs, work.Keys(work.Value, block).transpose(1, 2));
            AttentionSoftmaxKernel.Backward<TWork>(probabilities.Start, scoreGradients.Start, block, (float)rule.Scale);
            FusedOperators.BatchMultiplyInto(work.Queries(queryGradient, block), given, work.Keys(work.Key, block));
            FusedOperators.BatchMultiplyInto(work.BlockOfKeys(product, block), seen.transpose(1, 2), outputs);
            work.AddBlock<TWork>(valueSums, product, block);
            FusedOperators.BatchMultiplyInto(work.BlockOfKeys(product, block), given.transpose(1, 2), work.Queries(work.Query, block));
            work.AddBlock<TWork>(keySums, product, block);
        }

        kernel.ScatterQueries(queryGradient.Start, rowGradient);
        if (plan.SharesPrompts)
        {
            kernel.AddKeys((float*)keySums.Start, sums, 0);
            kernel.AddKeys((float*)valueSums.Start, sums, layout.KeyValueSize);
        }
        else
        {
            kernel.ScatterKeys<T>((float*)keySums.Start, rowGradient, layout.QuerySize);
            kernel.ScatterKeys<T>((float*)valueSums.Start, rowGradient, layout.QuerySize + layout.KeyValueSize);
        }
    }

    // The probabilities of the block that starts at a query.
    private ScoreBlock Probabilities<TWork>(AttentionWork work, int first, void* scores)
        where TWork : struct, IKernelElement
    {
        var batch = work.Batch;
        var end = Math.Min(first + batch.BlockQueries, batch.Queries);
        var (firstKey, endKey) = batch.SeenKeys(first, end, rule.Window);
        var block = new ScoreBlock(batch, layout.KeyValueHeads, layout.Share, first, end, firstKey, endKey, rule.Window);
        FusedOperators.BatchMultiplyInto(
            work.Scores(scores, block),
            work.Queries(work.Query, block),
            work.Keys(work.Key, block).transpose(1, 2)
        );
        AttentionSoftmaxKernel.Forward<TWork>(scores, block, (float)rule.Scale);
        return block;
    }

    private static void WriteSums(MatrixMemory sums, MatrixMemory rows, int column) =>
        RowParallel.For(
            rows.Rows,
            (_, first, end) =>
            {
                for (var row = first; row < end; row++)
                {
                    var target = (byte*)rows.Start + (((row * rows.Width) + column) * MatrixMemory.ElementSize(rows.Dtype));
                    AccumulationKernel.Convert<T>((float*)sums.Start + (row * sums.Width), target, sums.Width);
                }
            }
        );
}
