using Plumbline.Models.Language;
using Plumbline.Torch.Functions;
using Plumbline.Torch.Kernels;
using Plumbline.Torch.Kernels.Decoding;
using static TorchSharp.torch;

namespace Plumbline.Models.Generation;

/// <summary>
/// Attention of a chunk of a prompt, for the decoder's own forward pass: the chunk's keys and values go into the pages of its sequence, and each token sees
/// what the pages hold up to itself, as it will when the next tokens are decoded.
/// </summary>
/// <param name="pass">The kernels.</param>
/// <param name="layout">The heads in a row.</param>
/// <param name="table">Address of the sequence's page table.</param>
/// <param name="position">Position of the chunk's first token.</param>
internal sealed unsafe class PagedPrefillAttention(DecodePass pass, HeadLayout layout, nint table, int position) : IAttention
{
    /// <inheritdoc/>
    public Tensor Attend(int layer, Tensor rows)
    {
        using var plain = rows.to(ScalarType.Float32).contiguous();
        var output = empty([rows.shape[0], layout.QuerySize], ScalarType.Float32);
        pass.Attend(
            layer,
            (float*)TensorMemory.Start(plain),
            (int)rows.shape[0],
            (int*)table,
            position,
            (float*)TensorMemory.Start(output)
        );
        return output.to(rows.dtype);
    }
}
