using Plumbline.Torch.Functions;
using static TorchSharp.torch;

namespace Plumbline.Torch.Kernels;

/// <summary>
/// Copies between packed rows, one per token with all its heads, and the batches that attention multiplies: queries [items · key heads, queries · share, size],
/// keys and values [items · key heads, keys, size], a prompt's before the item's own. Filling is zero. A batch may be float32 where the rows are bf16.
/// </summary>
/// <param name="batch">The items.</param>
/// <param name="layout">The heads in a row.</param>
/// <param name="dtype">The dtype of the batch.</param>
internal readonly unsafe struct AttentionLayoutKernel(AttentionBatch batch, HeadLayout layout, ScalarType dtype)
{
    private readonly AttentionBatch batch = batch;
    private readonly HeadLayout layout = layout;
    private readonly ScalarType dtype = dtype;

    /// <summary>Queries, or what has their shape, into their batch.</summary>
    /// <param name="rows">[tokens, width], queries in front.</param>
    /// <param name="grouped">The batch's memory.</param>
    internal void GatherQueries(MatrixMemory rows, void* grouped) => CopyQueries(rows, grouped, intoBatch: true);

    /// <summary>Queries of a batch back to the rows of their tokens.</summary>
    internal void ScatterQueries(void* grouped, MatrixMemory rows) => CopyQueries(rows, grouped, intoBatch: false);

    /// <summary>Keys or values into their batch.</summary>
    /// <param name="rows">[tokens, row size].</param>
    /// <param name="column">Where the keys, or the values, start in a row.</param>
    /// <param name="grouped">The batch's memory.</param>
    internal void GatherKeys(MatrixMemory rows, int column, void* grouped)
    {
        var (self, target) = (this, (nint)grouped);
        RowParallel.For(
            (long)batch.Items.Length * batch.Keys,
            (_, first, end) =>
            {
                for (var at = first; at < end; at++)
                {
                    self.GatherKey(rows, column, (byte*)target, (int)(at / self.batch.Keys), (int)(at % self.batch.Keys));
                }
            }
        );
    }

    /// <summary>Adds the gradients of keys or values to those of their tokens, items in order; each token's sum is made by one thread.</summary>
    /// <param name="grouped">[items · key heads, keys, size], float32.</param>
    /// <param name="sums">[tokens, 2 · key size], float32.</param>
    /// <param name="column">Where the keys, or the values, start in a row of the sums.</param>
    internal void AddKeys(float* grouped, MatrixMemory sums, int column)
    {
        var (self, source) = (this, (nint)grouped);
        RowParallel.For(
            sums.Rows,
            (_, first, end) =>
            {
                for (var item = 0; item < self.batch.Items.Length; item++)
                {
                    var span = self.batch.Items[item];
                    self.AddRange((float*)source, sums, column, item, 0, Range(span.PromptStart, span.PromptLength, first, end));
                    self.AddRange((float*)source, sums, column, item, span.PromptLength, Range(span.Start, span.Length, first, end));
                }
            }
        );
    }

    /// <summary>The gradients of keys or values to the rows of their tokens, each of which stands in one item only.</summary>
    /// <param name="grouped">[items · key heads, keys, size], float32.</param>
    /// <param name="rows">[tokens, row size].</param>
    /// <param name="column">Where the keys, or the values, start in a row.</param>
    internal void ScatterKeys<T>(float* grouped, MatrixMemory rows, int column)
        where T : struct, IKernelElement
    {
        var (self, source) = (this, (nint)grouped);
        RowParallel.For(
            (long)batch.Items.Length * batch.Queries,
            (_, first, end) =>
            {
                for (var at = first; at < end; at++)
                {
                    var (item, key) = ((int)(at / self.batch.Queries), (int)(at % self.batch.Queries));
                    if (key < self.batch.Items[item].Length)
                    {
                        self.ScatterKey<T>((float*)source, rows, column, item, key);
                    }
                }
            }
        );
    }

    private static (int Start, int First, int End) Range(int start, int length, long first, long end) =>
        (start, (int)Math.Max(start, first), (int)Math.Min(start + length, end));

    private void CopyQueries(MatrixMemory rows, void* grouped, bool intoBatch)
    {
        var (self, inBatch) = (this, (nint)grouped);
        RowParallel.For(
            (long)batch.Items.Length * batch.Queries,
            (_, first, end) =>
            {
                for (var at = first; at < end; at++)
                {
                    self.CopyQuery(rows, (byte*)inBatch, (int)(at / self.batch.Queries), (int)(at % self.batch.Queries), intoBatch);
                }
            }
        );
    }

    private void CopyQuery(MatrixMemory rows, byte* grouped, int item, int query, bool intoBatch)
    {
        var count = layout.Share * layout.HeadSize;
        var span = batch.Items[item];
        for (var head = 0; head < layout.KeyValueHeads; head++)
        {
            var inBatch = GroupAt(grouped, item, head, batch.Queries, query, count);
            if (query >= span.Length)
            {
                if (intoBatch)
                {
                    Clear(inBatch, count);
                }

                continue;
            }

            var inRow = RowAt(rows, span.Start + query, head * count);
            if (intoBatch)
            {
                Copy(inRow, rows.Dtype, inBatch, dtype, count);
            }
            else
            {
                Copy(inBatch, dtype, inRow, rows.Dtype, count);
            }
        }
    }

    private void GatherKey(MatrixMemory rows, int column, byte* grouped, int item, int key)
    {
        var count = layout.HeadSize;
        var span = batch.Items[item];
        var row = key < span.PromptLength ? span.PromptStart + key : span.Start + key - span.PromptLength;
        for (var head = 0; head < layout.KeyValueHeads; head++)
        {
            var target = GroupAt(grouped, item, head, batch.Keys, key, count);
            if (key < span.Keys)
            {
                Copy(RowAt(rows, row, column + (head * count)), rows.Dtype, target, dtype, count);
            }
            else
            {
                Clear(target, count);
            }
        }
    }

    private void AddRange(float* grouped, MatrixMemory sums, int column, int item, int firstKey, (int Start, int First, int End) rows)
    {
        for (var row = rows.First; row < rows.End; row++)
        {
            for (var head = 0; head < layout.KeyValueHeads; head++)
            {
                var source = KeyAt(grouped, item, head, firstKey + row - rows.Start);
                var target = (float*)RowAt(sums, row, column) + (head * layout.HeadSize);
                for (var j = 0; j < layout.HeadSize; j++)
                {
                    target[j] += source[j];
                }
            }
        }
    }

    private void ScatterKey<T>(float* grouped, MatrixMemory rows, int column, int item, int key)
        where T : struct, IKernelElement
    {
        for (var head = 0; head < layout.KeyValueHeads; head++)
        {
            var source = KeyAt(grouped, item, head, key);
            var target = RowAt(rows, batch.Items[item].Start + key, column + (head * layout.HeadSize));
            AccumulationKernel.Convert<T>(source, target, layout.HeadSize);
        }
    }

    // Values of one head at a place among the queries or keys of an item.
    private byte* GroupAt(byte* grouped, int item, int head, int places, int place, int count) =>
        grouped + (((((long)item * layout.KeyValueHeads) + head) * places + place) * count * MatrixMemory.ElementSize(dtype));

    private void Clear(byte* inBatch, int count) => new Span<byte>(inBatch, count * MatrixMemory.ElementSize(dtype)).Clear();

    private static void Copy(byte* source, ScalarType from, byte* target, ScalarType to, int count)
    {
        if (from == to)
        {
            var bytes = count * MatrixMemory.ElementSize(from);
            new ReadOnlySpan<byte>(source, bytes).CopyTo(new Span<byte>(target, bytes));
        }
        else if (to == ScalarType.Float32)
        {
            AccumulationKernel.Widen<BFloat16Element>(source, (float*)target, count);
        }
        else
        {
            AccumulationKernel.Convert<BFloat16Element>((float*)source, target, count);
        }
    }

    private float* KeyAt(float* grouped, int item, int head, int key) =>
        grouped + (((((long)item * layout.KeyValueHeads) + head) * batch.Keys + key) * layout.HeadSize);

    private static byte* RowAt(MatrixMemory rows, int row, int column) =>
        (byte*)rows.Start + (((row * rows.Width) + column) * MatrixMemory.ElementSize(rows.Dtype));
}
