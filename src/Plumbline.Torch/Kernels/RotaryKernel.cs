using System.Runtime.Intrinsics;

namespace Plumbline.Torch.Kernels;

/// <summary>
/// Rotates the first heads of each row by the row's angles, half-split layout, and copies the rest: [rows, width] to [rows, width]. The gradient is the
/// rotation by the negative angle. Half a head is a multiple of sixteen.
/// </summary>
internal static unsafe class RotaryKernel
{
    /// <param name="input">[rows, width].</param>
    /// <param name="output">[rows, width].</param>
    /// <param name="cosine">[rows, headSize / 2], float32.</param>
    /// <param name="sine">[rows, headSize / 2], float32.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="width">Values in a row.</param>
    /// <param name="heads">Heads to rotate, from the front of the row.</param>
    /// <param name="headSize">Values in a head.</param>
    /// <param name="direction">1 for the rotation, −1 for its inverse.</param>
    internal static void Rotate<T>(
        void* input,
        void* output,
        float* cosine,
        float* sine,
        long rows,
        int width,
        int heads,
        int headSize,
        float direction
    )
        where T : struct, IKernelElement
    {
        var (input0, output0, cosine0, sine0) = ((nint)input, (nint)output, (nint)cosine, (nint)sine);
        var half = headSize / 2;
        RowParallel.For(
            rows,
            (_, first, end) =>
            {
                for (var row = first; row < end; row++)
                {
                    var c = (float*)cosine0 + (row * half);
                    var s = (float*)sine0 + (row * half);
                    for (var head = 0; head < heads; head++)
                    {
                        var at = (row * width) + (head * headSize);
                        for (var j = 0; j < half; j += TensorMemory.Lanes)
                        {
                            var (a, b) = (T.Load((void*)input0, at + j), T.Load((void*)input0, at + half + j));
                            var (cos, sin) = (Vector512.Load(c + j), Vector512.Load(s + j) * direction);
                            T.Store((a * cos) - (b * sin), (void*)output0, at + j);
                            T.Store((b * cos) + (a * sin), (void*)output0, at + half + j);
                        }
                    }

                    for (var j = heads * headSize; j < width; j += TensorMemory.Lanes)
                    {
                        T.Store(T.Load((void*)input0, (row * width) + j), (void*)output0, (row * width) + j);
                    }
                }
            }
        );
    }
}
