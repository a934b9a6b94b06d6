using Plumbline.Torch.Functions;
using static TorchSharp.torch;

namespace Plumbline.Models.Language;

/// <summary>
/// Causal attention inside each of the packed sequences: one call where all have one length, one per sequence otherwise. No mask is built, so
/// nothing can leak from one sequence into another.
/// </summary>
/// <param name="layout">The heads in a row.</param>
/// <param name="lengths">Tokens of each sequence.</param>
internal sealed class PackedCausalAttention(HeadLayout layout, int[] lengths) : IAttention
{
    private readonly bool uniform = Array.TrueForAll(lengths, length => length == lengths[0]);
    private readonly long[] sizes = Array.ConvertAll(lengths, length => (long)length);

    /// <inheritdoc/>
    public Tensor Attend(int layer, Tensor rows) =>
        uniform
            ? FusedLayers.CausalAttention(rows, layout, lengths.Length)
            : cat(Array.ConvertAll(rows.split(sizes), sequence => FusedLayers.CausalAttention(sequence, layout, sequences: 1)));
}
