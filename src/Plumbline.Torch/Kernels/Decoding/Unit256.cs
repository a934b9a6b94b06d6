using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Plumbline.Torch.Kernels.Decoding;

/// <summary>Eight lanes: AVX2 with fused multiply-add.</summary>
internal readonly unsafe struct Unit256 : IVectorUnit<Vector256<float>, Vector256<int>>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    public static bool IsSupported => Avx2.IsSupported && Fma.IsSupported;

    public static int Lanes => 8;

    public static bool HasThirtyTwoRegisters => false;

    [MethodImpl(Inline)]
    public static Vector256<float> Create(float value) => Vector256.Create(value);

    [MethodImpl(Inline)]
    public static Vector256<float> Load(float* source) => Vector256.Load(source);

    [MethodImpl(Inline)]
    public static void Store(Vector256<float> values, float* target) => values.Store(target);

    [MethodImpl(Inline)]
    public static Vector256<float> Add(Vector256<float> a, Vector256<float> b) => a + b;

    [MethodImpl(Inline)]
    public static Vector256<float> Subtract(Vector256<float> a, Vector256<float> b) => a - b;

    [MethodImpl(Inline)]
    public static Vector256<float> Multiply(Vector256<float> a, Vector256<float> b) => a * b;

    [MethodImpl(Inline)]
    public static Vector256<float> Divide(Vector256<float> a, Vector256<float> b) => a / b;

    [MethodImpl(Inline)]
    public static Vector256<float> MultiplyAdd(Vector256<float> a, Vector256<float> b, Vector256<float> c) =>
        Vector256.FusedMultiplyAdd(a, b, c);

    [MethodImpl(Inline)]
    public static Vector256<float> Minimum(Vector256<float> a, Vector256<float> b) => Vector256.MinNative(a, b);

    [MethodImpl(Inline)]
    public static Vector256<float> Maximum(Vector256<float> a, Vector256<float> b) => Vector256.MaxNative(a, b);

    [MethodImpl(Inline)]
    public static Vector256<float> Absolute(Vector256<float> a) => Vector256.Abs(a);

    [MethodImpl(Inline)]
    public static Vector256<float> CopySign(Vector256<float> magnitude, Vector256<float> sign) => Vector256.CopySign(magnitude, sign);

    [MethodImpl(Inline)]
    public static Vector256<float> Floor(Vector256<float> a) => Vector256.Floor(a);

    [MethodImpl(Inline)]
    public static Vector256<float> PowerOfTwo(Vector256<float> n) =>
        Vector256.ShiftLeft(Vector256.ConvertToInt32Native(n) + Vector256.Create(127), 23).AsSingle();

    [MethodImpl(Inline)]
    public static float SumLanes(Vector256<float> a) => Vector256.Sum(a);

    [MethodImpl(Inline)]
    public static float MaximumLane(Vector256<float> a)
    {
        var largest = a[0];
        for (var lane = 1; lane < Vector256<float>.Count; lane++)
        {
            largest = MathF.Max(largest, a[lane]);
        }

        return largest;
    }

    [MethodImpl(Inline)]
    public static (Vector256<float> Even, Vector256<float> Odd) LoadBFloat16Pairs(uint* source)
    {
        var words = Vector256.Load(source);
        return (Vector256.ShiftLeft(words, 16).AsSingle(), (words & Vector256.Create(0xFFFF_0000)).AsSingle());
    }

    [MethodImpl(Inline)]
    public static Vector256<int> ZeroInteger() => Vector256<int>.Zero;

    [MethodImpl(Inline)]
    public static Vector256<int> AddPairProducts(sbyte* weights, int inputs, Vector256<int> sums) =>
        sums + Avx2.MultiplyAddAdjacent(Avx2.ConvertToVector256Int16(Vector128.Load(weights)), Vector256.Create(inputs).AsInt16());

    [MethodImpl(Inline)]
    public static Vector256<float> ToFloat(Vector256<int> a) => Vector256.ConvertToSingle(a);
}
