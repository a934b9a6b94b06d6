using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Plumbline.Torch.Kernels;

/// <summary>An element type of tensor memory as a kernel sees it: sixteen at a time, widened to float32.</summary>
internal unsafe interface IKernelElement
{
    /// <summary>Sixteen values from element <paramref name="index"/> of <paramref name="start"/>.</summary>
    static abstract Vector512<float> Load(void* start, long index);

    /// <summary>Stores sixteen values at element <paramref name="index"/> of <paramref name="start"/>.</summary>
    static abstract void Store(Vector512<float> values, void* start, long index);

    /// <summary>One value.</summary>
    static abstract float LoadOne(void* start, long index);

    /// <summary>Stores one value.</summary>
    static abstract void StoreOne(float value, void* start, long index);
}

/// <summary>float32 memory.</summary>
internal readonly unsafe struct Float32Element : IKernelElement
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(void* start, long index) => Vector512.Load((float*)start + index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> values, void* start, long index) => values.Store((float*)start + index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float LoadOne(void* start, long index) => ((float*)start)[index];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreOne(float value, void* start, long index) => ((float*)start)[index] = value;
}

/// <summary>bfloat16 memory: the upper half of a float32, rounded to the nearest, ties to even; a NaN stays a NaN.</summary>
internal readonly unsafe struct BFloat16Element : IKernelElement
{
    private const uint QuietNaN = 0x7FC0_0000;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(void* start, long index)
    {
        var halves = Vector256.Load((ushort*)start + index);
        if (Avx512F.IsSupported)
        {
            return Vector512.ShiftLeft(Avx512F.ConvertToVector512UInt32(halves), 16).AsSingle();
        }

        var (lower, upper) = Vector256.Widen(halves);
        return Vector512.Create(Vector256.ShiftLeft(lower, 16), Vector256.ShiftLeft(upper, 16)).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> values, void* start, long index)
    {
        var bits = values.AsUInt32();
        var rounded = bits + Vector512.Create(0x7FFFu) + (Vector512.ShiftRightLogical(bits, 16) & Vector512.Create(1u));
        var isNumber = Vector512.Equals(values, values).AsUInt32();
        var upper = Vector512.ShiftRightLogical(Vector512.ConditionalSelect(isNumber, rounded, Vector512.Create(QuietNaN)), 16);
        var halves = Avx512F.IsSupported ? Avx512F.ConvertToVector256UInt16(upper) : Vector256.Narrow(upper.GetLower(), upper.GetUpper());
        halves.Store((ushort*)start + index);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float LoadOne(void* start, long index) => BitConverter.UInt32BitsToSingle((uint)((ushort*)start)[index] << 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreOne(float value, void* start, long index)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        var rounded = float.IsNaN(value) ? QuietNaN : bits + 0x7FFFu + ((bits >> 16) & 1u);
        ((ushort*)start)[index] = (ushort)(rounded >> 16);
    }
}
