using System.Runtime.Intrinsics;

namespace Plumbline.Torch.Kernels;

/// <summary>What the rows of a chunk of logits say about their target tokens.</summary>
/// <param name="LogProbability">log softmax(row)[target].</param>
/// <param name="LogNormaliser">log Σ exp(row), kept for the gradient.</param>
/// <param name="Entropy">−Σ p log p, in nats.</param>
/// <param name="Top">The most likely token.</param>
internal readonly unsafe record struct LogSoftmaxOutputs(nint LogProbability, nint LogNormaliser, nint Entropy, nint Top);

/// <summary>Log-softmax of logit rows at their targets, in float32 arithmetic, and the gradient written over the logits.</summary>
internal static unsafe class LogSoftmaxKernel
{
    /// <summary>Fills the outputs (float, float, float and long arrays of one entry per row) from logits [rows, vocabulary].</summary>
    internal static void Forward<T>(void* logits, long* targets, long rows, int vocabulary, LogSoftmaxOutputs outputs)
        where T : struct, IKernelElement
    {
        var (logits0, targets0) = ((nint)logits, (nint)targets);
        RowParallel.For(
            rows,
            (_, first, end) =>
            {
                for (var row = first; row < end; row++)
                {
                    var start = row * vocabulary;
                    var (top, maximum) = Maximum<T>((void*)logits0, start, vocabulary);
                    var (sum, weighted) = Sums<T>((void*)logits0, start, vocabulary, maximum);
                    var normaliser = maximum + MathF.Log(sum);
                    ((float*)outputs.LogProbability)[row] = T.LoadOne((void*)logits0, start + ((long*)targets0)[row]) - normaliser;
                    ((float*)outputs.LogNormaliser)[row] = normaliser;
                    // H = log Z − Σ p·(x − max) with log Z relative to max.
                    ((float*)outputs.Entropy)[row] = MathF.Log(sum) - (weighted / sum);
                    ((long*)outputs.Top)[row] = top;
                }
            }
        );
    }

    /// <summary>Replaces logits by the gradient g · (onehot(target) − softmax(row)).</summary>
    internal static void Backward<T>(void* logits, long* targets, float* normalisers, float* gradients, long rows, int vocabulary)
        where T : struct, IKernelElement
    {
        var (logits0, targets0, normalisers0, gradients0) = ((nint)logits, (nint)targets, (nint)normalisers, (nint)gradients);
        RowParallel.For(
            rows,
            (_, first, end) =>
            {
                for (var row = first; row < end; row++)
                {
                    var start = row * vocabulary;
                    var (normaliser, gradient) = (((float*)normalisers0)[row], ((float*)gradients0)[row]);
                    var target = start + ((long*)targets0)[row];
                    var atTarget = gradient * (1 - MathF.Exp(T.LoadOne((void*)logits0, target) - normaliser));
                    var j = 0;
                    for (; j <= vocabulary - TensorMemory.Lanes; j += TensorMemory.Lanes)
                    {
                        var probability = Vector512.Exp(T.Load((void*)logits0, start + j) - Vector512.Create(normaliser));
                        T.Store(probability * -gradient, (void*)logits0, start + j);
                    }

                    for (; j < vocabulary; j++)
                    {
                        T.StoreOne(-gradient * MathF.Exp(T.LoadOne((void*)logits0, start + j) - normaliser), (void*)logits0, start + j);
                    }

                    T.StoreOne(atTarget, (void*)logits0, target);
                }
            }
        );
    }

    private static (long Index, float Value) Maximum<T>(void* logits, long start, int vocabulary)
        where T : struct, IKernelElement
    {
        var best = Vector512.Create(float.NegativeInfinity);
        var j = 0;
        for (; j <= vocabulary - TensorMemory.Lanes; j += TensorMemory.Lanes)
        {
            best = Vector512.Max(best, T.Load(logits, start + j));
        }

        var value = float.NegativeInfinity;
        for (var lane = 0; lane < TensorMemory.Lanes; lane++)
        {
            value = MathF.Max(value, best[lane]);
        }

        for (; j < vocabulary; j++)
        {
            value = MathF.Max(value, T.LoadOne(logits, start + j));
        }

        var wanted = Vector512.Create(value);
        for (j = 0; j <= vocabulary - TensorMemory.Lanes; j += TensorMemory.Lanes)
        {
            var equal = Vector512.Equals(T.Load(logits, start + j), wanted).ExtractMostSignificantBits();
            if (equal != 0)
            {
                return (j + System.Numerics.BitOperations.TrailingZeroCount(equal), value);
            }
        }

        for (; j < vocabulary; j++)
        {
            if (T.LoadOne(logits, start + j) == value)
            {
                break;
            }
        }

        // A row of NaN has no maximum: the last token stands for it and the NaN shows in the log-probability.
        return (Math.Min(j, vocabulary - 1), value);
    }

    private static (float Sum, float Weighted) Sums<T>(void* logits, long start, int vocabulary, float maximum)
        where T : struct, IKernelElement
    {
        var (sums, weighteds) = (Vector512<float>.Zero, Vector512<float>.Zero);
        var j = 0;
        for (; j <= vocabulary - TensorMemory.Lanes; j += TensorMemory.Lanes)
        {
            var shifted = T.Load(logits, start + j) - Vector512.Create(maximum);
            var exponential = Vector512.Exp(shifted);
            sums += exponential;
            weighteds = Vector512.FusedMultiplyAdd(exponential, shifted, weighteds);
        }

        var (sum, weighted) = (Vector512.Sum(sums), Vector512.Sum(weighteds));
        for (; j < vocabulary; j++)
        {
            var shifted = T.LoadOne(logits, start + j) - maximum;
            var exponential = MathF.Exp(shifted);
            sum += exponential;
            weighted += exponential * shifted;
        }

        return (sum, weighted);
    }
}
