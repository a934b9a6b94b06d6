using System.Runtime.Intrinsics;

namespace Plumbline.Torch.Kernels;

/// <summary>RMSNorm of each of some heads of a row, in place; head sizes are multiples of sixteen. Other heads stay as they are.</summary>
/// <param name="Width">Values in a row.</param>
/// <param name="FirstHead">The first head to normalise.</param>
/// <param name="Heads">How many.</param>
/// <param name="Norm">The norm over a head.</param>
internal readonly record struct HeadNormShape(int Width, int FirstHead, int Heads, NormShape Norm);

/// <summary>The kernels of <see cref="HeadNormShape"/>.</summary>
internal static unsafe class HeadNormKernel
{
    /// <summary>normed ← x · r · (w + offset) for each head.</summary>
    /// <param name="x">[rows, width].</param>
    /// <param name="w">[head size], float32.</param>
    /// <param name="normed">[rows, width]; the heads are written.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="shape">Which heads.</param>
    internal static void Forward<T>(void* x, float* w, void* normed, long rows, HeadNormShape shape)
        where T : struct, IKernelElement
    {
        var (x0, w0, normed0) = ((nint)x, (nint)w, (nint)normed);
        var (size, _, offset) = shape.Norm;
        RowParallel.For(
            rows,
            (_, first, end) =>
            {
                for (var at = first * shape.Heads; at < end * shape.Heads; at++)
                {
                    var start = Start(shape, at);
                    var scale = Scale<T>((void*)x0, start, shape.Norm);
                    for (var j = 0; j < size; j += TensorMemory.Lanes)
                    {
                        var weight = Vector512.Load((float*)w0 + j) + Vector512.Create(offset);
                        T.Store(T.Load((void*)x0, start + j) * scale * weight, (void*)normed0, start + j);
                    }
                }
            }
        );
    }

    /// <summary>The gradient of the normed heads becomes that of the heads, in place; the weight's is added to gw.</summary>
    /// <param name="x">[rows, width]: the heads before the norm.</param>
    /// <param name="w">[head size], float32.</param>
    /// <param name="gradient">[rows, width].</param>
    /// <param name="gw">[head size], float32; null for a frozen weight.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="shape">Which heads.</param>
    internal static void Backward<T>(void* x, float* w, void* gradient, float* gw, long rows, HeadNormShape shape)
        where T : struct, IKernelElement
    {
        var (x0, w0, gradient0) = ((nint)x, (nint)w, (nint)gradient);
        var size = shape.Norm.Width;
        var sums = new float[RowParallel.Parts(rows)][];
        RowParallel.For(
            rows,
            (part, first, end) =>
            {
                var sum = sums[part] = new float[size];
                fixed (float* weightGradient = sum)
                {
                    for (var at = first * shape.Heads; at < end * shape.Heads; at++)
                    {
                        BackwardHead<T>((void*)x0, (float*)w0, (void*)gradient0, weightGradient, Start(shape, at), shape.Norm);
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
            for (var j = 0; j < size; j++)
            {
                gw[j] += sum[j];
            }
        }
    }

    private static long Start(HeadNormShape shape, long at) =>
        (at / shape.Heads * shape.Width) + ((shape.FirstHead + (at % shape.Heads)) * shape.Norm.Width);

    private static float Scale<T>(void* x, long start, NormShape norm)
        where T : struct, IKernelElement
    {
        var squares = Vector512<float>.Zero;
        for (var j = 0; j < norm.Width; j += TensorMemory.Lanes)
        {
            var values = T.Load(x, start + j);
            squares = Vector512.FusedMultiplyAdd(values, values, squares);
        }

        return 1f / MathF.Sqrt((Vector512.Sum(squares) / norm.Width) + norm.Epsilon);
    }

    private static void BackwardHead<T>(void* x, float* w, void* gradient, float* gw, long start, NormShape norm)
        where T : struct, IKernelElement
    {
        var r = Scale<T>(x, start, norm);
        var offset = Vector512.Create(norm.Offset);
        var dot = Vector512<float>.Zero;
        for (var j = 0; j < norm.Width; j += TensorMemory.Lanes)
        {
            var product = T.Load(gradient, start + j) * T.Load(x, start + j);
            dot = Vector512.FusedMultiplyAdd(product, Vector512.Load(w + j) + offset, dot);
            Vector512.FusedMultiplyAdd(product, Vector512.Create(r), Vector512.Load(gw + j)).Store(gw + j);
        }

        var along = Vector512.Sum(dot) * r * r * r / norm.Width;
        for (var j = 0; j < norm.Width; j += TensorMemory.Lanes)
        {
            var own = T.Load(gradient, start + j) * (Vector512.Load(w + j) + offset) * r;
            T.Store(own - (T.Load(x, start + j) * along), gradient, start + j);
        }
    }
}
