using System.Runtime.CompilerServices;
using Plumbline.Torch.Functions;

namespace Plumbline.Torch.Kernels.Decoding;

/// <summary>Passes over neighbouring values of a row; what fills no register at the end goes through a register's worth of stack.</summary>
internal static unsafe class ElementwiseKernel<TUnit, TFloat, TInteger>
    where TUnit : struct, IVectorUnit<TFloat, TInteger>
    where TFloat : struct
    where TInteger : struct
{
    /// <summary>target ← target + source.</summary>
    internal static void Add(float* target, float* source, int count) => Apply<Sum>(target, source, count, 0);

    /// <summary>target ← cap · tanh(target / cap).</summary>
    internal static void SoftCap(float* target, int count, float cap) => Apply<Capped>(target, target, count, cap);

    /// <summary>target ← act(target) · factor, or act(target) where factor is null.</summary>
    internal static void Activate(ActivationKind activation, float* target, float* factor, int count)
    {
        switch (activation)
        {
            case ActivationKind.Silu:
                Activate<Silu>(target, factor, count);
                break;
            case ActivationKind.GeluTanh:
                Activate<GeluTanh>(target, factor, count);
                break;
            default:
                Activate<GeluErf>(target, factor, count);
                break;
        }
    }

    private static void Activate<TActivation>(float* target, float* factor, int count)
        where TActivation : struct, IOperation
    {
        if (factor is null)
        {
            Apply<TActivation>(target, target, count, 0);
        }
        else
        {
            Apply<Gated<TActivation>>(target, factor, count, 0);
        }
    }

    private static void Apply<TOperation>(float* target, float* other, int count, float constant)
        where TOperation : struct, IOperation
    {
        var j = 0;
        for (; j <= count - TUnit.Lanes; j += TUnit.Lanes)
        {
            TUnit.Store(TOperation.Apply(TUnit.Load(target + j), TUnit.Load(other + j), constant), target + j);
        }

        if (j == count)
        {
            return;
        }

        var left = count - j;
        var first = stackalloc float[TensorMemory.Lanes];
        var second = stackalloc float[TensorMemory.Lanes];
        new Span<float>(target + j, left).CopyTo(new Span<float>(first, left));
        new Span<float>(other + j, left).CopyTo(new Span<float>(second, left));
        TUnit.Store(TOperation.Apply(TUnit.Load(first), TUnit.Load(second), constant), first);
        new Span<float>(first, left).CopyTo(new Span<float>(target + j, left));
    }

    private interface IOperation
    {
        static abstract TFloat Apply(TFloat a, TFloat b, float constant);
    }

    private readonly struct Sum : IOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TFloat Apply(TFloat a, TFloat b, float constant) => TUnit.Add(a, b);
    }

    private readonly struct Capped : IOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TFloat Apply(TFloat a, TFloat b, float constant) => VectorMath<TUnit, TFloat, TInteger>.SoftCap(a, constant);
    }

    private readonly struct Gated<TActivation> : IOperation
        where TActivation : struct, IOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TFloat Apply(TFloat a, TFloat b, float constant) => TUnit.Multiply(TActivation.Apply(a, b, constant), b);
    }

    private readonly struct Silu : IOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TFloat Apply(TFloat a, TFloat b, float constant) =>
            TUnit.Divide(a, TUnit.Add(TUnit.Create(1f), VectorMath<TUnit, TFloat, TInteger>.Exp(TUnit.Subtract(TUnit.Create(0f), a))));
    }

    private readonly struct GeluTanh : IOperation
    {
        private const float RootOfTwoOverPi = 0.7978845608f;
        private const float Cubic = 0.044715f;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TFloat Apply(TFloat a, TFloat b, float constant)
        {
            var inner = TUnit.MultiplyAdd(TUnit.Multiply(TUnit.Create(Cubic), a), TUnit.Multiply(a, a), a);
            var tanh = VectorMath<TUnit, TFloat, TInteger>.Tanh(TUnit.Multiply(inner, TUnit.Create(RootOfTwoOverPi)));
            return TUnit.Multiply(TUnit.Multiply(TUnit.Create(0.5f), a), TUnit.Add(TUnit.Create(1f), tanh));
        }
    }

    private readonly struct GeluErf : IOperation
    {
        private const float OneOverRootOfTwo = 0.7071067812f;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TFloat Apply(TFloat a, TFloat b, float constant)
        {
            var erf = VectorMath<TUnit, TFloat, TInteger>.Erf(TUnit.Multiply(a, TUnit.Create(OneOverRootOfTwo)));
            return TUnit.Multiply(TUnit.Multiply(TUnit.Create(0.5f), a), TUnit.Add(TUnit.Create(1f), erf));
        }
    }
}
