using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Maths = Plumbline.Torch.Kernels.Decoding.VectorMath<
    Plumbline.Torch.Kernels.Decoding.Unit512,
    System.Runtime.Intrinsics.Vector512<float>,
    System.Runtime.Intrinsics.Vector512<int>
>;

namespace Plumbline.Torch.Kernels;

/// <summary>From what the multiply gives to logits: scale · cap · tanh(raw / cap), or scale · raw. It rises with raw, so both have the same maximum.</summary>
/// <param name="Scale">Above 0.</param>
/// <param name="Cap">Above 0; null for none.</param>
internal readonly record struct LogitMap(double Scale, double? Cap)
{
    private readonly float scale = (float)Scale;

    // The branch on no cap is the same in every turn of a loop, and far cheaper than the exponential beside it.
    private readonly float cap = (float)(Cap ?? 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Vector512<float> Of(Vector512<float> raw) => (cap == 0 ? raw : Maths.SoftCap(raw, cap)) * scale;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal float Of(float raw) => (cap == 0 ? raw : cap * MathF.Tanh(raw / cap)) * scale;

    /// <summary>d logit / d raw, from the logit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Vector512<float> Slope(Vector512<float> logit)
    {
        if (cap == 0)
        {
            return Vector512.Create(scale);
        }

        var share = logit / Vector512.Create(scale * cap);
        return (Vector512<float>.One - (share * share)) * scale;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal float Slope(float logit)
    {
        var share = cap == 0 ? 0 : logit / (scale * cap);
        return (1 - (share * share)) * scale;
    }
}
