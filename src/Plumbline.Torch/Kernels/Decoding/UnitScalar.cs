namespace Plumbline.Torch.Kernels.Decoding;

/// <summary>One lane: any processor.</summary>
internal readonly unsafe struct UnitScalar : IVectorUnit<float, int>
{
    public static bool IsSupported => true;

    public static int Lanes => 1;

    public static bool HasThirtyTwoRegisters => false;

    public static float Create(float value) => value;

    public static float Load(float* source) => *source;

    public static void Store(float values, float* target) => *target = values;

    public static float Add(float a, float b) => a + b;

    public static float Subtract(float a, float b) => a - b;

    public static float Multiply(float a, float b) => a * b;

    public static float Divide(float a, float b) => a / b;

    public static float MultiplyAdd(float a, float b, float c) => MathF.FusedMultiplyAdd(a, b, c);

    public static float Minimum(float a, float b) => a < b ? a : b;

    public static float Maximum(float a, float b) => a > b ? a : b;

    public static float Absolute(float a) => MathF.Abs(a);

    public static float CopySign(float magnitude, float sign) => MathF.CopySign(magnitude, sign);

    public static float Floor(float a) => MathF.Floor(a);

    public static float PowerOfTwo(float n) => BitConverter.Int32BitsToSingle(((int)n + 127) << 23);

    public static float SumLanes(float a) => a;

    public static float MaximumLane(float a) => a;

    public static (float Even, float Odd) LoadBFloat16Pairs(uint* source) =>
        (BitConverter.UInt32BitsToSingle(*source << 16), BitConverter.UInt32BitsToSingle(*source & 0xFFFF_0000));

    public static int ZeroInteger() => 0;

    public static int AddPairProducts(sbyte* weights, int inputs, int sums) =>
        sums + (weights[0] * (short)inputs) + (weights[1] * (inputs >> 16));

    public static float ToFloat(int a) => a;
}
