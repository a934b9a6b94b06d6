using System.Runtime.Intrinsics;

namespace Plumbline.Torch.Kernels;

/// <summary>What of a row is rotated. All sizes are multiples of sixteen.</summary>
/// <param name="Width">Values in a row.</param>
/// <param name="Heads">Heads to rotate, from the front of the row.</param>
/// <param name="HeadSize">Values in a head.</param>
/// <param name="Half">Element j of a head turns with element j + Half, for j below Half; what lies behind is copied.</param>
internal readonly record struct RotaryShape(int Width, int Heads, int HeadSize, int Half);

/// <summary>
/// Rotates the first heads of each row by the row's angles, half-split layout, and copies the rest: [rows, width] to [rows, width]. The gradient is the
/// rotation by the negative angle.
/// </summary>
internal static unsafe class RotaryKernel
{
    /// <param name="input">[rows, width].</param>
    /// <param name="output">[rows, width]; may be the input.</param>
    /// <param name="cosine">[rows, half], float32.</param>
    /// <param name="sine">[rows, half], float32.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="shape">What is rotated.</param>
    /// <param name="direction">1 for the rotation, −1 for its inverse.</param>
    internal static void Rotate<T>(void* input, void* output, float* cosine, float* sine, long rows, RotaryShape shape, float direction)
        where T : struct, IKernelElement
    {
        var (input0, output0, cosine0, sine0) = ((nint)input, (nint)output, (nint)cosine, (nint)sine);
        var (width, heads, headSize, half) = shape;
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

                        Copy<T>(input0, output0, at + (2 * half), at + headSize);
                    }

                    Copy<T>(input0, output0, (row * width) + (heads * headSize), (row + 1) * width);
                }
            }
        );
    }

    private static void Copy<T>(nint input, nint output, long first, long end)
        where T : struct, IKernelElement
    {
        // In place, what is not rotated stays where it is.
        for (var j = input == output ? end : first; j < end; j += TensorMemory.Lanes)
        {
            T.Store(T.Load((void*)input, j), (void*)output, j);
        }
    }
}
