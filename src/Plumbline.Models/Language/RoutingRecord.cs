using static TorchSharp.torch;

namespace Plumbline.Models.Language;

/// <summary>
/// What the routers of a mixture of experts decided in one pass; handed to <see cref="Decoder.HiddenStates(PackedTokens, RoutingRecord, Tensor)"/> by whoever trains
/// with a load-balancing loss. Its tensors belong to the caller's dispose scope.
/// </summary>
public sealed class RoutingRecord
{
    private readonly List<(Tensor Probabilities, Tensor Chosen)> layers = [];

    /// <summary>Per layer with experts: router probabilities [tokens, experts], differentiable, and the chosen experts [tokens, k].</summary>
    public IReadOnlyList<(Tensor Probabilities, Tensor Chosen)> Layers => layers;

    /// <summary>Records one layer.</summary>
    /// <param name="probabilities">[tokens, experts].</param>
    /// <param name="chosen">[tokens, k], int64.</param>
    public void Add(Tensor probabilities, Tensor chosen) => layers.Add((probabilities, chosen));
}
