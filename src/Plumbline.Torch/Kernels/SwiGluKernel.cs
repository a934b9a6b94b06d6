using System.Runtime.Intrinsics;

namespace Plumbline.Torch.Kernels;

/// <summary>h = silu(g) · u for rows [g, u], and its gradients (arXiv 2002.05202). Widths are multiples of sixteen.</summary>
internal static unsafe class SwiGluKernel
{
    internal static void Forward<T>(void* gatesAndValues, void* output, long rows, int width)
        where T : struct, IKernelElement
    {
        var (input0, output0) = ((nint)gatesAndValues, (nint)output);
        RowParallel.For(
            rows,
            (_, first, end) =>
            {
                for (var row = first; row < end; row++)
                {
                    var gate = row * 2 * width;
                    for (var j = 0; j < width; j += TensorMemory.Lanes)
                    {
                        var g = T.Load((void*)input0, gate + j);
                        var u = T.Load((void*)input0, gate + width + j);
                        T.Store(g * Sigmoid(g) * u, (void*)output0, (row * width) + j);
                    }
                }
            }
        );
    }

    internal static void Backward<T>(void* gatesAndValues, void* outputGradient, void* inputGradient, long rows, int width)
        where T : struct, IKernelElement
    {
        var (input0, outputGradient0, inputGradient0) = ((nint)gatesAndValues, (nint)outputGradient, (nint)inputGradient);
        RowParallel.For(
            rows,
            (_, first, end) =>
            {
                for (var row = first; row < end; row++)
                {
                    var gate = row * 2 * width;
                    for (var j = 0; j < width; j += TensorMemory.Lanes)
                    {
                        var g = T.Load((void*)input0, gate + j);
                        var u = T.Load((void*)input0, gate + width + j);
                        var d = T.Load((void*)outputGradient0, (row * width) + j);
                        var s = Sigmoid(g);
                        // silu'(g) = s · (1 + g · (1 − s))
                        T.Store(d * u * s * (Vector512<float>.One + (g * (Vector512<float>.One - s))), (void*)inputGradient0, gate + j);
                        T.Store(d * g * s, (void*)inputGradient0, gate + width + j);
                    }
                }
            }
        );
    }

    private static Vector512<float> Sigmoid(Vector512<float> x) => Vector512<float>.One / (Vector512<float>.One + Vector512.Exp(-x));
}
