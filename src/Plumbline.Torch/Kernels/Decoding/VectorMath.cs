using System.Runtime.CompilerServices;

namespace Plumbline.Torch.Kernels.Decoding;

/// <summary>Exponential, hyperbolic tangent and error function of every lane.</summary>
internal static class VectorMath<TUnit, TFloat, TInteger>
    where TUnit : struct, IVectorUnit<TFloat, TInteger>
    where TFloat : struct
    where TInteger : struct
{
    /// <summary>
    /// eˣ to 2 units in the last place, for x clamped to −87 … 88: x = n·ln 2 + r with |r| ≤ ln 2 / 2, and the polynomial of the Cephes library (expf) for eʳ.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TFloat Exp(TFloat x)
    {
        x = TUnit.Minimum(TUnit.Maximum(x, TUnit.Create(-87f)), TUnit.Create(88f));
        var n = TUnit.Floor(TUnit.MultiplyAdd(x, TUnit.Create(1.44269504f), TUnit.Create(0.5f)));
        // ln 2 in two parts, the first with few bits: n times it is exact.
        var r = TUnit.MultiplyAdd(n, TUnit.Create(-0.693359375f), x);
        r = TUnit.MultiplyAdd(n, TUnit.Create(2.12194440e-4f), r);
        var p = TUnit.Create(1.9875691500e-4f);
        p = TUnit.MultiplyAdd(p, r, TUnit.Create(1.3981999507e-3f));
        p = TUnit.MultiplyAdd(p, r, TUnit.Create(8.3334519073e-3f));
        p = TUnit.MultiplyAdd(p, r, TUnit.Create(4.1665795894e-2f));
        p = TUnit.MultiplyAdd(p, r, TUnit.Create(1.6666665459e-1f));
        p = TUnit.MultiplyAdd(p, r, TUnit.Create(0.5f));
        p = TUnit.Add(TUnit.MultiplyAdd(p, TUnit.Multiply(r, r), r), TUnit.Create(1f));
        return TUnit.Multiply(p, TUnit.PowerOfTwo(n));
    }

    /// <summary>tanh x = 1 − 2 / (e²ˣ + 1), to 1e-7 absolute.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TFloat Tanh(TFloat x)
    {
        var one = TUnit.Create(1f);
        return TUnit.Subtract(one, TUnit.Divide(TUnit.Create(2f), TUnit.Add(Exp(TUnit.Add(x, x)), one)));
    }

    /// <summary>erf x to 2e-7 absolute (Abramowitz and Stegun, 7.1.26).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TFloat Erf(TFloat x)
    {
        var one = TUnit.Create(1f);
        var magnitude = TUnit.Absolute(x);
        var t = TUnit.Divide(one, TUnit.MultiplyAdd(magnitude, TUnit.Create(0.3275911f), one));
        var p = TUnit.Create(1.061405429f);
        p = TUnit.MultiplyAdd(p, t, TUnit.Create(-1.453152027f));
        p = TUnit.MultiplyAdd(p, t, TUnit.Create(1.421413741f));
        p = TUnit.MultiplyAdd(p, t, TUnit.Create(-0.284496736f));
        p = TUnit.Multiply(TUnit.MultiplyAdd(p, t, TUnit.Create(0.254829592f)), t);
        var tail = TUnit.Multiply(p, Exp(TUnit.Subtract(TUnit.Create(0f), TUnit.Multiply(x, x))));
        return TUnit.CopySign(TUnit.Subtract(one, tail), x);
    }

    /// <summary>cap · tanh(x / cap).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TFloat SoftCap(TFloat x, float cap) => TUnit.Multiply(TUnit.Create(cap), Tanh(TUnit.Divide(x, TUnit.Create(cap))));
}
