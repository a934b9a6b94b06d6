using static TorchSharp.torch;

namespace Plumbline.Models.Language;

/// <summary>Who sees whom: how the tokens of a forward pass attend to one another and to what came before.</summary>
internal interface IAttention
{
    /// <summary>Attention of one layer.</summary>
    /// <param name="layer">Index of the layer, from 0.</param>
    /// <param name="rows">[tokens, row size]: rotated queries and keys, and values, as <see cref="DecoderConfig.Layout"/> cuts them.</param>
    /// <returns>[tokens, query size].</returns>
    Tensor Attend(int layer, Tensor rows);
}
