using System.Runtime.Intrinsics;

namespace Plumbline.Torch.Kernels;

/// <summary>y = x · r · w with r = 1/√(mean(x²) + ε) per row, and its gradients. Widths are multiples of sixteen; x and its gradient are float32.</summary>
internal static unsafe class RmsNormKernel
{
    internal static void Forward<TOutput>(float* x, float* w, void* y, float* r, long rows, int width, float epsilon)
        where TOutput : struct, IKernelElement
    {
        var (x0, w0, y0, r0) = ((nint)x, (nint)w, (nint)y, (nint)r);
        RowParallel.For(
            rows,
            (_, first, end) =>
            {
                for (var row = first; row < end; row++)
                {
                    var input = (float*)x0 + (row * width);
                    var squares = Vector512<float>.Zero;
                    for (var j = 0; j < width; j += TensorMemory.Lanes)
                    {
                        var values = Vector512.Load(input + j);
                        squares = Vector512.FusedMultiplyAdd(values, values, squares);
                    }

                    var scale = 1f / MathF.Sqrt((Vector512.Sum(squares) / width) + epsilon);
                    ((float*)r0)[row] = scale;
                    for (var j = 0; j < width; j += TensorMemory.Lanes)
                    {
                        TOutput.Store(Vector512.Load(input + j) * scale * Vector512.Load((float*)w0 + j), (void*)y0, (row * width) + j);
                    }
                }
            }
        );
    }

    /// <summary>
    /// gx = r·w·gy − x · r³/width · Σ(w·gy·x); gw = Σ over rows of gy·x·r, summed per part and then in the order of the parts.
    /// </summary>
    internal static void Backward<TGradient>(float* x, float* w, float* r, void* gy, float* gx, float* gw, long rows, int width)
        where TGradient : struct, IKernelElement
    {
        var (x0, w0, r0, gy0, gx0) = ((nint)x, (nint)w, (nint)r, (nint)gy, (nint)gx);
        var sums = new float[RowParallel.Parts(rows)][];
        RowParallel.For(
            rows,
            (part, first, end) =>
            {
                var sum = sums[part] = GC.AllocateUninitializedArray<float>(width);
                sum.AsSpan().Clear();
                fixed (float* weightGradient = sum)
                {
                    for (var row = first; row < end; row++)
                    {
                        BackwardRow<TGradient>(
                            (float*)x0,
                            (float*)w0,
                            ((float*)r0)[row],
                            (void*)gy0,
                            (float*)gx0,
                            weightGradient,
                            row * width,
                            width
                        );
                    }
                }
            }
        );
        new Span<float>(gw, width).Clear();
        foreach (var sum in sums)
        {
            for (var j = 0; j < width; j++)
            {
                gw[j] += sum[j];
            }
        }
    }

    private static void BackwardRow<TGradient>(float* x, float* w, float r, void* gy, float* gx, float* gw, long at, int width)
        where TGradient : struct, IKernelElement
    {
        var dot = Vector512<float>.Zero;
        for (var j = 0; j < width; j += TensorMemory.Lanes)
        {
            var product = TGradient.Load(gy, at + j) * Vector512.Load(x + at + j);
            dot = Vector512.FusedMultiplyAdd(product, Vector512.Load(w + j), dot);
            Vector512.FusedMultiplyAdd(product, Vector512.Create(r), Vector512.Load(gw + j)).Store(gw + j);
        }

        var along = Vector512.Sum(dot) * r * r * r / width;
        for (var j = 0; j < width; j += TensorMemory.Lanes)
        {
            ((TGradient.Load(gy, at + j) * Vector512.Load(w + j) * r) - (Vector512.Load(x + at + j) * along)).Store(gx + at + j);
        }
    }
}
