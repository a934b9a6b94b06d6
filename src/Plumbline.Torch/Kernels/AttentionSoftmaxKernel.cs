using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Plumbline.Torch.Functions;
using Plumbline.Torch.Kernels.Decoding;

namespace Plumbline.Torch.Kernels;

/// <summary>
/// A block of attention scores: [items · key heads, queries · share, keys], contiguous. Row j of a group belongs to query first + j / share of its item (the
/// query heads that share a key head lie side by side). It sees the keys up to its own position, less those before its window; a query beyond its item's
/// length sees none.
/// </summary>
/// <param name="Batch">The items.</param>
/// <param name="KeyHeads">Groups of one item.</param>
/// <param name="Share">Query heads per key head.</param>
/// <param name="FirstQuery">First query of the block.</param>
/// <param name="EndQuery">The query after its last.</param>
/// <param name="FirstKey">First key of the block.</param>
/// <param name="EndKey">The key after its last; a multiple of sixteen keys lie between them.</param>
/// <param name="Window">Keys that a query sees at most; null for all.</param>
internal readonly record struct ScoreBlock(
    AttentionBatch Batch,
    int KeyHeads,
    int Share,
    int FirstQuery,
    int EndQuery,
    int FirstKey,
    int EndKey,
    int? Window
)
{
    internal int Groups => Batch.Items.Length * KeyHeads;

    internal int RowsPerGroup => (EndQuery - FirstQuery) * Share;

    internal int Columns => EndKey - FirstKey;

    /// <summary>The columns that a row sees: from the first to before the end.</summary>
    internal (int First, int End) Seen(long row)
    {
        var item = Batch.Items[row / RowsPerGroup / KeyHeads];
        var query = FirstQuery + (int)(row % RowsPerGroup / Share);
        return query < item.Length
            ? (AttentionBatch.FirstKey(item, query, Window) - FirstKey, item.PromptLength + query + 1 - FirstKey)
            : (0, 0);
    }
}

/// <summary>Softmax over the scores of a <see cref="ScoreBlock"/> in place, and its gradient. Keys that a row does not see become 0.</summary>
internal static unsafe class AttentionSoftmaxKernel
{
    private static readonly Vector512<int> Lane = Vector512.CreateSequence(0, 1);

    /// <summary>Scores become probabilities of scale · score.</summary>
    internal static void Forward<T>(void* scores, ScoreBlock block, float scale)
        where T : struct, IKernelElement
    {
        var scores0 = (nint)scores;
        RowParallel.For(
            (long)block.Groups * block.RowsPerGroup,
            (_, first, end) =>
            {
                var rented = ArrayPool<float>.Shared.Rent(block.Columns);
                fixed (float* exponentials = rented)
                {
                    for (var row = first; row < end; row++)
                    {
                        ForwardRow<T>((void*)scores0, row * block.Columns, block.Seen(row), block.Columns, exponentials, scale);
                    }
                }

                ArrayPool<float>.Shared.Return(rented);
            }
        );
    }

    /// <summary>The gradient of the probabilities becomes that of the scores: scale · p · (dp − Σ p·dp).</summary>
    internal static void Backward<T>(void* probabilities, void* gradients, ScoreBlock block, float scale)
        where T : struct, IKernelElement
    {
        var (probabilities0, gradients0) = ((nint)probabilities, (nint)gradients);
        RowParallel.For(
            (long)block.Groups * block.RowsPerGroup,
            (_, first, end) =>
            {
                for (var row = first; row < end; row++)
                {
                    BackwardRow<T>((void*)probabilities0, (void*)gradients0, row * block.Columns, block.Seen(row), block.Columns, scale);
                }
            }
        );
    }

    private static void ForwardRow<T>(void* scores, long start, (int First, int End) seen, int columns, float* exponentials, float scale)
        where T : struct, IKernelElement
    {
        var (used, end) = Registers(seen);
        var lowest = Vector512.Create(float.NegativeInfinity);
        var best = lowest;
        for (var j = used; j < end; j += TensorMemory.Lanes)
        {
            var score = Vector512.ConditionalSelect(Visible(j, seen), T.Load(scores, start + j) * scale, lowest);
            score.Store(exponentials + j);
            best = Vector512.Max(best, score);
        }

        var maximum = float.NegativeInfinity;
        for (var lane = 0; lane < TensorMemory.Lanes; lane++)
        {
            maximum = MathF.Max(maximum, best[lane]);
        }

        var sums = Vector512<float>.Zero;
        for (var j = used; j < end; j += TensorMemory.Lanes)
        {
            var exponential =
                VectorMath<Unit512, Vector512<float>, Vector512<int>>.Exp(Vector512.Load(exponentials + j) - Vector512.Create(maximum))
                & Visible(j, seen);
            exponential.Store(exponentials + j);
            sums += exponential;
        }

        // The exponential clamps its argument, which would turn what is no number into one.
        var inverse = Vector512.Create(float.IsFinite(maximum) ? 1f / Vector512.Sum(sums) : float.NaN);
        Clear<T>(scores, start, 0, used);
        for (var j = used; j < end; j += TensorMemory.Lanes)
        {
            T.Store(Vector512.Load(exponentials + j) * inverse, scores, start + j);
        }

        Clear<T>(scores, start, end, columns);
    }

    private static void BackwardRow<T>(
        void* probabilities,
        void* gradients,
        long start,
        (int First, int End) seen,
        int columns,
        float scale
    )
        where T : struct, IKernelElement
    {
        var (used, end) = Registers(seen);
        var dot = Vector512<float>.Zero;
        for (var j = used; j < end; j += TensorMemory.Lanes)
        {
            // What stands in the gradients of unseen keys must never count, not even as 0 · NaN.
            var product = T.Load(probabilities, start + j) * T.Load(gradients, start + j);
            dot += Vector512.ConditionalSelect(Visible(j, seen), product, Vector512<float>.Zero);
        }

        var mean = Vector512.Create(Vector512.Sum(dot));
        Clear<T>(gradients, start, 0, used);
        for (var j = used; j < end; j += TensorMemory.Lanes)
        {
            var gradient = T.Load(probabilities, start + j) * (T.Load(gradients, start + j) - mean) * scale;
            T.Store(Vector512.ConditionalSelect(Visible(j, seen), gradient, Vector512<float>.Zero), gradients, start + j);
        }

        Clear<T>(gradients, start, end, columns);
    }

    // The registers that hold what is seen; none where nothing is.
    private static (int First, int End) Registers((int First, int End) seen) =>
        seen.End == 0
            ? (0, 0)
            : (
                seen.First / TensorMemory.Lanes * TensorMemory.Lanes,
                (seen.End + TensorMemory.Lanes - 1) / TensorMemory.Lanes * TensorMemory.Lanes
            );

    // Inlined: a call among live sums would keep them in memory.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Visible(int column, (int First, int End) seen)
    {
        var at = Lane + Vector512.Create(column);
        return (
            Vector512.GreaterThanOrEqual(at, Vector512.Create(seen.First)) & Vector512.LessThan(at, Vector512.Create(seen.End))
        ).AsSingle();
    }

    private static void Clear<T>(void* values, long start, int first, int end)
        where T : struct, IKernelElement
    {
        for (var j = first; j < end; j += TensorMemory.Lanes)
        {
            T.Store(Vector512<float>.Zero, values, start + j);
        }
    }
}
