using System.Runtime.Intrinsics;

namespace Plumbline.Torch.Kernels;

/// <summary>
/// Softmax over attention scores in place, and its gradient. Scores are [groups, queries · share, keys] with rows of <c>stride</c> values: row j of a group belongs to query
/// j / share (the query heads that share a key head lie side by side), which sees keys 0 … its own position. Unseen keys become 0.
/// </summary>
/// <param name="Groups">Key heads times sequences.</param>
/// <param name="Stride">Values from one row to the next; a multiple of sixteen.</param>
/// <param name="RowsPerGroup">Rows of the buffer in one group.</param>
/// <param name="FirstQuery">First query of the block.</param>
/// <param name="EndQuery">Query after the block's last; also the number of keys the block sees.</param>
/// <param name="Share">Query heads per key head.</param>
internal readonly record struct CausalBlock(int Groups, int Stride, int RowsPerGroup, int FirstQuery, int EndQuery, int Share)
{
    internal int Rows => (EndQuery - FirstQuery) * Share;
}

/// <summary>The kernels of <see cref="CausalBlock"/>.</summary>
internal static unsafe class CausalSoftmaxKernel
{
    private static readonly Vector512<int> Lane = Vector512.CreateSequence(0, 1);

    /// <summary>Scores become probabilities of scale · score.</summary>
    internal static void Forward<T>(void* scores, CausalBlock block, float scale)
        where T : struct, IKernelElement
    {
        var scores0 = (nint)scores;
        RowParallel.For(
            (long)block.Groups * block.Rows,
            (_, first, end) =>
            {
                var longest = (block.EndQuery + TensorMemory.Lanes - 1) / TensorMemory.Lanes * TensorMemory.Lanes;
                var exponentials = stackalloc float[longest];
                for (var row = first; row < end; row++)
                {
                    var (start, seen) = Locate(block, row);
                    ForwardRow<T>((void*)scores0, start, seen, longest, exponentials, scale);
                }
            }
        );
    }

    /// <summary>
    /// The gradient of the probabilities becomes that of the scores: scale · p · (dp − Σ p·dp). Unseen keys become 0.
    /// </summary>
    internal static void Backward<T>(void* probabilities, void* gradients, CausalBlock block, float scale)
        where T : struct, IKernelElement
    {
        var (probabilities0, gradients0) = ((nint)probabilities, (nint)gradients);
        RowParallel.For(
            (long)block.Groups * block.Rows,
            (_, first, end) =>
            {
                var longest = (block.EndQuery + TensorMemory.Lanes - 1) / TensorMemory.Lanes * TensorMemory.Lanes;
                for (var row = first; row < end; row++)
                {
                    var (start, _) = Locate(block, row);
                    var dot = Vector512<float>.Zero;
                    for (var j = 0; j < longest; j += TensorMemory.Lanes)
                    {
                        // Probabilities of unseen keys are 0, so what stands in their gradients never counts.
                        var p = T.Load((void*)probabilities0, start + j);
                        dot += Vector512.ConditionalSelect(
                            Vector512.Equals(p, Vector512<float>.Zero),
                            p,
                            p * T.Load((void*)gradients0, start + j)
                        );
                    }

                    var mean = Vector512.Create(Vector512.Sum(dot));
                    for (var j = 0; j < longest; j += TensorMemory.Lanes)
                    {
                        var p = T.Load((void*)probabilities0, start + j);
                        var gradient = p * (T.Load((void*)gradients0, start + j) - mean) * scale;
                        T.Store(
                            Vector512.ConditionalSelect(Vector512.Equals(p, Vector512<float>.Zero), Vector512<float>.Zero, gradient),
                            (void*)gradients0,
                            start + j
                        );
                    }
                }
            }
        );
    }

    private static (long Start, int Seen) Locate(CausalBlock block, long row)
    {
        var (group, inBlock) = (row / block.Rows, (int)(row % block.Rows));
        var start = ((group * block.RowsPerGroup) + ((long)block.FirstQuery * block.Share) + inBlock) * block.Stride;
        return (start, block.FirstQuery + (inBlock / block.Share) + 1);
    }

    private static void ForwardRow<T>(void* scores, long start, int seen, int longest, float* exponentials, float scale)
        where T : struct, IKernelElement
    {
        var limit = Vector512.Create(seen);
        var best = Vector512.Create(float.NegativeInfinity);
        var used = Math.Min(longest, (seen + TensorMemory.Lanes - 1) / TensorMemory.Lanes * TensorMemory.Lanes);
        for (var j = 0; j < used; j += TensorMemory.Lanes)
        {
            var visible = Vector512.LessThan(Lane + Vector512.Create(j), limit).AsSingle();
            var score = Vector512.ConditionalSelect(visible, T.Load(scores, start + j) * scale, Vector512.Create(float.NegativeInfinity));
            score.Store(exponentials + j);
            best = Vector512.Max(best, score);
        }

        var maximum = float.NegativeInfinity;
        for (var lane = 0; lane < TensorMemory.Lanes; lane++)
        {
            maximum = MathF.Max(maximum, best[lane]);
        }

        var sums = Vector512<float>.Zero;
        for (var j = 0; j < used; j += TensorMemory.Lanes)
        {
            var visible = Vector512.LessThan(Lane + Vector512.Create(j), limit).AsSingle();
            var exponential = Vector512.Exp(Vector512.Load(exponentials + j) - Vector512.Create(maximum)) & visible;
            exponential.Store(exponentials + j);
            sums += exponential;
        }

        var inverse = Vector512.Create(1f / Vector512.Sum(sums));
        for (var j = 0; j < used; j += TensorMemory.Lanes)
        {
            T.Store(Vector512.Load(exponentials + j) * inverse, scores, start + j);
        }

        for (var j = used; j < longest; j += TensorMemory.Lanes)
        {
            T.Store(Vector512<float>.Zero, scores, start + j);
        }
    }
}
