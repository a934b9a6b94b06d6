namespace Plumbline.Torch.Kernels.Decoding;

/// <summary>Turns element j of a head with element j + n by angle j, in place.</summary>
internal static unsafe class HeadRotation<TUnit, TFloat, TInteger>
    where TUnit : struct, IVectorUnit<TFloat, TInteger>
    where TFloat : struct
    where TInteger : struct
{
    /// <param name="head">2n values or more; those from 2n on stay.</param>
    /// <param name="cosines">[n].</param>
    /// <param name="sines">[n].</param>
    /// <param name="angles">n.</param>
    internal static void Rotate(float* head, float* cosines, float* sines, int angles)
    {
        var j = 0;
        for (; j <= angles - TUnit.Lanes; j += TUnit.Lanes)
        {
            var (a, b) = (TUnit.Load(head + j), TUnit.Load(head + angles + j));
            var (cosine, sine) = (TUnit.Load(cosines + j), TUnit.Load(sines + j));
            TUnit.Store(TUnit.Subtract(TUnit.Multiply(a, cosine), TUnit.Multiply(b, sine)), head + j);
            TUnit.Store(TUnit.Add(TUnit.Multiply(b, cosine), TUnit.Multiply(a, sine)), head + angles + j);
        }

        for (; j < angles; j++)
        {
            var (a, b) = (head[j], head[angles + j]);
            head[j] = (a * cosines[j]) - (b * sines[j]);
            head[angles + j] = (b * cosines[j]) + (a * sines[j]);
        }
    }
}
