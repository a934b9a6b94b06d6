using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Models.Language;

/// <summary>One matrix multiply of a decoder, y = x Wᵀ + b, under the name that Hugging Face gives the module (or that of our joined matrix).</summary>
/// <param name="name">The module's name, without <c>.weight</c>.</param>
/// <param name="weight">[outputs, inputs]; its parts name the modules that are joined in it.</param>
/// <param name="bias">[outputs]; null for none.</param>
internal sealed class Projection(string name, DecoderParameter weight, DecoderParameter? bias)
{
    /// <summary>The module's name, without <c>.weight</c>.</summary>
    internal string Name => name;

    /// <summary>[outputs, inputs].</summary>
    internal DecoderParameter Weight => weight;

    /// <summary>[outputs], or null.</summary>
    internal DecoderParameter? Bias => bias;

    /// <summary>x Wᵀ + b.</summary>
    /// <param name="input">[…, inputs].</param>
    /// <returns>[…, outputs].</returns>
    internal Tensor Forward(Tensor input) => F.linear(input, weight.Value, bias?.Value);
}
