using Plumbline.Torch.Functions;
using static TorchSharp.torch;

namespace Plumbline.Models.Language;

/// <summary>Causal attention inside each of the packed sequences, which may share prompts; no sequence can see another.</summary>
/// <param name="config">The heads in a row, and each layer's rule.</param>
/// <param name="spans">Who sees whom.</param>
internal sealed class PackedAttention(DecoderConfig config, IReadOnlyList<AttentionSpan> spans) : IAttention
{
    /// <summary>The batches that all layers compute.</summary>
    internal AttentionPlan Plan { get; } = AttentionPlan.Of(spans);

    /// <inheritdoc/>
    public Tensor Attend(int layer, Tensor rows) => FusedLayers.PackedAttention(rows, config.Layout, Plan, config.AttentionOf(layer));
}
