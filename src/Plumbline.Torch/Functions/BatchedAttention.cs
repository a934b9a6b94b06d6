using Plumbline.Torch.Allocation;
using Plumbline.Torch.Dispatch;
using Plumbline.Torch.Kernels;
using static TorchSharp.torch;

namespace Plumbline.Torch.Functions;

/// <summary>
/// Attention of packed rows by a plan, on the CPU, without autograd: block of queries by block, each against the keys that some query of it sees, all query
/// heads of a key head in one product. The backward pass computes probabilities again, so nothing quadratic in time is kept; its sums have an order that does
/// not depend on threads.
/// </summary>
/// <typeparam name="T">The element type of the rows.</typeparam>
/// <param name="plan">Who sees whom.</param>
/// <param name="layout">The heads in a row.</param>
/// <param name="rule">Scale and window; no soft cap.</param>
internal readonly unsafe struct BatchedAttention<T>(AttentionPlan plan, HeadLayout layout, AttentionRule rule)
    where T : struct, IKernelElement
{
    private readonly AttentionPlan plan = plan;
    private readonly HeadLayout layout = layout;
    private readonly AttentionRule rule = rule;

    /// <param name="rows">[tokens, row size]: rotated queries and keys, and values.</param>
    /// <param name="output">[tokens, query size], written.</param>
    internal void Forward(MatrixMemory rows, MatrixMemory output)
    {
        foreach (var batch in plan.Batches)
        {
            using var scope = NewDisposeScope();
            using var work = new AttentionWork(batch, layout, rows);
            using var attended = PooledBuffer.Of(rows.Dtype, work.QueryCount);
            using var scores = PooledBuffer.Of(rows.Dtype, work.ScoreCount);
            for (var first = 0; first < batch.Queries; first += batch.BlockQueries)
            {
                var block = Probabilities(work, first, scores.Start);
                FusedOperators.BatchMultiplyInto(work.Queries(attended, block), work.Scores(scores, block), work.Keys(work.Value, block));
            }

            new AttentionLayoutKernel(batch, layout).ScatterQueries(attended.Start, output);
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
            Backward(batch, rows, outputGradient, rowGradient, sums);
        }

        if (shared is not null)
        {
            WriteSums(sums, rowGradient, layout.QuerySize);
        }
    }

    private void Backward(AttentionBatch batch, MatrixMemory rows, MatrixMemory outputGradient, MatrixMemory rowGradient, MatrixMemory sums)
    {
        using var scope = NewDisposeScope();
        using var work = new AttentionWork(batch, layout, rows);
        using var gradient = PooledBuffer.Of(rows.Dtype, work.QueryCount);
        using var queryGradient = PooledBuffer.Of(rows.Dtype, work.QueryCount);
        using var probabilities = PooledBuffer.Of(rows.Dtype, work.ScoreCount);
        using var scoreGradients = PooledBuffer.Of(rows.Dtype, work.ScoreCount);
        using var product = PooledBuffer.Of(rows.Dtype, work.KeyCount);
        using var keySums = PooledBuffer.Of(ScalarType.Float32, work.KeyCount);
        using var valueSums = PooledBuffer.Of(ScalarType.Float32, work.KeyCount);
        var kernel = new AttentionLayoutKernel(batch, layout);
        kernel.GatherQueries(outputGradient, gradient.Start);
        AccumulationKernel.Clear((float*)keySums.Start, work.KeyCount);
        AccumulationKernel.Clear((float*)valueSums.Start, work.KeyCount);
        for (var first = 0; first < batch.Queries; first += batch.BlockQueries)
        {
            using var each = NewDisposeScope();
            var block = Probabilities(work, first, probabilities.Start);
            var (seen, given) = (work.Scores(probabilities, block), work.Scores(scoreGradients, block));
            var outputs = work.Queries(gradient, block);
            FusedOperators.BatchMultiplyInto(given, outputs, work.Keys(work.Value, block).transpose(1, 2));
            AttentionSoftmaxKernel.Backward<T>(probabilities.Start, scoreGradients.Start, block, (float)rule.Scale);
            FusedOperators.BatchMultiplyInto(work.Queries(queryGradient, block), given, work.Keys(work.Key, block));
            FusedOperators.BatchMultiplyInto(work.BlockOfKeys(product, block), seen.transpose(1, 2), outputs);
            work.AddBlock<T>(valueSums, product, block);
            FusedOperators.BatchMultiplyInto(work.BlockOfKeys(product, block), given.transpose(1, 2), work.Queries(work.Query, block));
            work.AddBlock<T>(keySums, product, block);
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
    private ScoreBlock Probabilities(AttentionWork work, int first, void* scores)
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
        AttentionSoftmaxKernel.Forward<T>(scores, block, (float)rule.Scale);
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
