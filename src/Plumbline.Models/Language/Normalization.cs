using Plumbline.Torch.Functions;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Models.Language;

/// <summary>A normalisation over the last dimension with its trained weight (and bias, for <see cref="NormKind.Layer"/>).</summary>
internal sealed class Normalization(NormKind kind, double epsilon, DecoderParameter weight, DecoderParameter? bias)
{
    /// <summary>Which one.</summary>
    internal NormKind Kind => kind;

    /// <summary>ε.</summary>
    internal double Epsilon => epsilon;

    /// <summary>[width].</summary>
    internal DecoderParameter Weight => weight;

    /// <summary>[width], or null.</summary>
    internal DecoderParameter? Bias => bias;

    /// <summary>Normalises [… , width]; the result is in the dtype that the following matrix multiply reads.</summary>
    internal Tensor Forward(Tensor input) =>
        kind switch
        {
            NormKind.RootMeanSquare => FusedLayers.RmsNorm(input, weight.Value, epsilon),
            NormKind.RootMeanSquareOffset => FusedLayers.RmsNorm(input, weight.Value.Plus(1), epsilon),
            _ => F.layer_norm(input, weight.Value.shape, weight.Value, bias!.Value, epsilon),
        };
}
