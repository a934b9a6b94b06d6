using Plumbline.Models.Language;
using Plumbline.Torch.Dispatch;
using static TorchSharp.torch;

namespace Plumbline.Training.Loop;

/// <summary>Resolves <see cref="Precision"/> from facts of machine and model, never from a timing: the same run must take the same road twice.</summary>
internal static class ComputePrecision
{
    // Below this width a bf16 multiply gains less than its casts cost (measured on AVX-512-BF16: at width 192 bf16 trains slower than fp32, at 384 faster).
    private const int NarrowestForBFloat16 = 256;

    /// <summary>Fp32 or Bf16.</summary>
    /// <exception cref="InvalidInputException">bf16 was asked for and this libtorch cannot.</exception>
    internal static Precision Resolve(Precision wanted, DecoderConfig config)
    {
        if (wanted == Precision.Bf16 && !Autocast.IsAvailable)
        {
            throw new InvalidInputException(
                "precision is bf16, and this libtorch does not export the autocast switches.",
                "Set precision: fp32."
            );
        }

        return wanted != Precision.Auto ? wanted
            : Autocast.IsAvailable && Autocast.IsFastInBFloat16 && config.HiddenSize >= NarrowestForBFloat16 ? Precision.Bf16
            : Precision.Fp32;
    }

    /// <summary>A scope in which matrix multiplies run in the resolved precision; null for fp32.</summary>
    internal static Autocast? Open(Precision resolved) => resolved == Precision.Bf16 ? Autocast.To(ScalarType.BFloat16) : null;
}
