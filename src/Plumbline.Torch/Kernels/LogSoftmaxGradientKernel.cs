using System.Runtime.Intrinsics;
using Maths = Plumbline.Torch.Kernels.Decoding.VectorMath<
    Plumbline.Torch.Kernels.Decoding.Unit512,
    System.Runtime.Intrinsics.Vector512<float>,
    System.Runtime.Intrinsics.Vector512<int>
>;

namespace Plumbline.Torch.Kernels;

/// <summary>The gradient of what <see cref="LogSoftmaxKernel"/> says, one pass that writes over the logits.</summary>
internal static unsafe class LogSoftmaxGradientKernel
{
    /// <summary>
    /// Replaces raw logits by their gradient: with p the row's distribution and q the reference's, slope · (a·(δ − p) − h·p·(log p + H) + k·p·(log p − log q − KL))
    /// for arriving gradients a, h, k of log-probability, entropy and divergence. Measures are those of the whole vocabulary, logits those of a tile.
    /// </summary>
    /// <param name="logits">Raw logits [rows, vocabulary], overwritten.</param>
    /// <param name="reference">The reference's raw logits, likewise; null for none.</param>
    /// <param name="map">Of the logits.</param>
    /// <param name="referenceMap">Of the reference's.</param>
    /// <param name="rows">Measures and gradients.</param>
    /// <param name="count">Rows.</param>
    /// <param name="vocabulary">Logits in a row.</param>
    internal static void Write<T>(
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
                    var weights = RowWeights.Of(rows, row, reference0 != 0);
                    var start = row * vocabulary;
                    var target = rows.Target(row);
                    if (target < 0 || target >= vocabulary)
                    {
                        WriteRow<T>((void*)logits0, (void*)reference0, start, vocabulary, map, referenceMap, weights);
                        continue;
                    }

                    var raw = T.LoadOne((void*)logits0, start + target);
                    var atTarget = OneGradient<T>(raw, (void*)reference0, start + target, map, referenceMap, weights, isTarget: true);
                    WriteRow<T>((void*)logits0, (void*)reference0, start, vocabulary, map, referenceMap, weights);
                    T.StoreOne(atTarget, (void*)logits0, start + target);
                }
            }
        );
    }

    private static void WriteRow<T>(
        void* logits,
        void* reference,
        long start,
        int vocabulary,
        LogitMap map,
        LogitMap referenceMap,
        RowWeights weights
    )
        where T : struct, IKernelElement
    {
        var j = 0;
        for (; j <= vocabulary - TensorMemory.Lanes; j += TensorMemory.Lanes)
        {
            var logit = map.Of(T.Load(logits, start + j));
            var logP = logit - Vector512.Create(weights.LogNormaliser);
            var factor = Vector512.FusedMultiplyAdd(Vector512.Create(weights.OfLog), logP, Vector512.Create(weights.Constant));
            if (reference != null)
            {
                var logQ = referenceMap.Of(T.Load(reference, start + j)) - Vector512.Create(weights.ReferenceLogNormaliser);
                factor += (logP - logQ - Vector512.Create(weights.Mean)) * weights.OfDifference;
            }

            // What the exponential clamps away must show: a NaN in the logit is one in log p, and 0 · NaN is NaN.
            T.Store(Maths.Exp(logP) * factor * map.Slope(logit), logits, start + j);
        }

        for (; j < vocabulary; j++)
        {
            var gradient = OneGradient<T>(T.LoadOne(logits, start + j), reference, start + j, map, referenceMap, weights, isTarget: false);
            T.StoreOne(gradient, logits, start + j);
        }
    }

    private static float OneGradient<T>(
        float raw,
        void* reference,
        long index,
        LogitMap map,
        LogitMap referenceMap,
        RowWeights weights,
        bool isTarget
    )
        where T : struct, IKernelElement
    {
        var logit = map.Of(raw);
        var logP = logit - weights.LogNormaliser;
        var factor = weights.Constant + (weights.OfLog * logP);
        if (reference != null)
        {
            var logQ = referenceMap.Of(T.LoadOne(reference, index)) - weights.ReferenceLogNormaliser;
            factor += weights.OfDifference * (logP - logQ - weights.Mean);
        }

        return ((MathF.Exp(logP) * factor) + (isTarget ? weights.AtTarget : 0)) * map.Slope(logit);
    }

    // dlogit = p · (constant + ofLog · log p + ofDifference · (log p − log q − mean)) + δ · atTarget.
    private readonly record struct RowWeights(
        float LogNormaliser,
        float ReferenceLogNormaliser,
        float Constant,
        float OfLog,
        float OfDifference,
        float Mean,
        float AtTarget
    )
    {
        internal static RowWeights Of(TokenRows rows, long row, bool hasReference)
        {
            var (logProbability, entropy) = (rows.Gradient(0, row), rows.Gradient(1, row));
            return new RowWeights(
                rows.Measure(TokenMeasure.LogNormaliser, row),
                hasReference ? rows.Measure(TokenMeasure.ReferenceLogNormaliser, row) : 0,
                -logProbability - (entropy * rows.Measure(TokenMeasure.Entropy, row)),
                -entropy,
                hasReference ? rows.Gradient(2, row) : 0,
                hasReference ? rows.Measure(TokenMeasure.Divergence, row) : 0,
                logProbability
            );
        }
    }
}
