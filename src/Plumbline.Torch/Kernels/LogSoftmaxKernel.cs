using System.Runtime.Intrinsics;
using Maths = Plumbline.Torch.Kernels.Decoding.VectorMath<
    Plumbline.Torch.Kernels.Decoding.Unit512,
    System.Runtime.Intrinsics.Vector512<float>,
    System.Runtime.Intrinsics.Vector512<int>
>;

namespace Plumbline.Torch.Kernels;

/// <summary>
/// What rows of raw logits say about their target tokens, in float32 arithmetic. A row is read twice, for its largest value and for its sums; the second time
/// it comes out of the cache.
/// </summary>
internal static unsafe class LogSoftmaxKernel
{
    /// <summary>Fills the measures of a tile of raw logits [rows, vocabulary], as if it were the whole; the log-probability of a target elsewhere is −∞.</summary>
    internal static void Forward<T>(void* logits, LogitMap map, TokenRows rows, long count, int vocabulary)
        where T : struct, IKernelElement
    {
        var logits0 = (nint)logits;
        RowParallel.For(
            count,
            (_, first, end) =>
            {
                for (var row = first; row < end; row++)
                {
                    var start = row * vocabulary;
                    var (top, raw) = Largest<T>((void*)logits0, start, vocabulary);
                    var maximum = map.Of(raw);
                    var (sum, squares, weighted) = Sums<T>((void*)logits0, start, vocabulary, map, maximum);
                    var logSum = MathF.Log(sum);
                    ((long*)rows.Top)[row] = top + rows.FirstEntry;
                    rows.Measure(TokenMeasure.Largest, row) = raw;
                    rows.Measure(TokenMeasure.LogNormaliser, row) = maximum + logSum;
                    // Differences from the maximum first: nothing is lost where the logits are large.
                    var target = rows.Target(row);
                    var isHere = target >= 0 && target < vocabulary;
                    var atTarget = isHere ? map.Of(T.LoadOne((void*)logits0, start + target)) - maximum : float.NegativeInfinity;
                    rows.Measure(TokenMeasure.LogProbability, row) = atTarget - logSum;
                    rows.Measure(TokenMeasure.Entropy, row) = logSum - (weighted / sum);
                    rows.Measure(TokenMeasure.LogSumSquares, row) = MathF.Log(squares) - (2 * logSum);
                }
            }
        );
    }

    /// <summary>Fills the measures that compare raw logits with a reference's, after <see cref="Forward{T}"/>.</summary>
    internal static void Compare<T>(
        void* logits,
        void* reference,
        LogitMap map,
        LogitMap referenceMap,
        TokenRows rows,
        long count,
        int vocabulary
    )
        where T : struct, IKernelElement
    {
        var (logits0, reference0) = ((nint)logits, (nint)reference);
        RowParallel.For(
            count,
            (_, first, end) =>
            {
                for (var row = first; row < end; row++)
                {
                    var start = row * vocabulary;
                    var maximum = referenceMap.Of(Largest<T>((void*)reference0, start, vocabulary).Value);
                    var (sum, _, _) = Sums<T>((void*)reference0, start, vocabulary, referenceMap, maximum);
                    var normaliser = maximum + MathF.Log(sum);
                    rows.Measure(TokenMeasure.ReferenceLogNormaliser, row) = normaliser;
                    var own = rows.Measure(TokenMeasure.LogNormaliser, row);
                    rows.Measure(TokenMeasure.Divergence, row) = Divergence<T>(
                        (void*)logits0,
                        (void*)reference0,
                        start,
                        vocabulary,
                        (map, own),
                        (referenceMap, normaliser)
                    );
                }
            }
        );
    }

    private static (long Index, float Value) Largest<T>(void* logits, long start, int vocabulary)
        where T : struct, IKernelElement
    {
        var best = Vector512.Create(float.NegativeInfinity);
        var (where, index) = (Vector512<int>.Zero, Vector512.CreateSequence(0, 1));
        var j = 0;
        for (; j <= vocabulary - TensorMemory.Lanes; j += TensorMemory.Lanes)
        {
            var value = T.Load(logits, start + j);
            var larger = Vector512.GreaterThan(value, best);
            best = Vector512.ConditionalSelect(larger, value, best);
            where = Vector512.ConditionalSelect(larger.AsInt32(), index, where);
            index += Vector512.Create(TensorMemory.Lanes);
        }

        // A row without any number has no largest: token 0 stands for it, and the NaN shows in the sums.
        var (top, maximum) = (0, float.NegativeInfinity);
        for (var lane = 0; lane < TensorMemory.Lanes; lane++)
        {
            if (best[lane] > maximum || (best[lane] == maximum && where[lane] < top))
            {
                (top, maximum) = (where[lane], best[lane]);
            }
        }

        for (; j < vocabulary; j++)
        {
            var value = T.LoadOne(logits, start + j);
            if (value > maximum)
            {
                (top, maximum) = (j, value);
            }
        }

        return (top, maximum);
    }

    // Σ e, Σ e² and Σ e·(x − maximum) with e = exp(x − maximum).
    private static (float Sum, float Squares, float Weighted) Sums<T>(void* logits, long start, int vocabulary, LogitMap map, float maximum)
        where T : struct, IKernelElement
    {
        var (sums, squareSums, weightedSums) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
        var j = 0;
        for (; j <= vocabulary - TensorMemory.Lanes; j += TensorMemory.Lanes)
        {
            var shifted = map.Of(T.Load(logits, start + j)) - Vector512.Create(maximum);
            var exponential = Maths.Exp(shifted);
            sums += exponential;
            squareSums = Vector512.FusedMultiplyAdd(exponential, exponential, squareSums);
            weightedSums = Vector512.FusedMultiplyAdd(exponential, shifted, weightedSums);
        }

        var (sum, squares, weighted) = (Vector512.Sum(sums), Vector512.Sum(squareSums), Vector512.Sum(weightedSums));
        for (; j < vocabulary; j++)
        {
            var shifted = map.Of(T.LoadOne(logits, start + j)) - maximum;
            var exponential = MathF.Exp(shifted);
            sum += exponential;
            squares += exponential * exponential;
            weighted += exponential * shifted;
        }

        // The vector exponential clamps a NaN away; the product with it does not.
        return float.IsNaN(weighted) ? (weighted, weighted, weighted) : (sum, squares, weighted);
    }

    private static float Divergence<T>(
        void* logits,
        void* reference,
        long start,
        int vocabulary,
        (LogitMap Map, float LogNormaliser) policy,
        (LogitMap Map, float LogNormaliser) other
    )
        where T : struct, IKernelElement
    {
        var sums = Vector512<float>.Zero;
        var j = 0;
        for (; j <= vocabulary - TensorMemory.Lanes; j += TensorMemory.Lanes)
        {
            var logP = policy.Map.Of(T.Load(logits, start + j)) - Vector512.Create(policy.LogNormaliser);
            var logQ = other.Map.Of(T.Load(reference, start + j)) - Vector512.Create(other.LogNormaliser);
            sums = Vector512.FusedMultiplyAdd(Maths.Exp(logP), logP - logQ, sums);
        }

        var sum = Vector512.Sum(sums);
        for (; j < vocabulary; j++)
        {
            var logP = policy.Map.Of(T.LoadOne(logits, start + j)) - policy.LogNormaliser;
            sum += MathF.Exp(logP) * (logP - (other.Map.Of(T.LoadOne(reference, start + j)) - other.LogNormaliser));
        }

        return sum;
    }
}
