using Plumbline.Torch.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Torch.Quantization;

/// <summary>
/// A frozen matrix in NF4 with double quantisation (arXiv 2305.14314): four bits per weight, and for each 64 weights (row after row) their largest magnitude.
/// The magnitudes, less their mean, take one byte each and one float32 for every 256 of them: 4.127 bits per weight in all. Owns its memory, on the CPU.
/// </summary>
public sealed unsafe class NormalFloat4Matrix : IDisposable
{
    private const int ScaleBlock = 256;

    private readonly Tensor codes;
    private readonly Tensor scaleBytes;
    private readonly Tensor scaleSizes;
    private readonly float meanScale;

    private NormalFloat4Matrix(long rows, long columns, Tensor codes, Tensor scaleBytes, Tensor scaleSizes, float meanScale)
    {
        (Rows, Columns) = (rows, columns);
        (this.codes, this.scaleBytes, this.scaleSizes, this.meanScale) = (codes, scaleBytes, scaleSizes, meanScale);
    }

    /// <summary>Rows of the matrix.</summary>
    public long Rows { get; }

    /// <summary>Columns of the matrix.</summary>
    public long Columns { get; }

    /// <summary>Bytes it takes, everything included.</summary>
    public long Bytes => codes.numel() + scaleBytes.numel() + (sizeof(float) * (scaleSizes.numel() + 1));

    /// <summary>The four-bit codes, one to an element of the result; for tests.</summary>
    internal byte[] Codes()
    {
        var packed = codes.data<byte>().ToArray();
        return [.. Enumerable.Range(0, (int)(Rows * Columns)).Select(i => (byte)((i & 1) == 0 ? packed[i / 2] >> 4 : packed[i / 2] & 15))];
    }

    /// <summary>The bytes of the block sizes; for tests.</summary>
    internal byte[] ScaleBytes() => scaleBytes.data<byte>().ToArray();

    /// <summary>Rows that begin a block wherever they are counted from a multiple of this number.</summary>
    internal int RowStep => (int)(NormalFloat4Kernel.Block / Gcd(NormalFloat4Kernel.Block, Columns));

    /// <summary>Quantises a matrix.</summary>
    /// <param name="weight">[rows, columns], float32, on the CPU; not changed.</param>
    /// <param name="name">The matrix's name, for the error.</param>
    /// <exception cref="InvalidInputException">A weight is not finite.</exception>
    /// <exception cref="ArgumentException">It is no float32 matrix on the CPU.</exception>
    public static NormalFloat4Matrix Quantize(Tensor weight, string name)
    {
        if (weight.dim() != 2 || weight.dtype != ScalarType.Float32 || weight.device_type != DeviceType.CPU)
        {
            throw new ArgumentException(
                $"Only float32 matrices on the CPU are quantised to NF4: '{name}' is {weight.dtype} on {weight.device}."
            );
        }

        using var scope = NewDisposeScope();
        var source = weight.detach().contiguous();
        var blocks = (source.numel() + NormalFloat4Kernel.Block - 1) / NormalFloat4Kernel.Block;
        var packed = empty((source.numel() + 1) / 2, dtype: ScalarType.Byte);
        var scales = new float[blocks];
        Encode((float*)TensorMemory.Start(source), (byte*)TensorMemory.Start(packed), scales, source.numel());
        if (Array.Exists(scales, scale => !float.IsFinite(scale)))
        {
            throw new InvalidInputException(
                $"'{name}' holds weights that are NaN or infinite.",
                "The training that made them diverged or the file is damaged: take an earlier checkpoint or download it again."
            );
        }

        var (bytes, sizes, mean) = EncodeScales(scales);
        return new NormalFloat4Matrix(
            source.shape[0],
            source.shape[1],
            packed.DetachFromDisposeScope(),
            tensor(bytes).DetachFromDisposeScope(),
            tensor(sizes).DetachFromDisposeScope(),
            mean
        );
    }

    /// <summary>The matrix in float32, [rows, columns]: new memory, which joins the innermost dispose scope.</summary>
    public Tensor Dequantize()
    {
        var result = empty([Rows, Columns], ScalarType.Float32);
        DequantizeInto(result, 0);
        return result;
    }

    /// <summary>Writes rows of the matrix.</summary>
    /// <param name="target">[some rows, columns], contiguous, float32 or bfloat16.</param>
    /// <param name="firstRow">A multiple of <see cref="RowStep"/>.</param>
    /// <param name="width">How wide the kernel works; null for the widest there is.</param>
    internal void DequantizeInto(Tensor target, long firstRow, KernelWidth? width = null)
    {
        var count = target.numel();
        var first = firstRow * Columns;
        var firstBlock = first / NormalFloat4Kernel.Block;
        var scales = new float[(count + NormalFloat4Kernel.Block - 1) / NormalFloat4Kernel.Block];
        var bytes = (byte*)TensorMemory.Start(scaleBytes);
        var sizes = (float*)TensorMemory.Start(scaleSizes);
        for (var i = 0; i < scales.Length; i++)
        {
            scales[i] = (DynamicByte.Code[bytes[firstBlock + i]] * sizes[(firstBlock + i) / ScaleBlock]) + meanScale;
        }

        var from = (byte*)TensorMemory.Start(codes) + (first / 2);
        var to = TensorMemory.Start(target);
        fixed (float* scale = scales)
        {
            if (target.dtype == ScalarType.BFloat16)
            {
                NormalFloat4Kernel.Decode<BFloat16Element>(from, scale, to, count, width ?? NormalFloat4Kernel.Widest);
            }
            else
            {
                NormalFloat4Kernel.Decode<Float32Element>(from, scale, to, count, width ?? NormalFloat4Kernel.Widest);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        codes.Dispose();
        scaleBytes.Dispose();
        scaleSizes.Dispose();
    }

    private static void Encode(float* source, byte* codes, float[] scales, long count)
    {
        var (source0, codes0) = ((nint)source, (nint)codes);
        RowParallel.For(
            scales.Length,
            (_, first, end) =>
            {
                for (var block = first; block < end; block++)
                {
                    var start = block * NormalFloat4Kernel.Block;
                    var values = new ReadOnlySpan<float>((float*)source0 + start, (int)Math.Min(NormalFloat4Kernel.Block, count - start));
                    scales[block] = EncodeBlock(values, (byte*)codes0 + (start / 2));
                }
            }
        );
    }

    private static float EncodeBlock(ReadOnlySpan<float> values, byte* codes)
    {
        var largest = 0f;
        foreach (var value in values)
        {
            // A NaN stays one, and is refused by the caller.
            largest = MathF.Max(largest, MathF.Abs(value));
        }

        var inverse = 1 / largest;
        for (var i = 0; i < values.Length; i += 2)
        {
            // A block of zeros has no size to scale by; its code is that of zero.
            int At(int index, ReadOnlySpan<float> all) =>
                index >= all.Length || largest == 0 ? NormalFloat4.Zero : NormalFloat4.Nearest(all[index] * inverse);
            codes[i / 2] = (byte)((At(i, values) << 4) | At(i + 1, values));
        }

        return largest;
    }

    private static (byte[] Bytes, float[] Sizes, float Mean) EncodeScales(float[] scales)
    {
        var mean = (float)scales.Average(scale => (double)scale);
        var bytes = new byte[scales.Length];
        var sizes = new float[(scales.Length + ScaleBlock - 1) / ScaleBlock];
        for (var block = 0; block < sizes.Length; block++)
        {
            var members = scales.AsSpan(block * ScaleBlock, Math.Min(ScaleBlock, scales.Length - (block * ScaleBlock)));
            foreach (var scale in members)
            {
                sizes[block] = Math.Max(sizes[block], MathF.Abs(scale - mean));
            }

            for (var i = 0; i < members.Length; i++)
            {
                bytes[(block * ScaleBlock) + i] = DynamicByte.Nearest(sizes[block] == 0 ? 0 : (members[i] - mean) / sizes[block]);
            }
        }

        return (bytes, sizes, mean);
    }

    private static long Gcd(long a, long b) => b == 0 ? a : Gcd(b, a % b);
}
