using Plumbline.Models.Language;
using static TorchSharp.torch;

namespace Plumbline.Training.Supervised;

/// <summary>
/// Keeps a router from sending every token to the same experts (Switch Transformer, arXiv 2101.03961, equations 4 to 6): L = E · Σₑ fₑ · Pₑ over the E experts,
/// with fₑ the choices of expert e per token and Pₑ its mean router probability, both over the tokens of all layers together, as transformers counts them.
/// Even routing with k experts per token gives k, its least value.
/// </summary>
public static class LoadBalancingLoss
{
    /// <summary>The loss of one pass.</summary>
    /// <param name="routing">What the routers decided; at least one layer.</param>
    /// <param name="experts">Experts in a layer.</param>
    /// <returns>A scalar; differentiable through the probabilities.</returns>
    /// <exception cref="ArgumentException">No layer was recorded.</exception>
    public static Tensor Of(RoutingRecord routing, int experts)
    {
        if (routing.Layers.Count == 0)
        {
            throw new ArgumentException(
                "The record holds no layer: the model has no experts, or its pass was run without it.",
                nameof(routing)
            );
        }

        var probabilities = cat([.. routing.Layers.Select(layer => layer.Probabilities)]);
        var chosen = cat([.. routing.Layers.Select(layer => layer.Chosen.reshape(-1))]);
        var tokens = probabilities.shape[0];
        var choices = zeros([experts], probabilities.dtype, probabilities.device)
            .index_add(0, chosen, ones_like(chosen, probabilities.dtype), 1);
        return experts * (choices / tokens * probabilities.mean([0])).sum();
    }
}
