using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Plumbline.Torch.Functions;
using Plumbline.Torch.Kernels.Decoding;

namespace Plumbline.Torch.Kernels;

/// <summary>A non-linearity and its derivative.</summary>
internal interface IActivation
{
    /// <summary>f(x) and f′(x).</summary>
    static abstract (Vector512<float> Value, Vector512<float> Slope) At(Vector512<float> x);
}

/// <summary>x · σ(x), with the derivative σ · (1 + x · (1 − σ)).</summary>
internal readonly struct Silu : IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<float> Value, Vector512<float> Slope) At(Vector512<float> x)
    {
        var one = Vector512<float>.One;
        var sigmoid = one / (one + VectorMath<Unit512, Vector512<float>, Vector512<int>>.Exp(-x));
        return (x * sigmoid, sigmoid * (one + (x * (one - sigmoid))));
    }
}

/// <summary>x · Φ(x), with the derivative Φ + x · φ(x).</summary>
internal readonly struct Gelu : IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<float> Value, Vector512<float> Slope) At(Vector512<float> x)
    {
        var erf = VectorMath<Unit512, Vector512<float>, Vector512<int>>.Erf(x * 0.70710678f);
        var below = (Vector512<float>.One + erf) * 0.5f;
        var density = VectorMath<Unit512, Vector512<float>, Vector512<int>>.Exp(x * x * -0.5f) * 0.39894228f;
        return (x * below, below + (x * density));
    }
}

/// <summary>x/2 · (1 + t) with t = tanh(√(2/π) · (x + 0.044715 x³)).</summary>
internal readonly struct GeluTanh : IActivation
{
    private const float Root = 0.79788456f;
    private const float Cubic = 0.044715f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<float> Value, Vector512<float> Slope) At(Vector512<float> x)
    {
        var (one, square) = (Vector512<float>.One, x * x);
        var t = VectorMath<Unit512, Vector512<float>, Vector512<int>>.Tanh(x * (one + (square * Cubic)) * Root);
        var inner = (one + (square * (3 * Cubic))) * Root;
        return (x * (one + t) * 0.5f, ((one + t) * 0.5f) + (x * (one - (t * t)) * inner * 0.5f));
    }
}

/// <summary>What stands between the two multiplies of a feed-forward: f(g) · u for rows [g, u], or f(g) for rows [g]. Widths are multiples of sixteen.</summary>
/// <param name="kind">f.</param>
/// <param name="gated">Whether there is u.</param>
internal readonly unsafe struct ActivationKernel(ActivationKind kind, bool gated)
{
    /// <param name="inner">[rows, width], or [rows, 2 · width] with gates.</param>
    /// <param name="output">[rows, width], written.</param>
    internal void Forward<T>(MatrixMemory inner, MatrixMemory output)
        where T : struct, IKernelElement
    {
        switch (kind)
        {
            case ActivationKind.Silu:
                Forward<T, Silu>(inner, output, gated);
                break;
            case ActivationKind.Gelu:
                Forward<T, Gelu>(inner, output, gated);
                break;
            default:
                Forward<T, GeluTanh>(inner, output, gated);
                break;
        }
    }

    /// <summary>The gradient before the activation; and its output once more, which the forward pass did not keep.</summary>
    /// <param name="inner">[rows, width], or [rows, 2 · width] with gates.</param>
    /// <param name="outputGradient">[rows, width].</param>
    /// <param name="innerGradient">The shape of <paramref name="inner"/>, written; may be it.</param>
    /// <param name="output">[rows, width], written; may be <paramref name="outputGradient"/>.</param>
    internal void Backward<T>(MatrixMemory inner, MatrixMemory outputGradient, MatrixMemory innerGradient, MatrixMemory output)
        where T : struct, IKernelElement
    {
        switch (kind)
        {
            case ActivationKind.Silu:
                Backward<T, Silu>(inner, outputGradient, innerGradient, output, gated);
                break;
            case ActivationKind.Gelu:
                Backward<T, Gelu>(inner, outputGradient, innerGradient, output, gated);
                break;
            default:
                Backward<T, GeluTanh>(inner, outputGradient, innerGradient, output, gated);
                break;
        }
    }

    private static void Forward<T, TActivation>(MatrixMemory inner, MatrixMemory output, bool gated)
        where T : struct, IKernelElement
        where TActivation : struct, IActivation =>
        RowParallel.For(
            inner.Rows,
            (_, first, end) =>
            {
                for (var row = first; row < end; row++)
                {
                    var (from, to) = (row * inner.Width, row * output.Width);
                    for (var j = 0; j < output.Width; j += TensorMemory.Lanes)
                    {
                        var value = TActivation.At(T.Load(inner.Pointer, from + j)).Value;
                        T.Store(gated ? value * T.Load(inner.Pointer, from + output.Width + j) : value, output.Pointer, to + j);
                    }
                }
            }
        );

    private static void Backward<T, TActivation>(
        MatrixMemory inner,
        MatrixMemory outputGradient,
        MatrixMemory innerGradient,
        MatrixMemory output,
        bool gated
    )
        where T : struct, IKernelElement
        where TActivation : struct, IActivation =>
        RowParallel.For(
            inner.Rows,
            (_, first, end) =>
            {
                for (var row = first; row < end; row++)
                {
                    var (from, to, width) = (row * inner.Width, row * output.Width, output.Width);
                    for (var j = 0; j < width; j += TensorMemory.Lanes)
                    {
                        var (value, slope) = TActivation.At(T.Load(inner.Pointer, from + j));
                        var gradient = T.Load(outputGradient.Pointer, to + j);
                        if (gated)
                        {
                            var factor = T.Load(inner.Pointer, from + width + j);
                            T.Store(gradient * value, innerGradient.Pointer, from + width + j);
                            (value, slope) = (value * factor, slope * factor);
                        }

                        T.Store(gradient * slope, innerGradient.Pointer, from + j);
                        T.Store(value, output.Pointer, to + j);
                    }
                }
            }
        );
}
