using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Plumbline.Torch.Kernels;

namespace Plumbline.Torch.Quantization;

/// <summary>How wide the kernel works.</summary>
internal enum KernelWidth
{
    /// <summary>One value at a time, on every processor.</summary>
    Scalar,

    /// <summary>AVX2: sixteen values from eight bytes.</summary>
    Bits256,

    /// <summary>AVX-512: thirty-two values from sixteen bytes; the sixteen values of the code fill one register, so a look-up is one instruction.</summary>
    Bits512,
}

/// <summary>Turns packed NF4 codes back into numbers. Of two values that share a byte the first is in its upper half.</summary>
internal static unsafe class NormalFloat4Kernel
{
    /// <summary>Values that share a size.</summary>
    internal const int Block = 64;

    /// <summary>The widest that this processor has.</summary>
    internal static KernelWidth Widest { get; } =
        Avx512F.IsSupported ? KernelWidth.Bits512
        : Avx2.IsSupported ? KernelWidth.Bits256
        : KernelWidth.Scalar;

    /// <summary>Decodes whole blocks, and the part of one at the end of the matrix.</summary>
    /// <typeparam name="T">Float32 or bfloat16.</typeparam>
    /// <param name="codes">Two to a byte, from the first value on.</param>
    /// <param name="scales">One per block.</param>
    /// <param name="target">Written.</param>
    /// <param name="count">Values.</param>
    /// <param name="width">At most <see cref="Widest"/>.</param>
    internal static void Decode<T>(byte* codes, float* scales, void* target, long count, KernelWidth width)
        where T : struct, IKernelElement
    {
        var (codes0, scales0, target0) = ((nint)codes, (nint)scales, (nint)target);
        RowParallel.For(
            (count + Block - 1) / Block,
            (_, first, end) =>
            {
                for (var block = first; block < end; block++)
                {
                    var start = block * Block;
                    var values = (int)Math.Min(Block, count - start);
                    var from = (byte*)codes0 + (start / 2);
                    var scale = ((float*)scales0)[block];
                    var done = width switch
                    {
                        KernelWidth.Bits512 when values == Block => Wide512<T>(from, scale, (void*)target0, start),
                        KernelWidth.Bits256 when values == Block => Wide256<T>(from, scale, (void*)target0, start),
                        _ => 0,
                    };
                    for (var i = done; i < values; i++)
                    {
                        var code = (i & 1) == 0 ? from[i / 2] >> 4 : from[i / 2] & 15;
                        T.StoreOne(NormalFloat4.Code[code] * scale, (void*)target0, start + i);
                    }
                }
            }
        );
    }

    private static int Wide512<T>(byte* codes, float scale, void* target, long start)
        where T : struct, IKernelElement
    {
        var table = Vector512.Create(NormalFloat4.Code);
        // Lane 2i of the result comes from the upper halves (lanes 0 … 15), lane 2i + 1 from the lower ones (lanes 16 … 31).
        var firstHalf = Vector512.Create(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
        var secondHalf = firstHalf + Vector512.Create(8);
        var size = Vector512.Create(scale);
        for (var i = 0; i < Block; i += 32)
        {
            var bytes = Avx512F.ConvertToVector512Int32(Vector128.Load(codes + (i / 2)));
            var upper = Avx512F.PermuteVar16x32(table, bytes >>> 4);
            var lower = Avx512F.PermuteVar16x32(table, bytes & Vector512.Create(15));
            T.Store(Avx512F.PermuteVar16x32x2(upper, firstHalf, lower) * size, target, start + i);
            T.Store(Avx512F.PermuteVar16x32x2(upper, secondHalf, lower) * size, target, start + i + 16);
        }

        return Block;
    }

    private static int Wide256<T>(byte* codes, float scale, void* target, long start)
        where T : struct, IKernelElement
    {
        var (negative, positive) = (Vector256.Create(NormalFloat4.Code), Vector256.Create(NormalFloat4.Code[8..]));
        var size = Vector512.Create(scale);
        for (var i = 0; i < Block; i += 16)
        {
            var bytes = Avx2.ConvertToVector256Int32(codes + (i / 2));
            var upper = LookUp(negative, positive, bytes >>> 4);
            var lower = LookUp(negative, positive, bytes & Vector256.Create(15));
            // Unpacking stays within 128-bit halves: [0 1 | 4 5] and [2 3 | 6 7], put in order by the permutes.
            var (even, odd) = (Avx.UnpackLow(upper, lower), Avx.UnpackHigh(upper, lower));
            var values = Vector512.Create(Avx.Permute2x128(even, odd, 0x20), Avx.Permute2x128(even, odd, 0x31));
            T.Store(values * size, target, start + i);
        }

        return Block;
    }

    // The permute reads the lower three bits of a code, so both halves of the table are read and the fourth bit chooses.
    private static Vector256<float> LookUp(Vector256<float> negative, Vector256<float> positive, Vector256<int> codes) =>
        Vector256.ConditionalSelect(
            Vector256.GreaterThan(codes, Vector256.Create(7)).AsSingle(),
            Avx2.PermuteVar8x32(positive, codes),
            Avx2.PermuteVar8x32(negative, codes)
        );
}
