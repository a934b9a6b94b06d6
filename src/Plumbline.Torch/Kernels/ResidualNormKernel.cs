using System.Runtime.Intrinsics;

namespace Plumbline.Torch.Kernels;

/// <summary>The residual stream around a norm: h = x + d, y = h · r · (w + offset) with r = 1/√(mean(h²) + ε) per row. Widths are multiples of sixteen.</summary>
/// <param name="Width">Values in a row.</param>
/// <param name="Epsilon">ε.</param>
/// <param name="Offset">Added to the weight: 1 for Gemma's norms, else 0.</param>
internal readonly record struct NormShape(int Width, float Epsilon, float Offset);

/// <summary>The kernels of <see cref="NormShape"/>: the stream in float32, what matrix multiplies read and write in their dtype.</summary>
internal static unsafe class ResidualNormKernel
{
    /// <summary>y and r of h = x + d.</summary>
    /// <param name="x">[rows, width], float32.</param>
    /// <param name="d">[rows, width]; null for none.</param>
    /// <param name="h">[rows, width], float32, written; null where d is.</param>
    /// <param name="w">[width], float32.</param>
    /// <param name="y">[rows, width], written.</param>
    /// <param name="r">[rows], float32, written.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="shape">The norm.</param>
    internal static void Forward<T>(float* x, void* d, float* h, float* w, void* y, float* r, long rows, NormShape shape)
        where T : struct, IKernelElement
    {
        var (x0, d0, h0, w0, y0, r0) = ((nint)x, (nint)d, (nint)h, (nint)w, (nint)y, (nint)r);
        var (width, epsilon, offset) = shape;
        RowParallel.For(
            rows,
            (_, first, end) =>
            {
                for (var row = first; row < end; row++)
                {
                    var at = row * width;
                    var stream = (float*)x0 + at;
                    if (d0 != 0)
                    {
                        stream = (float*)h0 + at;
                        AddRow<T>((float*)x0 + at, (void*)d0, at, stream, width);
                    }

                    var squares = Vector512<float>.Zero;
                    for (var j = 0; j < width; j += TensorMemory.Lanes)
                    {
                        var values = Vector512.Load(stream + j);
                        squares = Vector512.FusedMultiplyAdd(values, values, squares);
                    }

                    var scale = 1f / MathF.Sqrt((Vector512.Sum(squares) / width) + epsilon);
                    ((float*)r0)[row] = scale;
                    for (var j = 0; j < width; j += TensorMemory.Lanes)
                    {
                        var weight = Vector512.Load((float*)w0 + j) + Vector512.Create(offset);
                        T.Store(Vector512.Load(stream + j) * scale * weight, (void*)y0, at + j);
                    }
                }
            }
        );
    }

    /// <summary>sum = x + d, in float32.</summary>
    internal static void Add<T>(float* x, void* d, float* sum, long rows, int width)
        where T : struct, IKernelElement
    {
        var (x0, d0, sum0) = ((nint)x, (nint)d, (nint)sum);
        RowParallel.For(
            rows,
            (_, first, end) =>
            {
                for (var row = first; row < end; row++)
                {
                    AddRow<T>((float*)x0 + (row * width), (void*)d0, row * width, (float*)sum0 + (row * width), width);
                }
            }
        );
    }

    /// <summary>
    /// The gradient of the stream before a norm: gx = g + r·w·gy − h · r³/width · Σ(w·gy·h), where g is what reaches the stream past the norm. The weight's
    /// gradient Σ over rows of gy·h·r is added to gw, summed per part and then in the order of the parts.
    /// </summary>
    /// <param name="h">[rows, width], float32: the stream.</param>
    /// <param name="w">[width], float32.</param>
    /// <param name="r">[rows], float32.</param>
    /// <param name="gy">[rows, width].</param>
    /// <param name="g">[rows, width], float32.</param>
    /// <param name="gx">[rows, width], float32, written; may be g.</param>
    /// <param name="copy">[rows, width]: gx in the dtype of gy, written; null for none.</param>
    /// <param name="gw">[width], float32; null for a frozen weight.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="shape">The norm.</param>
    internal static void Backward<T>(
        float* h,
        float* w,
        float* r,
        void* gy,
        float* g,
        float* gx,
        void* copy,
        float* gw,
        long rows,
        NormShape shape
    )
        where T : struct, IKernelElement
    {
        var (h0, w0, r0, gy0, g0, gx0, copy0) = ((nint)h, (nint)w, (nint)r, (nint)gy, (nint)g, (nint)gx, (nint)copy);
        var width = shape.Width;
        var sums = new float[RowParallel.Parts(rows)][];
        RowParallel.For(
            rows,
            (part, first, end) =>
            {
                // The rows' own weights first, then their gradients.
                var scratch = new float[2 * width];
                sums[part] = scratch;
                fixed (float* weight = scratch)
                {
                    for (var j = 0; j < width; j++)
                    {
                        weight[j] = ((float*)w0)[j] + shape.Offset;
                    }

                    for (var row = first; row < end; row++)
                    {
                        var at = row * width;
                        var target = copy0 == 0 ? null : (void*)copy0;
                        BackwardRow<T>(
                            (float*)h0 + at,
                            weight,
                            ((float*)r0)[row],
                            (void*)gy0,
                            (float*)g0 + at,
                            (float*)gx0 + at,
                            target,
                            weight + width,
                            at,
                            width
                        );
                    }
                }
            }
        );
        if (gw is null)
        {
            return;
        }

        foreach (var sum in sums)
        {
            for (var j = 0; j < width; j++)
            {
                gw[j] += sum[width + j];
            }
        }
    }

    private static void AddRow<T>(float* x, void* d, long at, float* sum, int width)
        where T : struct, IKernelElement
    {
        for (var j = 0; j < width; j += TensorMemory.Lanes)
        {
            (Vector512.Load(x + j) + T.Load(d, at + j)).Store(sum + j);
        }
    }

    private static void BackwardRow<T>(
        float* h,
        float* w,
        float r,
        void* gy,
        float* g,
        float* gx,
        void* copy,
        float* gw,
        long at,
        int width
    )
        where T : struct, IKernelElement
    {
        var dot = Vector512<float>.Zero;
        for (var j = 0; j < width; j += TensorMemory.Lanes)
        {
            var product = T.Load(gy, at + j) * Vector512.Load(h + j);
            dot = Vector512.FusedMultiplyAdd(product, Vector512.Load(w + j), dot);
            Vector512.FusedMultiplyAdd(product, Vector512.Create(r), Vector512.Load(gw + j)).Store(gw + j);
        }

        var along = Vector512.Sum(dot) * r * r * r / width;
        for (var j = 0; j < width; j += TensorMemory.Lanes)
        {
            var own = (T.Load(gy, at + j) * Vector512.Load(w + j) * r) - (Vector512.Load(h + j) * along);
            var all = Vector512.Load(g + j) + own;
            all.Store(gx + j);
            if (copy is not null)
            {
                T.Store(all, copy, at + j);
            }
        }
    }
}
