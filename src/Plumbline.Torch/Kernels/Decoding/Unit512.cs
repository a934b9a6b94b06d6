using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Plumbline.Torch.Kernels.Decoding;

/// <summary>Sixteen lanes: AVX-512.</summary>
internal readonly unsafe struct Unit512 : IVectorUnit<Vector512<float>, Vector512<int>>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    public static bool IsSupported => Vector512.IsHardwareAccelerated && Avx512BW.IsSupported;

    public static int Lanes => 16;

    public static bool HasThirtyTwoRegisters => true;

    [MethodImpl(Inline)]
    public static Vector512<float> Create(float value) => Vector512.Create(value);

    [MethodImpl(Inline)]
    public static Vector512<float> Load(float* source) => Vector512.Load(source);

    [MethodImpl(Inline)]
    public static void Store(Vector512<float> values, float* target) => values.Store(target);

    [MethodImpl(Inline)]
    public static Vector512<float> Add(Vector512<float> a, Vector512<float> b) => a + b;

    [MethodImpl(Inline)]
    public static Vector512<float> Subtract(Vector512<float> a, Vector512<float> b) => a - b;

    [MethodImpl(Inline)]
    public static Vector512<float> Multiply(Vector512<float> a, Vector512<float> b) => a * b;

    [MethodImpl(Inline)]
    public static Vector512<float> Divide(Vector512<float> a, Vector512<float> b) => a / b;

    [MethodImpl(Inline)]
    public static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> c) =>
        Vector512.FusedMultiplyAdd(a, b, c);

    [MethodImpl(Inline)]
    public static Vector512<float> Minimum(Vector512<float> a, Vector512<float> b) => Vector512.MinNative(a, b);

    [MethodImpl(Inline)]
    public static Vector512<float> Maximum(Vector512<float> a, Vector512<float> b) => Vector512.MaxNative(a, b);

    [MethodImpl(Inline)]
    public static Vector512<float> Absolute(Vector512<float> a) => Vector512.Abs(a);

    [MethodImpl(Inline)]
    public static Vector512<float> CopySign(Vector512<float> magnitude, Vector512<float> sign) => Vector512.CopySign(magnitude, sign);

    [MethodImpl(Inline)]
    public static Vector512<float> Floor(Vector512<float> a) => Vector512.Floor(a);

    [MethodImpl(Inline)]
    public static Vector512<float> PowerOfTwo(Vector512<float> n) =>
        Vector512.ShiftLeft(Vector512.ConvertToInt32Native(n) + Vector512.Create(127), 23).AsSingle();

    [MethodImpl(Inline)]
    public static float SumLanes(Vector512<float> a) => Vector512.Sum(a);

    [MethodImpl(Inline)]
    public static float MaximumLane(Vector512<float> a)
    {
        var largest = a[0];
        for (var lane = 1; lane < Vector512<float>.Count; lane++)
        {
            largest = MathF.Max(largest, a[lane]);
        }

        return largest;
    }

    [MethodImpl(Inline)]
    public static (Vector512<float> Even, Vector512<float> Odd) LoadBFloat16Pairs(uint* source)
    {
        var words = Vector512.Load(source);
        return (Vector512.ShiftLeft(words, 16).AsSingle(), (words & Vector512.Create(0xFFFF_0000)).AsSingle());
    }

    [MethodImpl(Inline)]
    public static Vector512<int> ZeroInteger() => Vector512<int>.Zero;

    [MethodImpl(Inline)]
    public static Vector512<int> AddPairProducts(sbyte* weights, int inputs, Vector512<int> sums) =>
        sums + Avx512BW.MultiplyAddAdjacent(Avx512BW.ConvertToVector512Int16(Vector256.Load(weights)), Vector512.Create(inputs).AsInt16());

    [MethodImpl(Inline)]
    public static Vector512<float> ToFloat(Vector512<int> a) => Vector512.ConvertToSingle(a);
}
