namespace Plumbline.Torch.Kernels.Decoding;

/// <summary>
/// What the decode kernels need of a processor's vector unit. Each kernel is written once over this and compiled for 512-bit, 256-bit and scalar registers
/// (type parameters that are structs: the compiler sees through every call). Products of one output are summed in one order on all of them, so that they agree
/// to the bit; sums across lanes (norms, softmax) differ by rounding.
/// </summary>
/// <typeparam name="TFloat">A register of float32 lanes.</typeparam>
/// <typeparam name="TInteger">A register of as many int32 lanes.</typeparam>
internal unsafe interface IVectorUnit<TFloat, TInteger>
    where TFloat : struct
    where TInteger : struct
{
    /// <summary>Whether this processor runs it at full speed.</summary>
    static abstract bool IsSupported { get; }

    /// <summary>float32 lanes of a register; a divisor of 16.</summary>
    static abstract int Lanes { get; }

    /// <summary>Whether sixteen sums, two weights and an input fit into the registers at a time.</summary>
    static abstract bool HasThirtyTwoRegisters { get; }

    static abstract TFloat Create(float value);

    static abstract TFloat Load(float* source);

    static abstract void Store(TFloat values, float* target);

    static abstract TFloat Add(TFloat a, TFloat b);

    static abstract TFloat Subtract(TFloat a, TFloat b);

    static abstract TFloat Multiply(TFloat a, TFloat b);

    static abstract TFloat Divide(TFloat a, TFloat b);

    /// <summary>a · b + c, rounded once.</summary>
    static abstract TFloat MultiplyAdd(TFloat a, TFloat b, TFloat c);

    static abstract TFloat Minimum(TFloat a, TFloat b);

    static abstract TFloat Maximum(TFloat a, TFloat b);

    static abstract TFloat Absolute(TFloat a);

    /// <summary>|magnitude| with the sign of <paramref name="sign"/>.</summary>
    static abstract TFloat CopySign(TFloat magnitude, TFloat sign);

    /// <summary>The next integer at or below.</summary>
    static abstract TFloat Floor(TFloat a);

    /// <summary>2ⁿ for integral lanes n in −126 … 127.</summary>
    static abstract TFloat PowerOfTwo(TFloat n);

    /// <summary>The sum of all lanes.</summary>
    static abstract float SumLanes(TFloat a);

    /// <summary>The largest lane.</summary>
    static abstract float MaximumLane(TFloat a);

    /// <summary>Splits one word per lane into its two bfloat16 values: the lower half is the weight of an even input, the upper that of the next.</summary>
    static abstract (TFloat Even, TFloat Odd) LoadBFloat16Pairs(uint* source);

    static abstract TInteger ZeroInteger();

    /// <summary>Adds to each lane w₀·x₀ + w₁·x₁ for its pair of int8 weights.</summary>
    /// <param name="weights">Two per lane.</param>
    /// <param name="inputs">Two int16 in one word, x₀ below: the same for all lanes.</param>
    /// <param name="sums">One per lane.</param>
    static abstract TInteger AddPairProducts(sbyte* weights, int inputs, TInteger sums);

    static abstract TFloat ToFloat(TInteger a);
}
